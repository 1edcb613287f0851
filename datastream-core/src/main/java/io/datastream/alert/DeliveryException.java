package io.datastream.alert;

import org.jspecify.annotations.Nullable;

/** A channel could not deliver a notice. */
public class DeliveryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    @SuppressWarnings("NullAway") // an exception without cause
    private DeliveryException(String message, @Nullable Throwable cause, boolean retryable) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** A problem that may go away, such as a server that is away: the notice is delivered later. */
    public static DeliveryException retryable(String message, @Nullable Throwable cause) {
        return new DeliveryException(message, cause, true);
    }

    /** A problem that stays, such as an address that does not exist: the notice is given up. */
    public static DeliveryException fatal(String message, @Nullable Throwable cause) {
        return new DeliveryException(message, cause, false);
    }

    /** Whether another try can help. */
    public boolean isRetryable() {
        return retryable;
    }
}
