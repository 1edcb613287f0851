package io.datastream.aggregate;

/**
 * What {@link Aggregations#statistics} finds out about the numbers of a window. Records without a number (NaN) appear in
 * {@code rows} alone. Of no numbers, the sum is 0.0 and everything from {@code mean} on is NaN.
 *
 * @param rows the records
 * @param count the records that have a number
 * @param sum their sum
 * @param mean their mean
 * @param min the least number
 * @param max the greatest number
 * @param varianceSample the variance with divisor count - 1, NaN of one number; NaN with infinite numbers
 * @param variancePopulation the variance with divisor count; NaN with infinite numbers
 * @param sdSample the square root of {@code varianceSample}
 * @param sdPopulation the square root of {@code variancePopulation}
 */
public record Statistics(
        long rows,
        long count,
        double sum,
        double mean,
        double min,
        double max,
        double varianceSample,
        double variancePopulation,
        double sdSample,
        double sdPopulation) {}
