package io.datastream.source;

/** A source cannot be read. */
public class SourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    private SourceException(String message, Throwable cause, boolean retryable) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** A problem that may go away, such as a lost connection. */
    public static SourceException retryable(String message, Throwable cause) {
        return new SourceException(message, cause, true);
    }

    /** A problem that stays, such as a missing file. */
    public static SourceException fatal(String message, Throwable cause) {
        return new SourceException(message, cause, false);
    }

    /** Whether another try can help. */
    public boolean isRetryable() {
        return retryable;
    }
}
