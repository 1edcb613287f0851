package io.datastream.trace;

/** A span for work on a record. Begun, used and ended by one thread. */
public interface TraceSpan {
    /**
     * The work has failed. Called once at most.
     *
     * @param error the class of the exception
     * @param message what went wrong, on one line and not too long
     */
    void failed(String error, String message);

    /** The work is done. Called once. */
    void end();
}
