package io.datastream.processors.smooth;

/**
 * A record with the weighted mean and variance up to it.
 *
 * @param value the record
 * @param mean weighted mean; NaN before the first value
 * @param variance weighted variance as of a sample (bias corrected); NaN before the second value
 * @param populationVariance weighted variance as of a population; NaN before the first value
 * @param <T> the records
 */
public record EwmaResult<T>(T value, double mean, double variance, double populationVariance) {
    /** The square root of {@link #variance}. */
    public double standardDeviation() {
        return Math.sqrt(variance);
    }
}
