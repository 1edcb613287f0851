package io.datastream.runtime;

import io.datastream.time.EventTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a pipeline stands. {@link #toString()} is a table for people.
 *
 * @param pipeline name of the pipeline
 * @param state what it is doing
 * @param origins its source partitions
 * @param stages its keyed stages
 * @param steps counts of its steps, those that lost or failed records
 * @param waitingFor what holds it up, in words; empty if nothing does
 * @param restarts how often it went on after a failure
 * @param lastError the last failure, or null
 */
public record PipelineStatus(
        String pipeline,
        PipelineState state,
        List<OriginStatus> origins,
        List<StageStatus> stages,
        List<StepStatus> steps,
        List<String> waitingFor,
        int restarts,
        @Nullable String lastError) {

    /** Copies the lists. */
    public PipelineStatus {
        origins = List.copyOf(origins);
        stages = List.copyOf(stages);
        steps = List.copyOf(steps);
        waitingFor = List.copyOf(waitingFor);
    }

    /**
     * A source partition.
     *
     * @param name such as {@code readings-3}
     * @param stage number of the stage that reads it, in the plan
     * @param position offset of the next record to read; -1 if unknown
     * @param end offset after the last record there is; -1 if unknown
     * @param watermarkNanos no earlier record is on time any more
     * @param evidence what is known of it: reading, caught up, idle since, ended
     */
    public record OriginStatus(String name, int stage, long position, long end, long watermarkNanos, String evidence) {}

    /**
     * A keyed stage.
     *
     * @param name of the stage
     * @param stage its number in the plan
     * @param watermarkNanos the least of its tasks
     * @param oldestWindowNanos start of the oldest window that is open; {@link EventTime#MAX} if none is
     * @param buffered records that wait for the watermark
     * @param keys keys with state
     */
    public record StageStatus(
            String name, int stage, long watermarkNanos, long oldestWindowNanos, long buffered, long keys) {}

    /**
     * A step that did not use every record.
     *
     * @param name of the step
     * @param late records that came too late
     * @param skipped records that failed, or had no value, and were dropped
     * @param deadLetters records that failed and went to the dead letters
     * @param lastFailure place of a record that failed lately, and why, such as {@code readings-3@1042: not a number};
     *     null if none did
     * @param lastSample what that record looked like, its {@link io.datastream.error.Masked} fields hidden; null if that is
     *     not known or not to be shown
     */
    public record StepStatus(
            String name,
            long late,
            long skipped,
            long deadLetters,
            @Nullable String lastFailure,
            @Nullable String lastSample) {
        /** The counts of both, which are of the same step. */
        StepStatus plus(StepStatus other) {
            return new StepStatus(
                    name,
                    late + other.late,
                    skipped + other.skipped,
                    deadLetters + other.deadLetters,
                    other.lastFailure == null ? lastFailure : other.lastFailure,
                    other.lastFailure == null ? lastSample : other.lastSample);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("pipeline ")
                .append(pipeline)
                .append(": ")
                .append(state)
                .append(restarts == 0 ? "" : ", restarted " + restarts + " times")
                .append('\n');
        for (OriginStatus origin : origins) {
            text.append("  source ")
                    .append(origin.name())
                    .append(origin.position() < 0 ? ": position not known yet" : ": at " + origin.position())
                    .append(origin.end() < 0 ? "" : " of " + origin.end())
                    .append(", watermark ")
                    .append(EventTime.describe(origin.watermarkNanos()))
                    .append(", ")
                    .append(origin.evidence())
                    .append('\n');
        }
        for (StageStatus stage : stages) {
            text.append("  ")
                    .append(stage.name())
                    .append(": watermark ")
                    .append(EventTime.describe(stage.watermarkNanos()))
                    .append(
                            stage.oldestWindowNanos() == EventTime.MAX
                                    ? ""
                                    : ", oldest open window from " + EventTime.describe(stage.oldestWindowNanos()))
                    .append(", ")
                    .append(stage.buffered())
                    .append(" records wait, ")
                    .append(stage.keys())
                    .append(" keys\n");
        }
        for (StepStatus step : steps) {
            text.append("  step ")
                    .append(step.name())
                    .append(": ")
                    .append(step.late())
                    .append(" late, ")
                    .append(step.skipped())
                    .append(" skipped, ")
                    .append(step.deadLetters())
                    .append(" dead letters")
                    .append(step.lastFailure() == null ? "" : ", such as " + step.lastFailure())
                    .append('\n');
        }
        waitingFor.forEach(reason -> text.append("  held up: ").append(reason).append('\n'));
        if (lastError != null) {
            text.append("  last error: ").append(lastError).append('\n');
        }
        return text.toString();
    }
}
