package io.datastream.sink;

/** A sink cannot take what it was given. */
public class SinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    private SinkException(String message, Throwable cause, boolean retryable) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** A problem that may go away, such as a lost connection: the runtime tries again. */
    public static SinkException retryable(String message, Throwable cause) {
        return new SinkException(message, cause, true);
    }

    /** A problem that stays, such as a missing table. */
    public static SinkException fatal(String message, Throwable cause) {
        return new SinkException(message, cause, false);
    }

    /** Whether another try can help. */
    public boolean isRetryable() {
        return retryable;
    }
}
