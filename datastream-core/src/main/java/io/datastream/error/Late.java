package io.datastream.error;

import org.jspecify.annotations.Nullable;

/**
 * A record that came too late for the step that wanted it.
 *
 * @param pipeline name of the pipeline
 * @param step name of the step
 * @param place where the record came from, such as {@code readings-3@1042}
 * @param timeNanos its event time in nanoseconds since the epoch
 * @param watermarkNanos the watermark of its origin when it was read
 * @param value the record
 * @param source where the record stands in its source; null if it comes from a step with state
 * @param original the source's record; null where it is not at hand, because the record has passed an exchange or the
 *     source has no bytes
 * @param <T> type of the record
 */
public record Late<T>(
        String pipeline,
        String step,
        String place,
        long timeNanos,
        long watermarkNanos,
        T value,
        @Nullable SourcePlace source,
        @Nullable Original original) {}
