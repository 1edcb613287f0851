package io.datastream.log;

/** A bound of a log is reached, so a batch was refused and nothing of it kept. Later there may be room. */
public final class LogFullException extends LogException {
    private static final long serialVersionUID = 1L;

    /** A bound that is reached. */
    public LogFullException(String message) {
        super(message, null);
    }
}
