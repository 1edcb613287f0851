package io.datastream.time;

/**
 * Windows of a number of records of a key, in event-time order; of records at the same time, in the order of origin and
 * arrival. A window's start is the time of its first record, its end one nanosecond after its last. What remains at the
 * end of a bounded input gives no result.
 *
 * @param size records a window, at least one
 * @param step records from one window's first to the next window's first, from one to {@code size}
 */
public record Counted(int size, int step) implements Windows {
    /** Checks the arguments. */
    public Counted {
        if (size < 1) {
            throw new IllegalArgumentException("size: " + size + " (expected: at least 1 record)");
        }
        if (step < 1 || step > size) {
            throw new IllegalArgumentException("step: " + step + " (expected: from 1 to size " + size + ")");
        }
    }

    /** A window for every {@code size} records. */
    public static Counted of(int size) {
        return new Counted(size, size);
    }

    /** The same size, with a window every {@code step} records. */
    public Counted every(int step) {
        return new Counted(size, step);
    }

    @Override
    public String describe() {
        return "counted-" + size + (step == size ? "" : "-every-" + step);
    }
}
