package io.datastream.feed;

import org.jspecify.annotations.Nullable;

/** A server refused what it was asked for, and asking again as before will not help. */
public final class FeedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A refusal; the message names the server, and says what would have been right. */
    public FeedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
