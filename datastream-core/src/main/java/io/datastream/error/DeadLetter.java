package io.datastream.error;

import io.datastream.time.EventTime;
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
 * @param value the value that failed, as text, without its {@link Masked} fields, at most 1,000 characters; null if the record
 *     could not be decoded
 * @param source where the record stands in its source; null for a result that comes from no single record, such as that
 *     of a window
 * @param original the source's record; null where it is not at hand, because the record has passed an exchange, had to
 *     wait to be put in order, or the source has no bytes
 */
public record DeadLetter(
        String pipeline,
        String step,
        String place,
        long timeNanos,
        String error,
        String message,
        int attempts,
        @Nullable String value,
        @Nullable SourcePlace source,
        @Nullable Original original) {
    private static final int LONGEST_VALUE = 1_000;

    /** Shortens the value. */
    public DeadLetter {
        if (value != null && value.length() > LONGEST_VALUE) {
            value = value.substring(0, LONGEST_VALUE) + "...";
        }
    }

    /** The original value as UTF-8 text; empty where there is none. */
    public String originalText() {
        return original == null ? "" : original.text();
    }

    /** Whether the record has masked fields, as far as the texts of this dead letter tell. */
    boolean isOfMasked() {
        return value == null ? message.contains(Masking.HAS_MASKED_FIELDS) : value.contains(Masking.MASK);
    }

    @Override
    public String toString() {
        return place + ": " + step + ": " + error + ": " + message;
    }
}
