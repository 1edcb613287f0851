package io.datastream.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the page asks of series. */
final class SeriesApi {
    private static final int MOST_KEYS = 100;
    private static final int MOST_POINTS = 5_000;
    private static final int FEWEST_POINTS = 10;
    private static final long LONGEST_SPAN = TimeUnit.DAYS.toSeconds(100 * 366);

    private final List<SeriesTap<?>> taps;

    /**
     * A tap.
     *
     * @param series how many series are kept
     * @param notKept records of keys for which there was no room
     * @param failures records of which key, time or value could not be read
     */
    private record TapView(
            int id,
            String name,
            int series,
            long notKept,
            long failures,
            @Nullable String lastFailure,
            boolean windows) {}

    SeriesApi(List<SeriesTap<?>> taps) {
        this.taps = taps;
    }

    /** The answer for {@code /api/series}, {@code /api/series/0/keys} or {@code /api/series/0/points}; null for others. */
    @Nullable
    Answer answer(String[] path, Query query) {
        if (path.length == 3) {
            return Answer.json(list());
        }
        if (path.length != 5 || !path[3].matches("\\d{1,4}") || Integer.parseInt(path[3]) >= taps.size()) {
            return null;
        }
        SeriesTap<?> tap = taps.get(Integer.parseInt(path[3]));
        if (path[4].equals("keys")) {
            return Answer.json(tap.store().find(query.get("find"), MOST_KEYS));
        }
        return path[4].equals("points") ? points(tap, query) : null;
    }

    private List<TapView> list() {
        List<TapView> views = new ArrayList<>();
        for (SeriesTap<?> tap : taps) {
            SeriesStore store = tap.store();
            views.add(new TapView(
                    views.size(),
                    tap.name(),
                    store.size(),
                    store.notKept(),
                    store.failures(),
                    store.lastFailure(),
                    store.hasWindows()));
        }
        return views;
    }

    private static Answer points(SeriesTap<?> tap, Query query) {
        Ring ring = tap.store().ring(query.get("key"));
        if (ring == null) {
            return Answer.text(404, "series: no such key");
        }
        long span = TimeUnit.SECONDS.toNanos(query.number("span", 0, LONGEST_SPAN));
        int most = (int) Math.max(FEWEST_POINTS, query.number("most", 1_000, MOST_POINTS));
        return Answer.json(Curve.of(ring.points(span), tap.gap(), most));
    }
}
