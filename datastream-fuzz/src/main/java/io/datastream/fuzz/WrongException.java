package io.datastream.fuzz;

/** What was read is not what is there, or an error is not as it should be. */
final class WrongException extends Exception {
    private static final long serialVersionUID = 1L;

    WrongException(String message) {
        super(message);
    }

    WrongException(String message, Throwable cause) {
        super(message, cause);
    }
}
