package io.datastream.monitor;

/** The monitor could not be started; the message says why and what would have been right. */
public final class MonitorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MonitorException(String message, Throwable cause) {
        super(message, cause);
    }
}
