package io.datastream.topic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of an in-process topic.
 *
 * @param offset its place in the partition
 * @param timeNanos when it was written, or the time it was given, in nanoseconds since the epoch
 * @param key bytes of its key, or null
 * @param value bytes of its value
 * @param headers its headers, in order
 */
@SuppressWarnings("ArrayRecordComponent")
public record TopicRecord(
        long offset, long timeNanos, byte @Nullable [] key, byte[] value, List<RecordHeader> headers) {
    /** Copies the list of headers. */
    public TopicRecord {
        headers = List.copyOf(headers);
    }
}
