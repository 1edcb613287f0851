package io.datastream.time;

import java.time.Duration;
import java.time.Instant;

/**
 * A span of event time: the start belongs to it, the end does not.
 *
 * @param startNanos start, in nanoseconds since the epoch
 * @param endNanos end, in nanoseconds since the epoch
 */
public record Window(long startNanos, long endNanos) {
    /** Checks that the end is not before the start. */
    public Window {
        if (endNanos < startNanos) {
            throw new IllegalArgumentException("window end: " + EventTime.describe(endNanos)
                    + " (expected: not before its start " + EventTime.describe(startNanos) + ")");
        }
    }

    /** The first instant that belongs to the window. */
    public Instant start() {
        return EventTime.instant(startNanos);
    }

    /** The first instant after the window. */
    public Instant end() {
        return EventTime.instant(endNanos);
    }

    /** The length of the window. */
    public Duration duration() {
        return Duration.ofNanos(endNanos - startNanos);
    }

    /** Whether the time, in nanoseconds since the epoch, lies in the window. */
    public boolean contains(long timeNanos) {
        return timeNanos >= startNanos && timeNanos < endNanos;
    }

    @Override
    public String toString() {
        return "[" + start() + ", " + end() + ")";
    }
}
