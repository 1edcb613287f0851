package io.datastream.monitor;

import io.datastream.monitor.Views.Finding;
import io.datastream.monitor.Views.Level;
import io.datastream.plan.Plan;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.runtime.PipelineStatus.OriginStatus;
import io.datastream.runtime.PipelineStatus.StageStatus;
import io.datastream.time.EventTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says in words why nothing comes out of a pipeline, as far as its status tells. */
final class Explanation {
    private static final String PAUSED = "the pipeline is paused";

    private final Plan plan;
    private final PipelineStatus status;
    private final Set<String> silent;
    private final double inRate;
    private final double outRate;
    private final List<Finding> findings = new ArrayList<>();

    private Explanation(Plan plan, PipelineStatus status, Set<String> silent, double inRate, double outRate) {
        this.plan = plan;
        this.status = status;
        this.silent = silent;
        this.inRate = inRate;
        this.outRate = outRate;
    }

    /**
     * The findings, those that matter most first; never empty.
     *
     * @param silent names of partitions from which nothing has come for a while
     * @param inRate records that were read in a second, lately
     * @param outRate results that were handed to sinks in a second, lately
     */
    static List<Finding> of(Plan plan, PipelineStatus status, Set<String> silent, double inRate, double outRate) {
        Explanation explanation = new Explanation(plan, status, silent, inRate, outRate);
        explanation.explain();
        explanation.findings.sort((a, b) -> b.level().compareTo(a.level()));
        return List.copyOf(explanation.findings);
    }

    private void explain() {
        state();
        for (String reason : status.waitingFor()) {
            if (!reason.equals(PAUSED)) {
                add(Level.PROBLEM, "Held up: " + reason + ".");
            }
        }
        if (status.state().isFinal()) {
            return;
        }
        if (status.state() == PipelineState.RUNNING) {
            positions();
        }
        stages();
        flow();
    }

    private void add(Level level, String text) {
        findings.add(new Finding(level, text));
    }

    private void state() {
        String error = status.lastError();
        switch (status.state()) {
            case STARTING ->
                add(Level.WAIT, "The pipeline starts: it opens its sources and sinks and loads its state.");
            case PAUSED -> add(Level.WAIT, "The pipeline is paused. Nothing is read until it is resumed.");
            case RESTARTING ->
                add(Level.PROBLEM, "The pipeline has failed and goes on from its last commit soon" + because(error));
            case DRAINING ->
                add(Level.WAIT, "The pipeline is drained: it finishes what has been read, and stops then.");
            case STOPPING -> add(Level.WAIT, "The pipeline stops.");
            case COMPLETED -> add(Level.OK, "The pipeline is complete: all its input has been processed.");
            case STOPPED -> add(Level.WAIT, "The pipeline was stopped. Nothing is read any more.");
            case FAILED -> add(Level.PROBLEM, "The pipeline has failed" + because(error));
            case RUNNING -> {
                if (status.restarts() > 0) {
                    add(
                            Level.WAIT,
                            "It went on " + times(status.restarts()) + " after a failure, the last time"
                                    + because(error));
                }
            }
        }
    }

    private static String because(@Nullable String error) {
        return error == null ? "." : ": " + error;
    }

    private static String times(int count) {
        return count == 1 ? "once" : count + " times";
    }

    /** Partitions that have more records than were read, though nothing is read. */
    private void positions() {
        for (OriginStatus origin : status.origins()) {
            if (origin.position() < 0) {
                add(Level.WAIT, origin.name() + ": it is not known yet where to read on.");
            } else if (origin.end() > origin.position() && inRate == 0) {
                add(
                        Level.PROBLEM,
                        origin.name() + ": " + (origin.end() - origin.position())
                                + " records are there and none is read: " + origin.evidence() + ".");
            }
        }
    }

    /** What stages hold, and for whom they wait. */
    private void stages() {
        Map<Integer, StageStatus> merged = new TreeMap<>();
        status.stages().forEach(stage -> merged.merge(stage.stage(), stage, Explanation::merge));
        for (StageStatus stage : merged.values()) {
            boolean open = Views.isTime(stage.oldestWindowNanos());
            if (open || stage.buffered() > 0) {
                waits(stage, open);
            }
        }
    }

    static StageStatus merge(StageStatus a, StageStatus b) {
        return new StageStatus(
                a.name(),
                a.stage(),
                Math.min(a.watermarkNanos(), b.watermarkNanos()),
                Math.min(a.oldestWindowNanos(), b.oldestWindowNanos()),
                a.buffered() + b.buffered(),
                a.keys() + b.keys());
    }

    private void waits(StageStatus stage, boolean open) {
        StringBuilder text = new StringBuilder(PlanViews.describe(plan, stage.stage()));
        if (open) {
            text.append(": its oldest open window starts at ")
                    .append(EventTime.describe(stage.oldestWindowNanos()))
                    .append(" and closes when the watermark reaches its end");
        } else {
            text.append(": ").append(stage.buffered()).append(" records wait for the watermark");
        }
        text.append(". The watermark is at ")
                .append(EventTime.describe(stage.watermarkNanos()))
                .append('.');
        OriginStatus holder = holder(stage);
        if (holder != null) {
            text.append(' ')
                    .append(holder.name())
                    .append(" holds it back, at ")
                    .append(EventTime.describe(holder.watermarkNanos()))
                    .append(": ")
                    .append(holder.evidence())
                    .append('.');
        }
        add(holder == null ? Level.OK : level(holder), text.toString());
    }

    /** How much it matters that a partition holds a stage back. */
    private Level level(OriginStatus holder) {
        if (!isQuiet(holder) || !silent.contains(holder.name())) {
            return Level.OK;
        }
        return status.state() != PipelineState.RUNNING || isAlone(holder) ? Level.WAIT : Level.PROBLEM;
    }

    /** The partition with the least watermark of those that feed a stage; null if none of them holds anything back. */
    private @Nullable OriginStatus holder(StageStatus stage) {
        Set<Integer> sources = PlanViews.sourcesOf(plan, stage.stage());
        OriginStatus holder = null;
        for (OriginStatus origin : status.origins()) {
            if (sources.contains(origin.stage())
                    && !isDone(origin)
                    && (holder == null || origin.watermarkNanos() < holder.watermarkNanos())) {
                holder = origin;
            }
        }
        return holder;
    }

    /** Whether no other partition is ahead of this one. */
    private boolean isAlone(OriginStatus holder) {
        return status.origins().stream()
                .noneMatch(origin -> origin.stage() == holder.stage()
                        && !isDone(origin)
                        && origin.watermarkNanos() > holder.watermarkNanos());
    }

    private static boolean isDone(OriginStatus origin) {
        return origin.evidence().equals("ended") || origin.evidence().contains("idle: ");
    }

    /** Whether nothing comes from the partition now. */
    static boolean isQuiet(OriginStatus origin) {
        return !origin.evidence().startsWith("reading") && !isDone(origin);
    }

    private void flow() {
        if (outRate > 0) {
            add(Level.OK, "Results come out.");
        } else if (inRate > 0) {
            add(Level.WAIT, "Records are read, and no results have come out in the last seconds.");
        } else if (findings.isEmpty()) {
            add(
                    status.origins().isEmpty() ? Level.WAIT : Level.OK,
                    status.origins().isEmpty()
                            ? "No source partition is read here."
                            : "All that there is has been read, and nothing waits.");
        }
    }
}
