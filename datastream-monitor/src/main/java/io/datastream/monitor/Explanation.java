package io.datastream.monitor;

import io.datastream.monitor.Views.Finding;
import io.datastream.monitor.Views.Level;
import io.datastream.plan.Plan;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.runtime.PipelineStatus.OriginStatus;
import io.datastream.runtime.PipelineStatus.StageStatus;
import io.datastream.time.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Says in words why nothing comes out of a pipeline, as far as its status tells. */
final class Explanation {
    private static final String PAUSED = "the pipeline is paused";

    /** Partitions of which the same is to be said each get a sentence up to so many; the others share one. */
    private static final int MOST_NAMED = 5;

    /** Clocks of machines differ by less than this. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private final Plan plan;
    private final PipelineStatus status;
    private final Set<String> silent;
    private final Instant now;
    private final double inRate;
    private final double outRate;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<OriginStatus> problems = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * What there is to say.
     *
     * @param findings sentences, those that matter most first; never empty
     * @param problems the partitions that are a problem, the very ones of the status
     */
    record Told(List<Finding> findings, Set<OriginStatus> problems) {}

    private Explanation(
            Plan plan, PipelineStatus status, Set<String> silent, Instant now, double inRate, double outRate) {
        this.plan = plan;
        this.status = status;
        this.silent = silent;
        this.now = now;
        this.inRate = inRate;
        this.outRate = outRate;
    }

    /**
     * What there is to say of a pipeline.
     *
     * @param silent partitions whose position has stood still for a while, by {@link #id}
     * @param inRate records that were read in a second, lately
     * @param outRate results that were handed to sinks in a second, lately
     */
    static Told of(Plan plan, PipelineStatus status, Set<String> silent, Instant now, double inRate, double outRate) {
        Explanation explanation = new Explanation(plan, status, silent, now, inRate, outRate);
        explanation.explain();
        explanation.findings.sort((a, b) -> b.level().compareTo(a.level()));
        return new Told(List.copyOf(explanation.findings), explanation.problems);
    }

    /** What tells a partition from all others, also where two stages read the same topic. */
    static String id(OriginStatus origin) {
        return origin.stage() + " " + origin.name();
    }

    private void explain() {
        state();
        for (String reason : status.waitingFor()) {
            if (!reason.equals(PAUSED)) {
                add(Level.PROBLEM, "Held up: " + reason + ".");
                for (OriginStatus origin : status.origins()) {
                    if (reason.contains(" for " + origin.name() + ": ")) {
                        problems.add(origin);
                    }
                }
            }
        }
        if (status.state().isFinal()) {
            return;
        }
        if (status.state() == PipelineState.RUNNING) {
            positions();
            future();
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

    /** Partitions that have records which are not read, though time passes. */
    private void positions() {
        List<OriginStatus> unknown = new ArrayList<>();
        List<OriginStatus> stuck = new ArrayList<>();
        for (OriginStatus origin : status.origins()) {
            if (origin.position() < 0) {
                unknown.add(origin);
            } else if (origin.end() > origin.position() && silent.contains(id(origin))) {
                stuck.add(origin);
            }
        }
        problems.addAll(stuck);
        tell(unknown, Level.WAIT, origin -> origin.name() + ": it is not known yet where to read on.");
        stuck.sort((a, b) -> Long.compare(lag(b), lag(a)));
        tell(stuck, Level.PROBLEM, Explanation::unread);
    }

    /** Partitions with a record so far ahead that those of now come too late. */
    private void future() {
        long limit = EventTime.nanos(now.plus(AHEAD));
        List<OriginStatus> ahead = new ArrayList<>();
        for (OriginStatus origin : status.origins()) {
            if (Views.isTime(origin.watermarkNanos())
                    && origin.watermarkNanos() > limit
                    && !origin.evidence().contains("idle: ")) {
                ahead.add(origin);
            }
        }
        if (ahead.isEmpty()) {
            return;
        }
        boolean anyLate = status.steps().stream().anyMatch(step -> step.late() > 0);
        if (anyLate) {
            problems.addAll(ahead);
        }
        tell(
                ahead,
                anyLate ? Level.PROBLEM : Level.WAIT,
                origin -> origin.name() + ": its watermark is at " + EventTime.describe(origin.watermarkNanos())
                        + ", which is ahead of the clock, because a record had a time in the future. Records of now are"
                        + " too late.");
    }

    private static long lag(OriginStatus origin) {
        return origin.end() - origin.position();
    }

    private static String unread(OriginStatus origin) {
        String why = origin.evidence().equals("reading")
                ? "those that were read before are not done yet"
                : origin.evidence();
        return origin.name() + ": " + lag(origin) + (lag(origin) == 1 ? " record is" : " records are")
                + " there and none was read in the last seconds: " + why + ".";
    }

    /** A sentence for each partition; of many, for the first ones and for all others together. */
    private void tell(List<OriginStatus> origins, Level level, Function<OriginStatus, String> words) {
        if (origins.isEmpty()) {
            return;
        }
        int named = origins.size() <= MOST_NAMED + 1 ? origins.size() : MOST_NAMED;
        origins.subList(0, named).forEach(origin -> add(level, words.apply(origin)));
        if (named < origins.size()) {
            add(level, "The same is so for " + (origins.size() - named) + " further partitions.");
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
        Level level = holder == null ? Level.OK : level(holder, stage);
        if (holder != null && level == Level.PROBLEM) {
            problems.add(holder);
        }
        add(level, text.toString());
    }

    /** How much it matters that a partition holds a stage back. */
    private Level level(OriginStatus holder, StageStatus stage) {
        if (!isQuiet(holder) || !silent.contains(id(holder))) {
            return Level.OK;
        }
        return status.state() != PipelineState.RUNNING || isAlone(holder, stage) ? Level.WAIT : Level.PROBLEM;
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

    /** Whether no other partition that feeds the stage is ahead of this one. */
    private boolean isAlone(OriginStatus holder, StageStatus stage) {
        Set<Integer> sources = PlanViews.sourcesOf(plan, stage.stage());
        for (OriginStatus origin : status.origins()) {
            if (sources.contains(origin.stage())
                    && !isDone(origin)
                    && origin.watermarkNanos() > holder.watermarkNanos()) {
                return false;
            }
        }
        return true;
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
            if (status.origins().isEmpty()) {
                add(Level.WAIT, "No source partition is read here.");
            } else if (status.origins().stream()
                    .anyMatch(origin -> origin.evidence().startsWith("reading"))) {
                add(Level.WAIT, "Nothing was read and nothing has come out in the last seconds.");
            } else {
                add(Level.OK, "All that there is has been read, and nothing waits.");
            }
        }
    }
}
