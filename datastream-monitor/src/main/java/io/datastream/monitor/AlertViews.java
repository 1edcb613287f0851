package io.datastream.monitor;

import io.datastream.alert.Alert;
import io.datastream.alert.AlertBook;
import io.datastream.alert.AlertBook.ChannelStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Alerts as the API tells them.
 *
 * @param watched whether the monitor was given alerts at all
 * @param activeTotal how many episodes go on, of which {@code active} has the most severe
 * @param historyTotal how many alerts of late are known, of which {@code history} has the newest
 */
record AlertViews(
        boolean watched,
        int activeTotal,
        List<AlertView> active,
        int historyTotal,
        List<AlertView> history,
        List<ChannelStatus> channels) {
    private static final int MOST = 100;
    private static final int LONGEST = 500;

    /** An alert, as {@link Alert}. */
    record AlertView(
            String rule,
            String pipeline,
            @Nullable String series,
            String severity,
            String state,
            String since,
            String at,
            @Nullable Double value,
            @Nullable Double limit,
            String what,
            String why,
            String whereToLook,
            String episode,
            int number) {}

    static AlertViews of(@Nullable AlertBook book) {
        if (book == null) {
            return new AlertViews(false, 0, List.of(), 0, List.of(), List.of());
        }
        List<Alert> active = book.active();
        List<Alert> history = book.history();
        return new AlertViews(
                true, active.size(), views(active), history.size(), views(history), List.copyOf(book.channels()));
    }

    private static List<AlertView> views(List<Alert> alerts) {
        return alerts.stream().limit(MOST).map(AlertViews::view).toList();
    }

    private static AlertView view(Alert alert) {
        String series = alert.series();
        return new AlertView(
                shortened(alert.rule()),
                shortened(alert.pipeline()),
                series == null ? null : shortened(series),
                alert.severity().name(),
                alert.state().name(),
                alert.since().toString(),
                alert.at().toString(),
                finite(alert.value()),
                finite(alert.limit()),
                shortened(alert.what()),
                shortened(alert.why()),
                shortened(alert.whereToLook()),
                alert.episode(),
                alert.number());
    }

    private static @Nullable Double finite(@Nullable Double value) {
        return value != null && Double.isFinite(value) ? value : null;
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
