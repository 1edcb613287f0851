package io.datastream.error;

/**
 * A record that came too late for the step that wanted it.
 *
 * @param step name of the step
 * @param place where the record came from, such as {@code readings-3@1042}
 * @param timeNanos its event time in nanoseconds since the epoch
 * @param watermarkNanos the watermark of its origin when it was read
 * @param value the record
 * @param <T> type of the record
 */
public record Late<T>(String step, String place, long timeNanos, long watermarkNanos, T value) {}
