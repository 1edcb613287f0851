package io.datastream.engine;

import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.PipelineException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Applies the error policies of a task's steps, and knows which record is being processed. */
final class Faults {
    private final String pipeline;
    private final TaskOutput output;

    /** Whether records are read again that were processed before: then nothing leaves. */
    boolean replaying;

    /** The place of the current record in its origin; negative for none. */
    long offset = -1;

    byte @Nullable [] original;

    /** Says where the current record comes from; asked only when something has gone wrong. */
    private final Supplier<String> place;

    Faults(String pipeline, TaskOutput output, Supplier<String> place) {
        this.pipeline = pipeline;
        this.output = output;
        this.place = place;
    }

    /** A step that is tried again. */
    interface Attempt {
        @Nullable
        Object run() throws Exception;
    }

    /**
     * Handles the failure of a step for a record.
     *
     * @return the result of a later attempt, or null if the record is given up
     */
    @Nullable
    Object handle(Step step, Exception error, long time, @Nullable Object value, Attempt attempt) {
        ErrorPolicy policy = step.policy;
        Exception last = error;
        Duration pause = policy.backoff();
        for (int i = 0; i < policy.retries(); i++) {
            if (!pause.isZero()) {
                output.backOff(pause);
                pause = pause.multipliedBy(2);
            }
            try {
                return attempt.run();
            } catch (Exception e) {
                last = e;
            }
        }
        giveUp(step, last, policy.retries() + 1, time, value);
        return null;
    }

    /** Handles a failure that is not tried again. */
    void giveUp(Step step, Exception error, int attempts, long time, @Nullable Object value) {
        switch (step.policy.action()) {
            case FAIL ->
                throw new PipelineException(place() + ": step \"" + step.name + "\": " + describe(error), error);
            case SKIP -> {
                if (!replaying) {
                    step.skipped.incrementAndGet();
                }
            }
            case DEAD_LETTER -> {
                if (!replaying) {
                    step.deadLetters.incrementAndGet();
                    output.deadLetter(new DeadLetter(
                            pipeline,
                            step.name,
                            place(),
                            time,
                            error.getClass().getName(),
                            String.valueOf(error.getMessage()),
                            attempts,
                            value == null ? null : text(value),
                            original));
                }
            }
        }
    }

    String place() {
        return place.get();
    }

    private static String text(Object value) {
        try {
            return String.valueOf(value);
        } catch (RuntimeException e) {
            return value.getClass().getName() + " (its toString failed: " + e + ")";
        }
    }

    private static String describe(Exception error) {
        String message = error.getMessage();
        return error instanceof io.datastream.codec.CodecException && message != null ? message : error.toString();
    }
}
