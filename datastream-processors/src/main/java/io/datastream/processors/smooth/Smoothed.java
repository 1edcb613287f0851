package io.datastream.processors.smooth;

/**
 * A record and the smoothed value at its time.
 *
 * @param value the record
 * @param mean the smoothed value; NaN before the first value
 * @param <T> the records
 */
public record Smoothed<T>(T value, double mean) {}
