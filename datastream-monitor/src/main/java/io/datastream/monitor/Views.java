package io.datastream.monitor;

import io.datastream.time.EventTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the API tells, as it is written in JSON. Times are ISO 8601 in UTC; what is not known is left out. */
final class Views {
    private Views() {}

    /** A line of the list of pipelines. */
    record Line(
            String name,
            String state,
            boolean ended,
            int restarts,
            @Nullable String lastError) {}

    /**
     * A pipeline.
     *
     * @param time of this look
     * @param plan its definition; left out of events
     * @param totals sums over all stages
     * @param waitingFor what the runtime says
     * @param findings why nothing comes out, or that something does
     * @param errors the last ones that were seen, newest first
     * @param connections of clients that have meters for them
     * @param resources what the JVM uses
     */
    record Whole(
            String name,
            String state,
            boolean ended,
            int restarts,
            @Nullable String lastError,
            String time,
            @Nullable PlanView plan,
            Totals totals,
            List<OriginView> origins,
            List<StageView> stages,
            List<StepView> steps,
            List<String> waitingFor,
            List<Finding> findings,
            List<Seen> errors,
            List<ConnectionView> connections,
            Resources resources) {
        /** The same with the definition. */
        Whole with(PlanView itsPlan) {
            return new Whole(
                    name,
                    state,
                    ended,
                    restarts,
                    lastError,
                    time,
                    itsPlan,
                    totals,
                    origins,
                    stages,
                    steps,
                    waitingFor,
                    findings,
                    errors,
                    connections,
                    resources);
        }
    }

    /**
     * Sums over all stages. Rates are per second, over the last seconds.
     *
     * @param lag records that are there and not read yet
     * @param delaySeconds by which the oldest watermark of a source is behind the clock
     */
    record Totals(
            double inRate,
            double outRate,
            double errorRate,
            long in,
            long out,
            long late,
            long skipped,
            long deadLetters,
            @Nullable Long lag,
            @Nullable Double delaySeconds) {}

    /**
     * A source partition.
     *
     * @param quiet whether nothing comes from it now
     * @param problem whether a finding calls it a problem
     */
    record OriginView(
            String name,
            int stage,
            @Nullable Long position,
            @Nullable Long end,
            @Nullable Long lag,
            @Nullable String watermark,
            @Nullable Double delaySeconds,
            String evidence,
            boolean quiet,
            boolean problem) {}

    /**
     * A stage of the plan, all its tasks together.
     *
     * @param inRate records a second; left out where the runtime does not count the stage by itself
     */
    record StageView(
            int id,
            @Nullable Double inRate,
            @Nullable Double outRate,
            @Nullable Long in,
            @Nullable Long out,
            @Nullable String watermark,
            @Nullable Double delaySeconds,
            @Nullable String oldestWindow,
            @Nullable Long buffered,
            @Nullable Long keys,
            @Nullable Long lag,
            boolean held) {}

    /** A step that did not use every record. */
    record StepView(
            String name,
            long late,
            long skipped,
            long deadLetters,
            @Nullable String lastFailure,
            @Nullable String lastSample) {}

    /**
     * The connections of a client of a source or sink, such as a consumer or a pool.
     *
     * @param open how many are open; left out where it is not known now
     */
    record ConnectionView(String client, @Nullable Long open) {}

    /**
     * An error, and when the monitor saw it first.
     *
     * @param sample what the record looked like, without its masked fields
     */
    record Seen(
            String time, String step, String text, @Nullable String sample) {}

    /** How much a sentence matters. */
    enum Level {
        OK,
        WAIT,
        PROBLEM
    }

    /** A sentence about the pipeline. */
    record Finding(Level level, String text) {}

    /** The definition. */
    record PlanView(
            List<StagePlan> stages,
            @Nullable String deadLetters,
            @Nullable String late,
            String text) {}

    /** A stage of the definition. */
    record StagePlan(
            int id,
            @Nullable String source,
            @Nullable String key,
            @Nullable String via,
            boolean fused,
            List<StepPlan> steps,
            List<Integer> targets) {}

    /** A step of the definition. */
    record StepPlan(String name, String kind, String role) {}

    /**
     * The last minutes of a pipeline: one value for each time.
     *
     * @param times milliseconds since the epoch
     */
    record History(
            List<Long> times,
            List<Double> inRate,
            List<Double> outRate,
            List<Double> errorRate,
            List<@Nullable Long> lag,
            List<Long> heap) {}

    /** An instant, or null for the two ends of time. */
    static @Nullable String time(long nanos) {
        return isTime(nanos) ? EventTime.describe(nanos) : null;
    }

    static boolean isTime(long nanos) {
        return nanos != EventTime.MIN && nanos < EventTime.MAX - 1;
    }
}
