package io.datastream.processors.normalize;

/**
 * A record and its value in units of the spread of others.
 *
 * @param value the record
 * @param normalized its value less the center, divided by the scale; NaN where the value is missing or the scale is zero
 *     or unknown
 * @param center what becomes 0, in the value's unit; NaN where it is unknown
 * @param scale what becomes 1, in the value's unit; NaN where it is unknown
 * @param <T> the records
 */
public record Normalized<T>(T value, double normalized, double center, double scale) {
    /** A value in the original unit for a normalized one, such as a forecast made of normalized values. */
    public double inverse(double normalizedValue) {
        return center + scale * normalizedValue;
    }

    static <T> Normalized<T> unknown(T value) {
        return new Normalized<>(value, Double.NaN, Double.NaN, Double.NaN);
    }

    /** {@code distance} is the value less the center. */
    static <T> Normalized<T> of(T value, double distance, double center, double scale) {
        return new Normalized<>(value, scale > 0 ? distance / scale : Double.NaN, center, scale);
    }
}
