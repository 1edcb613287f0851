package io.datastream.config;

/** Says that a text is not a value of its type. Its message is a hint put behind what was expected, or empty. */
final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    BadValueException(String hint) {
        super(hint, null, false, false);
    }

    String hint() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
