package io.datastream.log;

import org.jspecify.annotations.Nullable;

/**
 * A record that was polled.
 *
 * @param bytes how it is kept: as the log's decoder reads it, or, of a malformed one, as it was found
 * @param error what is wrong with it and where it stands; null if it is well
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, not compared
public record PolledRecord(byte[] bytes, @Nullable String error) {
    /** A record that is well. */
    public static PolledRecord of(byte[] bytes) {
        return new PolledRecord(bytes, null);
    }

    /** A record that could not be read; it is an error of the pipeline's source, whose policy says what becomes of it. */
    public static PolledRecord malformed(byte[] found, String error) {
        return new PolledRecord(found, error);
    }
}
