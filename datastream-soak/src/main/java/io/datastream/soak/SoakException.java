package io.datastream.soak;

/** The run cannot go on, or shows a fault. */
final class SoakException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SoakException(String message) {
        super(message);
    }

    SoakException(String message, Throwable cause) {
        super(message, cause);
    }
}
