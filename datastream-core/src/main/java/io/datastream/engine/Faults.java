package io.datastream.engine;

import io.datastream.codec.CodecException;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.MaskedException;
import io.datastream.error.Masking;
import io.datastream.error.Original;
import io.datastream.error.PipelineException;
import io.datastream.error.SourcePlace;
import io.datastream.time.EventTime;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies the error policies of a task's steps, and knows which record is being processed. */
final class Faults {
    private static final int LONGEST_SHOWN = 100;

    private final String pipeline;
    private final TaskOutput output;
    private final @Nullable TraceScope traces;
    private final Whereabouts where;

    /** Whether records are read again that were processed before: then nothing leaves. */
    boolean replaying;

    /** The place of the current record in its origin; negative for none. */
    long offset = -1;

    /** Whether the current record has just been handed over, and not waited in a sorter. */
    boolean arriving;

    /** The current record's log time and bytes, in a source's task. */
    long logTime;

    byte @Nullable [] bytes;

    /** Says where records come from; the words are asked for only when something has gone wrong. */
    interface Whereabouts {
        /** The origin of the current record. */
        int origin();

        String place(int origin, long offset);

        @Nullable
        SourcePlace source(int origin, long offset);
    }

    Faults(String pipeline, TaskOutput output, Whereabouts where) {
        this.pipeline = pipeline;
        this.output = output;
        this.traces = output.traces();
        this.where = where;
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
        giveUp(step, last, policy.retries() + 1, time, value, null);
        return null;
    }

    /**
     * Handles a failure that is not tried again.
     *
     * @param state what the step knew beside the value; null for nothing
     */
    void giveUp(Step step, Exception failure, int attempts, long time, @Nullable Object value, @Nullable Object state) {
        boolean isResult = failure instanceof UnwritableException;
        Exception error = failure instanceof UnwritableException unwritable
                ? unwritable.error()
                : Masking.failed(failure, value, state);
        if (traces != null && traces.current() != null) {
            traces.failed(MaskedException.nameOf(error), "step \"" + step.name + "\": " + describe(error));
        }
        switch (step.policy.action()) {
            case FAIL -> {
                String place = isResult ? placeOfResult(where.origin(), offset, time) : place();
                throw new PipelineException(place + ": step \"" + step.name + "\": " + describe(error), error);
            }
            case SKIP -> {
                if (!replaying) {
                    String place = isResult ? placeOfResult(where.origin(), offset, time) : place();
                    step.failed(
                            place,
                            describe(error),
                            sample(error, value == null ? null : Masking.text(value), original()),
                            error);
                    step.skipped.incrementAndGet();
                }
            }
            case DEAD_LETTER -> {
                if (!replaying) {
                    String place = isResult ? placeOfResult(where.origin(), offset, time) : place();
                    deadLetter(step, error, attempts, time, value, place, source(), original());
                }
            }
        }
    }

    private void deadLetter(
            Step step,
            Exception error,
            int attempts,
            long time,
            @Nullable Object value,
            String place,
            @Nullable SourcePlace source,
            @Nullable Original original) {
        String text = value == null ? null : Masking.text(value);
        step.failed(place, describe(error), sample(error, text, original), error);
        step.deadLetters.incrementAndGet();
        output.deadLetter(new DeadLetter(
                pipeline,
                step.name,
                place,
                time,
                MaskedException.nameOf(error),
                String.valueOf(error.getMessage()),
                attempts,
                text,
                source,
                original));
    }

    private String placeOfResult(int origin, long resultOffset, long time) {
        return resultOffset < 0 ? "result at " + EventTime.describe(time) : where.place(origin, resultOffset);
    }

    /** What to keep of a result that is handed to a sink now. */
    SinkResult handedOver(Step step, long time, Object value) {
        boolean keepsRecord = step.policy.action() == ErrorPolicy.Action.DEAD_LETTER;
        return new HandedOver(this, step, time, value, where.origin(), offset, keepsRecord ? original() : null);
    }

    /** A result, and the record that was current when it was handed over. */
    private record HandedOver(
            Faults faults,
            Step step,
            long time,
            Object value,
            int origin,
            long offset,
            @Nullable Original original) implements SinkResult {
        @Override
        public void refused(Exception refusal) {
            Exception error = Masking.refused(refusal, value);
            String place = faults.placeOfResult(origin, offset, time);
            switch (step.policy.action()) {
                case FAIL ->
                    throw new PipelineException(
                            place + ": step \"" + step.name + "\": refused " + shortened(Masking.text(value)) + ": "
                                    + told(error),
                            error);
                case SKIP -> {
                    step.failed(place, describe(error), Masking.text(value), error);
                    step.skipped.incrementAndGet();
                }
                case DEAD_LETTER ->
                    faults.deadLetter(
                            step, error, 1, time, value, place, faults.where.source(origin, offset), original);
            }
        }
    }

    String place() {
        return where.place(where.origin(), offset);
    }

    @Nullable
    SourcePlace source() {
        return where.source(where.origin(), offset);
    }

    /** The current record as its source gave it, if it is at hand. */
    @Nullable
    Original original() {
        if (!arriving) {
            return null;
        }
        Original known = output.original();
        return known != null || bytes == null ? known : new Original(logTime, null, bytes, List.of());
    }

    /** What people are shown of a record that failed: its value, or what was to be decoded if that may be shown. */
    private static @Nullable String sample(Exception error, @Nullable String value, @Nullable Original original) {
        if (value != null) {
            return value;
        }
        return original != null && error instanceof CodecException codec && codec.showsContent()
                ? original.sample()
                : null;
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }

    private static String told(Exception error) {
        return error.getMessage() == null ? error.toString() : error.getMessage();
    }

    private static String describe(Exception error) {
        String message = error.getMessage();
        return error instanceof CodecException && message != null ? message : error.toString();
    }
}
