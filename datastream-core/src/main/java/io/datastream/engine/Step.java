package io.datastream.engine;

import io.datastream.error.ErrorPolicy;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The name, error policy and counts of a step within a task. */
public final class Step {
    private static final int LONGEST_FAILURE = 500;

    final String name;
    final ErrorPolicy policy;
    final AtomicLong skipped = new AtomicLong();
    final AtomicLong deadLetters = new AtomicLong();
    final AtomicLong late = new AtomicLong();
    private final FailureLog log;
    private volatile @Nullable String lastFailure;

    Step(String pipeline, String name, ErrorPolicy policy) {
        this.name = name;
        this.policy = policy;
        this.log = new FailureLog(pipeline, name, System::nanoTime);
    }

    /** The step's name. */
    public String name() {
        return name;
    }

    /** How many records were dropped because they failed. */
    public long skipped() {
        return skipped.get();
    }

    /** How many records went to the dead letters. */
    public long deadLetters() {
        return deadLetters.get();
    }

    /** Where a record failed last, and why; null if none did. */
    public @Nullable String lastFailure() {
        return lastFailure;
    }

    /** Notes a record that is given up, before it is counted. */
    void failed(String place, String description, Exception error) {
        String text = place + ": " + description;
        lastFailure = text.length() <= LONGEST_FAILURE ? text : text.substring(0, LONGEST_FAILURE) + "...";
        log.failed(place, description, error);
    }

    /** How many records came too late. */
    public long late() {
        return late.get();
    }
}
