package io.datastream.error;

import io.datastream.time.EventTime;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record that failed, with all that is needed to find out why and to play it again.
 *
 * @param pipeline name of the pipeline
 * @param step name of the step that failed
 * @param place where the record came from, such as {@code readings-3@1042}
 * @param timeNanos its event time in nanoseconds since the epoch; {@link EventTime#MIN} if it has none
 * @param error class of the error
 * @param message message of the error
 * @param attempts how often the step was tried
 * @param value the value that failed, as text, at most 1,000 characters; null if the record could not be decoded
 * @param original the original bytes; null where the source has none or the record has passed an exchange
 */
@SuppressWarnings("ArrayRecordComponent")
public record DeadLetter(
        String pipeline,
        String step,
        String place,
        long timeNanos,
        String error,
        String message,
        int attempts,
        @Nullable String value,
        byte @Nullable [] original) {
    private static final int LONGEST_VALUE = 1_000;

    /** Shortens the value. */
    public DeadLetter {
        if (value != null && value.length() > LONGEST_VALUE) {
            value = value.substring(0, LONGEST_VALUE) + "...";
        }
    }

    /** A result that its sink cannot write. */
    public static DeadLetter ofResult(String pipeline, String step, long timeNanos, Object value, Exception error) {
        return new DeadLetter(
                pipeline,
                step,
                "result at " + EventTime.describe(timeNanos),
                timeNanos,
                error.getClass().getName(),
                String.valueOf(error.getMessage()),
                1,
                String.valueOf(value),
                null);
    }

    /** The original bytes as UTF-8 text; empty where there are none. */
    public String originalText() {
        return original == null ? "" : new String(original, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return place + ": " + step + ": " + error + ": " + message;
    }
}
