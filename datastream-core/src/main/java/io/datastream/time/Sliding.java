package io.datastream.time;

import java.time.Duration;

/**
 * Windows of a fixed length of which a new one starts each step (also called hopping):
 * {@code [offset + k * step, offset + k * step + size)}. A record belongs to every window around it: to none where the
 * step is longer than the size and the record falls between two.
 *
 * <p>The cost of a record does not depend on how many windows overlap; a result costs at most three merges. Memory of a
 * key: at most {@code size / gcd(size, step)} accumulators and three more.
 *
 * @param size length, more than zero
 * @param step distance of two starts, more than zero
 * @param offset shift of the grid from 1970-01-01T00:00:00Z
 * @param emitEmpty whether windows without records between two windows with records of the same key give a result
 */
public record Sliding(Duration size, Duration step, Duration offset, boolean emitEmpty) implements Windows {
    /** The greatest number of slices a window is cut into. */
    public static final int MAX_SLICES = 65_536;

    /** Checks the arguments. */
    public Sliding {
        Checks.positive("size", size);
        Checks.positive("step", step);
        Checks.range("offset", offset);
        long slice = gcd(size.toNanos(), step.toNanos());
        if (size.toNanos() / slice > MAX_SLICES) {
            throw new IllegalArgumentException("step: " + step + " (expected: a step with which size " + size
                    + " has at most " + MAX_SLICES + " slices of their greatest common divisor; it has "
                    + size.toNanos() / slice + " of " + Duration.ofNanos(slice) + ")");
        }
    }

    /** Windows of this length; the step follows. */
    public static Size of(Duration size) {
        return new Size(size);
    }

    /**
     * The length of windows whose step is not known yet.
     *
     * @param size length, more than zero
     */
    public record Size(Duration size) {
        /** Checks the argument. */
        public Size {
            Checks.positive("size", size);
        }

        /** A window starts each step. */
        public Sliding every(Duration step) {
            return new Sliding(size, step, Duration.ZERO, false);
        }
    }

    /** The same windows on a grid shifted by this much. */
    public Sliding withOffset(Duration offset) {
        return new Sliding(size, step, offset, emitEmpty);
    }

    /** The same windows, with empty ones as in {@link Tumbling#withEmpty()}. */
    public Sliding withEmpty() {
        return new Sliding(size, step, offset, true);
    }

    /** Nanoseconds of the slices that windows are put together from. */
    public long sliceNanos() {
        return gcd(size.toNanos(), step.toNanos());
    }

    @Override
    public String describe() {
        return "sliding-" + size + "-every-" + step + (offset.isZero() ? "" : "-offset-" + offset);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
