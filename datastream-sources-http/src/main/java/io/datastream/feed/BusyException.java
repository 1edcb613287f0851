package io.datastream.feed;

import java.io.IOException;
import java.time.Duration;

/** The server asks to be left alone for a while. */
final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;

    final Duration pause;

    BusyException(String message, Duration pause) {
        super(message);
        this.pause = pause;
    }
}
