package io.datastream.error;

import io.datastream.topic.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source's record as it was read, before it was decoded. Arrays are not copied.
 *
 * @param logNanos the log's time of the record, in nanoseconds since the epoch
 * @param key bytes of its key; null if it has none
 * @param value bytes of its value; null if it has none
 * @param headers its headers, in order
 */
@SuppressWarnings("ArrayRecordComponent")
public record Original(long logNanos, byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {
    /** Copies the list of headers. */
    public Original {
        headers = List.copyOf(headers);
    }

    /** The value as UTF-8 text; empty if it has none. */
    public String text() {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return value == null ? "no bytes" : value.length + " bytes";
    }
}
