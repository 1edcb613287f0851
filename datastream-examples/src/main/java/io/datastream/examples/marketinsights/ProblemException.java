package io.datastream.examples.marketinsights;

/** A problem that is told in one line. */
final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProblemException(String message) {
        super(message);
    }

    ProblemException(String message, Throwable cause) {
        super(message, cause);
    }
}
