package io.datastream.log;

import java.time.Duration;

/** There is no answer now, and it was said when there may be one; see {@link Poller.Question}. */
public final class RetryAfterException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Duration pause;

    /** A question that may be asked again after a pause. */
    public RetryAfterException(String message, Duration pause) {
        super(message);
        this.pause = pause;
    }

    /** After how long. */
    public Duration pause() {
        return pause;
    }
}
