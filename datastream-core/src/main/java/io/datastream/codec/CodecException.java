package io.datastream.codec;

/** A record that cannot be read or written. The message names the field, the value and what was expected. */
public class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A problem with this message. */
    public CodecException(String message) {
        super(message);
    }

    /** A problem with this message and cause. */
    public CodecException(String message, Throwable cause) {
        super(message, cause);
    }
}
