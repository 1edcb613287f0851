package io.datastream.time;

import java.time.Duration;

/**
 * One window, and one result, for each record: what lies at and before it, by time or by number. The result carries the
 * record's own time. Records are taken in event-time order; a record behind its origin's watermark is late.
 *
 * @param size length before the record; zero for windows by number
 * @param count records a window, the newest included; zero for windows by time
 * @param closed which ends of the span belong to it; {@link Closed#RIGHT} for windows by number
 */
public record Rolling(Duration size, int count, Closed closed) implements Windows {
    /** Checks the arguments. */
    public Rolling {
        if (count == 0) {
            Checks.positive("size", size);
        } else if (count < 0) {
            throw new IllegalArgumentException("count: " + count + " (expected: at least 1 record)");
        }
    }

    /** Which ends of the span {@code size} before a record at t belong to the window. */
    public enum Closed {
        /** {@code (t - size, t]}. */
        RIGHT,
        /** {@code [t - size, t]}. */
        BOTH,
        /** {@code [t - size, t)}: earlier records at the same time count, the record itself does not. */
        LEFT,
        /** {@code (t - size, t)}: earlier records at the same time count, the record itself does not. */
        NEITHER
    }

    /** For each record, the records of this span up to and including it. */
    public static Rolling time(Duration size) {
        return new Rolling(size, 0, Closed.RIGHT);
    }

    /** For each record, this many records up to and including it; fewer at the start of a key. */
    public static Rolling count(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " (expected: at least 1 record)");
        }
        return new Rolling(Duration.ZERO, count, Closed.RIGHT);
    }

    /** The same windows with other ends; for windows by number an {@link IllegalStateException} is thrown. */
    public Rolling closed(Closed closed) {
        if (count > 0) {
            throw new IllegalStateException(
                    "closed: " + closed + " (expected: a window by time; this one is by number)");
        }
        return new Rolling(size, 0, closed);
    }

    @Override
    public String describe() {
        return "rolling-" + (count > 0 ? String.valueOf(count) : size.toString());
    }
}
