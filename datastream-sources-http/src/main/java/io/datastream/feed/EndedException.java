package io.datastream.feed;

import java.io.IOException;

/** The server says that there is nothing more to connect for. */
final class EndedException extends IOException {
    private static final long serialVersionUID = 1L;

    EndedException(String message) {
        super(message);
    }
}
