package io.datastream.processors.outlier;

import io.datastream.processors.internal.ShortNumber;

/**
 * A record and what a detector thinks of it. Where it could not judge (the value is missing, or too few others are
 * there), {@code isOutlier} is false and score and bounds are NaN.
 *
 * @param value the record
 * @param isOutlier whether it is an outlier
 * @param score how far the value is above what is expected, in units of the scale; negative below. Infinite where the
 *     scale is zero and the value another
 * @param expected what the value was expected to be, in the value's unit
 * @param scale how far values usually are from that, in the value's unit
 * @param lower least value that is no outlier
 * @param upper greatest value that is no outlier
 * @param direction on which side an outlier lies; {@link Direction#NONE} for others
 * @param reason a sentence for people; empty for records that are no outliers
 * @param <T> the records
 */
public record Outlier<T>(
        T value,
        boolean isOutlier,
        double score,
        double expected,
        double scale,
        double lower,
        double upper,
        Direction direction,
        String reason) {
    /** On which side of the expected value an outlier lies. */
    public enum Direction {
        /** No outlier. */
        NONE,
        /** Above. */
        UP,
        /** Below. */
        DOWN
    }

    /** Whether there was enough to judge the record by. */
    public boolean isJudged() {
        return !Double.isNaN(lower);
    }

    /** A record that cannot be judged. */
    static <T> Outlier<T> unjudged(T value) {
        return new Outlier<>(
                value, false, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Direction.NONE, "");
    }

    /** A record judged by the distance from its expected value, which was found from this many others. */
    static <T> Outlier<T> judged(
            T value,
            double x,
            double distance,
            double expected,
            double scale,
            double threshold,
            long others,
            Words words) {
        double width = threshold * scale;
        boolean outlier = Math.abs(distance) > width;
        double score = distance == 0 ? 0 : distance / scale;
        Direction direction = !outlier ? Direction.NONE : distance > 0 ? Direction.UP : Direction.DOWN;
        return new Outlier<>(
                value,
                outlier,
                score,
                expected,
                scale,
                expected - width,
                expected + width,
                direction,
                outlier ? reason(x, score, expected, threshold, direction, others, words) : "");
    }

    private static String reason(
            double x, double score, double expected, double threshold, Direction direction, long others, Words words) {
        return ShortNumber.of(x) + " is "
                + (Double.isInfinite(score) ? "" : ShortNumber.of(Math.abs(score)) + " " + words.scale() + " ")
                + (direction == Direction.UP ? "above" : "below") + " the " + words.expected() + " "
                + ShortNumber.of(expected) + " of " + others + " " + words.others() + " (limit "
                + (Double.isInfinite(score) ? "0: they do not vary" : ShortNumber.of(threshold)) + ")";
    }

    /** Words of a reason: what is expected, in what distances are measured, what others there are. */
    record Words(String expected, String scale, String others) {}
}
