package io.datastream.topic;

import org.jspecify.annotations.Nullable;

/**
 * A record of an in-process topic.
 *
 * @param offset its place in the partition
 * @param timeNanos when it was written, or the time it was given, in nanoseconds since the epoch
 * @param key bytes of its key, or null
 * @param value bytes of its value
 */
@SuppressWarnings("ArrayRecordComponent")
public record TopicRecord(long offset, long timeNanos, byte @Nullable [] key, byte[] value) {}
