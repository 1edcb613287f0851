package io.datastream.error;

/** A pipeline failed: the message names the step and the record's place, the cause is the first error. */
public class PipelineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure with this message. */
    public PipelineException(String message) {
        super(message);
    }

    /** A failure with this message and cause. */
    public PipelineException(String message, Throwable cause) {
        super(message, cause);
    }
}
