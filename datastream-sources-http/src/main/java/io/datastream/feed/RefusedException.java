package io.datastream.feed;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The server answered, and said no; unlike a connection that cannot be made, this is told to whoever starts. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
