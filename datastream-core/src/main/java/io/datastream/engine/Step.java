package io.datastream.engine;

import io.datastream.error.ErrorPolicy;
import io.datastream.error.OneLine;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The name, error policy and counts of a step within a task. */
public final class Step {
    private static final int LONGEST_FAILURE = 500;
    private static final int LONGEST_SAMPLE = 300;

    final String name;
    final ErrorPolicy policy;
    final AtomicLong skipped = new AtomicLong();
    final AtomicLong deadLetters = new AtomicLong();
    final AtomicLong late = new AtomicLong();
    private final FailureLog log;
    private volatile @Nullable Failure lastFailure;

    /**
     * What is told of a record that failed.
     *
     * @param text its place, and why it failed
     * @param sample what it looked like; null if that is not known or not to be shown
     */
    public record Failure(String text, @Nullable String sample) {}

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

    /** The record that failed last; null if none did. */
    public @Nullable Failure lastFailure() {
        return lastFailure;
    }

    /** Notes a record that is given up, before it is counted. */
    void failed(String place, String description, @Nullable String sample, Exception error) {
        lastFailure = new Failure(
                shortened(place + ": " + description), sample == null ? null : OneLine.of(sample, LONGEST_SAMPLE));
        log.failed(place, description, error);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_FAILURE ? text : text.substring(0, LONGEST_FAILURE) + "...";
    }

    /** How many records came too late. */
    public long late() {
        return late.get();
    }
}
