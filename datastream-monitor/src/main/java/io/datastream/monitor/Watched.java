package io.datastream.monitor;

import io.datastream.monitor.Views.History;
import io.datastream.monitor.Views.Line;
import io.datastream.monitor.Views.OriginView;
import io.datastream.monitor.Views.PlanView;
import io.datastream.monitor.Views.Seen;
import io.datastream.monitor.Views.StageView;
import io.datastream.monitor.Views.StepView;
import io.datastream.monitor.Views.Totals;
import io.datastream.monitor.Views.Whole;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.runtime.PipelineStatus.OriginStatus;
import io.datastream.runtime.PipelineStatus.StageStatus;
import io.datastream.runtime.PipelineStatus.StepStatus;
import io.datastream.time.EventTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline that is looked at once a second, and what was seen of it in the last minutes. A look takes the facts only; what
 * there is to say of them is worked out for those who ask.
 */
final class Watched {
    /** How many looks are kept: ten minutes. */
    static final int HISTORY = 600;

    /** How many errors are kept. */
    static final int ERRORS = 50;

    /** A partition counts as silent after this time. */
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Rates are over so many looks. */
    private static final int RATE_LOOKS = 5;

    private final PipelineController controller;
    private final Plan plan;
    private final PlanView planView;
    private final Counts.Reader counter;
    private final Deque<Counts> recent = new ArrayDeque<>();
    private final Deque<Sample> history = new ArrayDeque<>();
    private final Deque<Seen> errors = new ArrayDeque<>();
    private final Map<String, String> lastErrors = new HashMap<>();
    private final Map<String, Stand> stands = new HashMap<>();
    private volatile Look last;

    /** Since when a partition has stood where it is. */
    private record Stand(long position, long sinceNanos) {}

    private record Sample(
            long millis,
            double inRate,
            double outRate,
            double errorRate,
            @Nullable Long lag,
            long heap) {}

    /**
     * What was seen at one time.
     *
     * @param before what rates are the difference to; null at the first look
     * @param silent partitions whose position has stood still for a while
     */
    private record Look(
            Instant now,
            PipelineStatus status,
            Counts counts,
            @Nullable Counts before,
            Set<String> silent,
            List<Seen> errors) {

        double inRate(Plan plan) {
            return counts.rate(before, counts.read(plan), before == null ? 0 : before.read(plan));
        }

        double outRate() {
            return counts.rate(before, counts.given(), before == null ? 0 : before.given());
        }

        double errorRate() {
            return counts.rate(before, counts.lost, before == null ? 0 : before.lost);
        }

        /** Records that are there and not read yet; null if that is known of no partition. */
        @Nullable
        Long lag() {
            Long sum = null;
            for (OriginStatus origin : status.origins()) {
                if (isLagKnown(origin)) {
                    sum = (sum == null ? 0 : sum) + lagOf(origin);
                }
            }
            return sum;
        }
    }

    Watched(PipelineController controller, long heapUsed) {
        this.controller = controller;
        this.plan = controller.plan();
        this.planView = PlanViews.of(plan);
        this.counter = new Counts.Reader(plan);
        this.last = look(Instant.now(), System.nanoTime(), heapUsed);
    }

    String name() {
        return controller.name();
    }

    PipelineController controller() {
        return controller;
    }

    /** What was seen last, in short. */
    Line line() {
        PipelineStatus status = last.status();
        return new Line(
                status.pipeline(),
                status.state().name(),
                status.state().isFinal(),
                status.restarts(),
                status.lastError());
    }

    PlanView planView() {
        return planView;
    }

    /** Looks at the pipeline. Called by one thread. */
    synchronized Look look(Instant now, long nanoTime, long heapUsed) {
        PipelineStatus status = controller.status();
        long lost = 0;
        for (StepStatus step : status.steps()) {
            lost += step.skipped() + step.deadLetters();
        }
        Counts counts = counter.read(controller.meters(), lost, nanoTime);
        Counts before = recent.peekFirst();
        recent.addLast(counts);
        if (recent.size() > RATE_LOOKS) {
            recent.removeFirst();
        }
        note(status, now);
        Look look = new Look(now, status, counts, before, silent(status, nanoTime), List.copyOf(errors));
        last = look;
        while (!history.isEmpty() && history.getLast().millis() > now.toEpochMilli()) {
            history.removeLast(); // the clock was put back
        }
        history.addLast(new Sample(
                now.toEpochMilli(), look.inRate(plan), look.outRate(), look.errorRate(), look.lag(), heapUsed));
        if (history.size() > HISTORY) {
            history.removeFirst();
        }
        return look;
    }

    /** What was seen last, and what there is to say of it. */
    Whole view(Resources resources) {
        Look look = last;
        PipelineStatus status = look.status();
        Explanation.Told told =
                Explanation.of(plan, status, look.silent(), look.now(), look.inRate(plan), look.outRate());
        List<OriginView> origins = new ArrayList<>();
        for (OriginStatus origin : status.origins()) {
            origins.add(view(origin, told.problems().contains(origin), look.now()));
        }
        return new Whole(
                status.pipeline(),
                status.state().name(),
                status.state().isFinal(),
                status.restarts(),
                status.lastError(),
                EventTime.describe(EventTime.nanos(look.now())),
                null,
                totals(look, origins),
                origins,
                stages(look, origins),
                status.steps().stream()
                        .map(step -> new StepView(
                                step.name(),
                                step.late(),
                                step.skipped(),
                                step.deadLetters(),
                                step.lastFailure(),
                                step.lastSample()))
                        .toList(),
                status.waitingFor(),
                told.findings(),
                look.errors(),
                Connections.of(controller.meters(), status.pipeline()),
                resources);
    }

    /** The partitions whose position has not moved for some seconds while the pipeline ran, as far as the monitor has seen. */
    private Set<String> silent(PipelineStatus status, long nanoTime) {
        if (status.state() != PipelineState.RUNNING) {
            stands.clear(); // a pause is no silence
        }
        Set<String> silent = new HashSet<>();
        Set<String> ids = new HashSet<>();
        for (OriginStatus origin : status.origins()) {
            String id = Explanation.id(origin);
            ids.add(id);
            Stand stand = stands.get(id);
            if (stand == null || stand.position() != origin.position()) {
                stands.put(id, new Stand(origin.position(), nanoTime));
            } else if (nanoTime - stand.sinceNanos() > SILENT_NANOS) {
                silent.add(id);
            }
        }
        stands.keySet().retainAll(ids);
        return silent;
    }

    /** Notes errors that were not there at the last look. */
    private void note(PipelineStatus status, Instant now) {
        for (StepStatus step : status.steps()) {
            note(now, step.name(), step.lastFailure(), step.lastSample());
        }
        note(now, "", status.lastError(), null);
    }

    private void note(Instant now, String step, @Nullable String error, @Nullable String sample) {
        if (error != null && !error.equals(lastErrors.put(step, error))) {
            errors.addFirst(new Seen(now.toString(), step, error, sample));
            if (errors.size() > ERRORS) {
                errors.removeLast();
            }
        }
    }

    private static OriginView view(OriginStatus origin, boolean isProblem, Instant now) {
        return new OriginView(
                origin.name(),
                origin.stage(),
                origin.position() < 0 ? null : origin.position(),
                origin.end() < 0 ? null : origin.end(),
                isLagKnown(origin) ? lagOf(origin) : null,
                Views.time(origin.watermarkNanos()),
                delay(origin.watermarkNanos(), now),
                origin.evidence(),
                Explanation.isQuiet(origin),
                isProblem);
    }

    private static @Nullable Double delay(long watermark, Instant now) {
        return Views.isTime(watermark) ? (now.toEpochMilli() - EventTime.toMillis(watermark)) / 1_000.0 : null;
    }

    private static boolean isLagKnown(OriginStatus origin) {
        return origin.end() >= 0 && origin.position() >= 0;
    }

    private static long lagOf(OriginStatus origin) {
        return Math.max(0, origin.end() - origin.position());
    }

    private Totals totals(Look look, List<OriginView> origins) {
        long late = 0;
        long skipped = 0;
        long letters = 0;
        for (StepStatus step : look.status().steps()) {
            late += step.late();
            skipped += step.skipped();
            letters += step.deadLetters();
        }
        Double delay = null;
        for (OriginView origin : origins) {
            if (origin.delaySeconds() != null
                    && plan.stages().get(origin.stage()).source() != null) {
                delay = delay == null ? origin.delaySeconds() : Math.max(delay, origin.delaySeconds());
            }
        }
        return new Totals(
                look.inRate(plan),
                look.outRate(),
                look.errorRate(),
                look.counts().read(plan),
                look.counts().given(),
                late,
                skipped,
                letters,
                look.lag(),
                delay);
    }

    private List<StageView> stages(Look look, List<OriginView> origins) {
        PipelineStatus status = look.status();
        Counts counts = look.counts();
        Counts before = look.before();
        Instant now = look.now();
        Map<Integer, StageStatus> merged = new HashMap<>();
        status.stages().forEach(stage -> merged.merge(stage.stage(), stage, Explanation::merge));
        List<StageView> views = new ArrayList<>();
        for (Stage stage : plan.stages()) {
            int id = stage.id();
            StageStatus found = merged.get(id);
            long watermark = found == null ? least(status, id) : found.watermarkNanos();
            boolean isCounted = counts.isKnown(id);
            views.add(new StageView(
                    id,
                    isCounted ? counts.rate(before, counts.in(id), before == null ? 0 : before.in(id)) : null,
                    isCounted ? counts.rate(before, counts.out(id), before == null ? 0 : before.out(id)) : null,
                    isCounted ? counts.in(id) : null,
                    isCounted ? counts.out(id) : null,
                    Views.time(watermark),
                    delay(watermark, now),
                    found == null ? null : Views.time(found.oldestWindowNanos()),
                    found == null ? null : found.buffered(),
                    found == null ? null : found.keys(),
                    lag(origins, id),
                    isHeld(origins, id)));
        }
        return views;
    }

    private static long least(PipelineStatus status, int stage) {
        long least = EventTime.MAX;
        for (OriginStatus origin : status.origins()) {
            if (origin.stage() == stage) {
                least = Math.min(least, origin.watermarkNanos());
            }
        }
        return least;
    }

    private static @Nullable Long lag(List<OriginView> origins, int stage) {
        Long sum = null;
        for (OriginView origin : origins) {
            if (origin.stage() == stage && origin.lag() != null) {
                sum = (sum == null ? 0 : sum) + origin.lag();
            }
        }
        return sum;
    }

    /** Whether a stage's input is held back, because what comes after it is slow. */
    private static boolean isHeld(List<OriginView> origins, int stage) {
        for (OriginView origin : origins) {
            if (origin.stage() == stage && origin.evidence().equals("held back")) {
                return true;
            }
        }
        return false;
    }

    /** The last minutes. */
    synchronized History history() {
        List<Long> times = new ArrayList<>();
        List<Double> in = new ArrayList<>();
        List<Double> out = new ArrayList<>();
        List<Double> lost = new ArrayList<>();
        List<@Nullable Long> lag = new ArrayList<>();
        List<Long> heap = new ArrayList<>();
        for (Sample sample : history) {
            times.add(sample.millis());
            in.add(sample.inRate());
            out.add(sample.outRate());
            lost.add(sample.errorRate());
            lag.add(sample.lag());
            heap.add(sample.heap());
        }
        return new History(times, in, out, lost, lag, heap);
    }
}
