package io.datastream.error;

import java.io.Serializable;
import java.time.Duration;

/**
 * What a step does with a record that fails.
 *
 * @param action what is done in the end
 * @param retries how often the step is tried again before that, 0 or more
 * @param backoff pause before the first retry; doubled for each further one
 */
public record ErrorPolicy(Action action, int retries, Duration backoff) implements Serializable {
    /** What is done with a record that failed for good. */
    public enum Action {
        /** The pipeline stops, with the record's place in the error. */
        FAIL,
        /** The record is dropped and counted. */
        SKIP,
        /** The record goes to the pipeline's dead letters. */
        DEAD_LETTER
    }

    /** Checks the arguments. */
    public ErrorPolicy {
        if (retries < 0) {
            throw new IllegalArgumentException("retries: " + retries + " (expected: 0 or more)");
        }
        if (backoff.isNegative()) {
            throw new IllegalArgumentException("backoff: " + backoff + " (expected: not negative)");
        }
    }

    /** The pipeline stops. This is the default. */
    public static ErrorPolicy fail() {
        return new ErrorPolicy(Action.FAIL, 0, Duration.ZERO);
    }

    /** The record is dropped and counted. */
    public static ErrorPolicy skip() {
        return new ErrorPolicy(Action.SKIP, 0, Duration.ZERO);
    }

    /** The record goes to the pipeline's dead letters. */
    public static ErrorPolicy deadLetter() {
        return new ErrorPolicy(Action.DEAD_LETTER, 0, Duration.ZERO);
    }

    /**
     * The step is tried again, then the pipeline stops unless {@link #then} says otherwise. Steps with state are not
     * tried again: their state may have changed.
     */
    public static ErrorPolicy retry(int retries, Duration backoff) {
        return new ErrorPolicy(Action.FAIL, retries, backoff);
    }

    /** The same retries with another end. */
    public ErrorPolicy then(Action action) {
        return new ErrorPolicy(action, retries, backoff);
    }
}
