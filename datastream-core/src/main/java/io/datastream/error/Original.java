package io.datastream.error;

import io.datastream.topic.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
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
    private static final int LONGEST_SAMPLE = 1_000;

    /** Copies the list of headers. */
    public Original {
        headers = List.copyOf(headers);
    }

    /** The value as UTF-8 text; empty if it has none. */
    public String text() {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    /** The beginning of the value for people: its text, or how long it is if it is no text; null if it has none. */
    public @Nullable String sample() {
        if (value == null) {
            return null;
        }
        ByteBuffer begin = ByteBuffer.wrap(value, 0, Math.min(value.length, LONGEST_SAMPLE));
        CharBuffer text = CharBuffer.allocate(LONGEST_SAMPLE);
        // a character that is cut at the end is left over, and no error
        boolean isText =
                !StandardCharsets.UTF_8.newDecoder().decode(begin, text, false).isError();
        text.flip();
        return isText && text.chars().noneMatch(Original::isBinary) ? text.toString() : value.length + " bytes";
    }

    private static boolean isBinary(int character) {
        return character < ' ' && character != '\t' && character != '\n' && character != '\r';
    }

    @Override
    public String toString() {
        return value == null ? "no bytes" : value.length + " bytes";
    }
}
