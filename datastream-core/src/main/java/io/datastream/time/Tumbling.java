package io.datastream.time;

import java.time.Duration;

/**
 * Windows of a fixed length, side by side: {@code [offset + k * size, offset + (k + 1) * size)} for every whole k, also
 * before 1970.
 *
 * @param size length, more than zero
 * @param offset shift of the grid from 1970-01-01T00:00:00Z
 * @param emitEmpty whether windows without records between two windows with records of the same key give a result
 */
public record Tumbling(Duration size, Duration offset, boolean emitEmpty) implements Windows {
    /** Checks the arguments. */
    public Tumbling {
        Checks.positive("size", size);
        Checks.range("offset", offset);
    }

    /** Windows of this length, aligned to 1970-01-01T00:00:00Z. */
    public static Tumbling of(Duration size) {
        return new Tumbling(size, Duration.ZERO, false);
    }

    /** The same windows on a grid shifted by this much. */
    public Tumbling withOffset(Duration offset) {
        return new Tumbling(size, offset, emitEmpty);
    }

    /**
     * The same windows, with a result also for those without records between a key's first and last window with
     * records. They leave just before the next window that has records, so nothing is known of how long they wait: a
     * window or a re-keying after this step is refused.
     */
    public Tumbling withEmpty() {
        return new Tumbling(size, offset, true);
    }

    @Override
    public String describe() {
        return "tumbling-" + size + (offset.isZero() ? "" : "-offset-" + offset);
    }
}
