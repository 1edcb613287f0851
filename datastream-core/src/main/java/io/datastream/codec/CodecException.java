package io.datastream.codec;

/** A record that cannot be read or written. The message names the field, the value and what was expected. */
public class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private boolean showsContent;

    /** A problem with this message. */
    public CodecException(String message) {
        super(message);
    }

    /** A problem with this message and cause. People may be shown the content of the record if the cause says so. */
    public CodecException(String message, Throwable cause) {
        super(message, cause);
        this.showsContent = cause instanceof CodecException inner && inner.showsContent;
    }

    /** The same problem, told with the place before it. */
    public CodecException at(String place) {
        Throwable cause = getCause();
        CodecException placed = new CodecException(place + ": " + getMessage(), cause == null ? this : cause);
        placed.showsContent = showsContent;
        return placed;
    }

    /**
     * Says that people may be shown the content of the record that could not be decoded, since nothing in records of its kind
     * is {@link io.datastream.error.Masked}. Without this word they are not.
     */
    public CodecException showingContent() {
        showsContent = true;
        return this;
    }

    /** Whether people may be shown the content of the record. */
    public boolean showsContent() {
        return showsContent;
    }
}
