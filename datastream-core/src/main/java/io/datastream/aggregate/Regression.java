package io.datastream.aggregate;

/**
 * The line of least squares {@code y = intercept + slope x}.
 *
 * @param count the pairs it was fitted to
 * @param slope the rise of y for one unit of x; NaN if x does not vary, so also of fewer than two pairs
 * @param intercept y at x = 0; NaN like the slope
 * @param r2 the part of the variance of y that the line explains, from 0 to 1; NaN if x or y does not vary
 */
public record Regression(long count, double slope, double intercept, double r2) {
    /** The line's y at {@code x}. Less exact than the slope where x lies far from 0 compared with its spread. */
    public double at(double x) {
        return intercept + slope * x;
    }
}
