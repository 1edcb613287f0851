package io.datastream.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came out for one option.
 *
 * @param value the value, null when there is none
 * @param shown the value, or why there is none, as it may be shown
 * @param origin where it came from, empty when it came from nowhere
 * @param overridden the origins of the values that lost
 */
record Outcome(@Nullable Object value, String shown, String origin, List<String> overridden) {
    static final String DEFAULT = "default";

    Outcome {
        overridden = List.copyOf(overridden);
    }

    static Outcome without(String reason) {
        return new Outcome(null, "(" + reason + ")", "", List.of());
    }

    /** {@code 1m  (environment WINDOW_SIZE, instead of pipeline.yaml line 3)}. */
    String explain() {
        if (origin.isEmpty()) {
            return shown;
        }
        String rest = overridden.isEmpty() ? "" : ", instead of " + String.join(", ", overridden);
        return shown + "  (" + origin + rest + ")";
    }

    /** For a problem of a value that is good by itself. */
    String found() {
        return origin.isEmpty() ? "not set" : shown + " from " + origin;
    }

    @Override
    public String toString() {
        return explain(); // never the value: it may be a secret
    }
}
