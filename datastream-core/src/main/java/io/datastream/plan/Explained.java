package io.datastream.plan;

import io.datastream.function.Condition;
import org.jspecify.annotations.Nullable;

/**
 * How the windows of a step are to be explained.
 *
 * @param windows how many closed windows each task remembers, of all its keys together; the oldest are forgotten
 * @param filled which records were filled in by a step before, as an interpolated one; null if none is
 */
public record Explained(int windows, @Nullable Condition<Object> filled) {
    /** Closed windows that each task remembers, by default. */
    public static final int DEFAULT_WINDOWS = 10_000;

    private static final int MOST_WINDOWS = 10_000_000;

    /** Checks the number of windows. */
    public Explained {
        if (windows < 1 || windows > MOST_WINDOWS) {
            throw new IllegalArgumentException(
                    "explained windows: " + windows + " (expected: from 1 to " + MOST_WINDOWS + ")");
        }
    }
}
