package io.datastream.engine;

import io.datastream.error.ErrorPolicy;
import java.util.concurrent.atomic.AtomicLong;

/** The name, error policy and counts of a step within a task. */
public final class Step {
    final String name;
    final ErrorPolicy policy;
    final AtomicLong skipped = new AtomicLong();
    final AtomicLong deadLetters = new AtomicLong();
    final AtomicLong late = new AtomicLong();

    Step(String name, ErrorPolicy policy) {
        this.name = name;
        this.policy = policy;
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

    /** How many records came too late. */
    public long late() {
        return late.get();
    }
}
