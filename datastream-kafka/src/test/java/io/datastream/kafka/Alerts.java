package io.datastream.kafka;

import io.datastream.alert.Alert;
import io.datastream.alert.AlertState;
import io.datastream.alert.Severity;
import java.time.Instant;

/** Alerts of an episode that two alerts make. */
final class Alerts {
    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");

    private Alerts() {}

    /** @param number 0 for the one that is raised, 1 for the one that is cleared */
    static Alert alert(String series, int number) {
        return new Alert(
                "lag",
                "plant",
                series,
                Severity.WARNING,
                number == 0 ? AlertState.RAISED : AlertState.CLEARED,
                SINCE,
                SINCE.plusSeconds(number),
                1.0,
                null,
                "What.",
                "Why.",
                "Where.",
                Alert.episodeOf("plant", "lag", series, SINCE),
                number);
    }
}
