package io.datastream.processors.stats;

/**
 * Statistics of a series up to a time.
 *
 * @param timeNanos time of the newest record, in nanoseconds since the epoch
 * @param count number of values; missing ones are not counted
 * @param sum sum of the values; 0 for none
 * @param mean mean of the values; NaN for none
 * @param variance variance as of a sample (divided by {@code count - 1}); NaN for less than two values
 * @param populationVariance variance as of a population (divided by {@code count}); NaN for none
 * @param minimum least value; NaN for none
 * @param maximum greatest value; NaN for none
 * @param autocorrelation autocorrelation at a lag of one value; NaN if the values do not vary
 */
public record SeriesStatistics(
        long timeNanos,
        long count,
        double sum,
        double mean,
        double variance,
        double populationVariance,
        double minimum,
        double maximum,
        double autocorrelation) {
    /** The square root of {@link #variance}. */
    public double standardDeviation() {
        return Math.sqrt(variance);
    }
}
