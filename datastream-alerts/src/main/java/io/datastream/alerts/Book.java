package io.datastream.alerts;

import io.datastream.alert.Alert;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of all episodes. Not safe for use by several threads. */
final class Book {
    /** How many alerts, and ids of episodes that are over, are kept. */
    static final int MOST = 1_000;

    /** Of the episodes that go on, in the order in which they came. */
    private final Map<String, Episode> active = new LinkedHashMap<>();

    private final Set<String> over = new LinkedHashSet<>();
    private final ArrayDeque<Alert> history = new ArrayDeque<>();

    /**
     * An episode that goes on.
     *
     * @param last its latest alert
     * @param since since when it is known, by the clock of the manager
     */
    record Episode(Alert last, Instant since) {}

    /**
     * An alert that was not there before.
     *
     * @param since since when its episode is known
     * @param isOfKnownEpisode whether its episode was known before
     */
    record News(Alert alert, Instant since, boolean isOfKnownEpisode) {}

    /** Takes an alert; null if it is no news: one that was seen before, or is older than the last of its episode. */
    @Nullable
    News add(Alert alert, Instant now) {
        Episode known = active.get(alert.episode());
        if (over.contains(alert.episode())
                || (known != null && alert.number() <= known.last().number())) {
            return null;
        }
        history.addFirst(alert);
        if (history.size() > MOST) {
            history.removeLast();
        }
        Instant since = known == null ? now : known.since();
        if (alert.state().isActive()) {
            active.put(alert.episode(), new Episode(alert, since));
        } else {
            active.remove(alert.episode());
            end(alert.episode());
        }
        return new News(alert, since, known != null);
    }

    private void end(String episode) {
        over.add(episode);
        if (over.size() > MOST) {
            Iterator<String> oldest = over.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Takes an episode that went on when the program ended. */
    void restore(Episode episode) {
        active.putIfAbsent(episode.last().episode(), episode);
    }

    /** The episodes that go on, in the order in which they came. */
    Collection<Episode> episodes() {
        return active.values();
    }

    /** An episode that goes on; null if it does not. */
    @Nullable
    Episode episode(String id) {
        return active.get(id);
    }

    List<Alert> active() {
        List<Alert> sorted =
                new ArrayList<>(active.values().stream().map(Episode::last).toList());
        sorted.sort(Comparator.comparing(Alert::severity)
                .reversed()
                .thenComparing(Alert::since)
                .thenComparing(Alert::episode));
        return List.copyOf(sorted);
    }

    List<Alert> history() {
        return List.copyOf(history);
    }
}
