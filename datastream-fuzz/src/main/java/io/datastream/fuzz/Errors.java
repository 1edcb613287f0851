package io.datastream.fuzz;

/** Looks at the errors of formats: they are for people. */
final class Errors {
    private static final int LONGEST_MESSAGE = 1_000;

    private Errors() {}

    static void check(Exception error) throws WrongException {
        String message = error.getMessage();
        if (message == null || message.isBlank() || message.length() > LONGEST_MESSAGE) {
            throw new WrongException(
                    "an error with the message " + message + " (expected: one of 1 to " + LONGEST_MESSAGE
                            + " characters)",
                    error);
        }
    }
}
