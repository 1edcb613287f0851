package io.datastream.alerts;

import io.datastream.alert.Alert;
import io.datastream.alert.AlertState;
import io.datastream.alert.Notice;
import io.datastream.alert.Severity;
import java.time.Instant;

/** Alerts and notices for tests of their delivery. */
final class Notices {
    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");

    private Notices() {}

    /** One of the alerts of the episode of a series. */
    static Alert alert(String series, int number, AlertState state) {
        return new Alert(
                "too-hot",
                "plant",
                series,
                Severity.WARNING,
                state,
                SINCE,
                SINCE.plusSeconds(number),
                93.5,
                null,
                "The value of " + series + " is 93.5.",
                "Seals melt.",
                "Look.",
                Alert.episodeOf("plant", "too-hot", series, SINCE),
                number);
    }

    /** The first alert of the episode of a series. */
    static Alert raised(String series) {
        return alert(series, 0, AlertState.RAISED);
    }

    static Notice notice(String series) {
        return Notice.of(raised(series));
    }
}
