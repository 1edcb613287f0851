package io.datastream.formats.avro;

import org.jspecify.annotations.Nullable;

/** How the blocks of an Avro file are compressed. */
public enum AvroCompression {
    /** Not at all. */
    NONE("null"),
    /** As in zip; what every reader must have. */
    DEFLATE("deflate"),
    /** Fast. */
    SNAPPY("snappy"),
    /** Small, and fast to read. */
    ZSTANDARD("zstandard"),
    /** Small and slow. */
    BZIP2("bzip2");

    private final String codec;

    AvroCompression(String codec) {
        this.codec = codec;
    }

    /** Its name in files. */
    String codec() {
        return codec;
    }

    /** The one of this name in files; null if there is none. */
    static @Nullable AvroCompression of(String codec) {
        for (AvroCompression compression : values()) {
            if (compression.codec.equals(codec)) {
                return compression;
            }
        }
        return null;
    }
}
