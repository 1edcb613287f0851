package io.datastream.kafka.internal;

import org.jspecify.annotations.Nullable;

/** The broker knows us not, or does not let us do what is needed. Trying again does not help. */
public final class RefusedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** With what would have been right, and Kafka's error. */
    public RefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
