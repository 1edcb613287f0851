package io.datastream.sink;

/**
 * One file of a rolling sink.
 *
 * @param periodStart when its period begins, in nanoseconds since the epoch; {@link #NO_PERIOD} without periods
 * @param number its number among the files of its task, by the time they were begun
 */
record RollingPart(long periodStart, long number) {
    static final long NO_PERIOD = Long.MIN_VALUE;

    boolean hasPeriod() {
        return periodStart != NO_PERIOD;
    }
}
