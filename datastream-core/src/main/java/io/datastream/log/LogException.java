package io.datastream.log;

import org.jspecify.annotations.Nullable;

/** A log cannot be opened, or could not keep a batch. */
public class LogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A problem; the message names the file. */
    public LogException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
