package io.datastream.aggregate;

/**
 * The line of least squares through numbers over event time.
 *
 * @param count the numbers it was fitted to
 * @param slopePerSecond the rise in one second; NaN if all numbers have the same time, so also of fewer than two
 * @param level the line's value at the newest time of any record, with or without a number; NaN like the slope
 * @param r2 the part of the numbers' variance that the line explains, from 0 to 1; NaN if they or their times do not vary
 */
public record Trend(long count, double slopePerSecond, double level, double r2) {
    /** The line's value this many seconds after the newest time. */
    public double ahead(double seconds) {
        return level + slopePerSecond * seconds;
    }
}
