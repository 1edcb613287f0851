package io.datastream.monitor.top;

/** Nothing can be shown, and why. */
final class TopException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TopException(String message) {
        super(message);
    }
}
