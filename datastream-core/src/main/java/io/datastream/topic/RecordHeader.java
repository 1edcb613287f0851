package io.datastream.topic;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A named piece of information that travels beside a record's key and value. Several of one record may have the same name.
 *
 * @param name its name
 * @param value its bytes, not copied; null where the writer gave none
 */
@SuppressWarnings("ArrayRecordComponent")
public record RecordHeader(String name, byte @Nullable [] value) {
    /** A header of UTF-8 text. */
    public static RecordHeader of(String name, String text) {
        return new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes as UTF-8 text; empty where there are none. */
    public String text() {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return name + "=" + (value == null ? "null" : value.length + " bytes");
    }
}
