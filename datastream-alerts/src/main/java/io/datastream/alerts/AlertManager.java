package io.datastream.alerts;

import io.datastream.alert.Alert;
import io.datastream.alert.AlertBook;
import io.datastream.alert.Notice;
import io.datastream.alerts.MetricRule.Sample;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.SideOutput;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.time.EventTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches pipelines by rules, takes alerts that pipelines raise from data, and delivers both over channels. Start one by
 * {@link Alerting}.
 *
 * <p><b>Watching.</b> At each interval the status of each pipeline is asked for once, and each rule is evaluated, on one thread.
 * A pipeline that was stopped or has completed is let go, and its episodes are cleared; one that has failed is watched on, until
 * another of its name takes its place. Episodes of these rules are held in memory: after a new start of the program one that
 * goes on is raised anew.
 *
 * <p><b>Delivery.</b> Alerts of a rule that come at one evaluation are one {@link Notice}. A notice is written to the queue of
 * each channel, and delivered by a thread of that channel, in order; a delivery that failed is tried again, with growing pauses,
 * and holds back those after it, so the order of an episode is kept. An alert that was taken before, by its id, is not delivered
 * again; what is known of earlier ids is lost with the program.
 *
 * <p><b>Silence.</b> An alert for which a silence holds is in the book and not delivered. When the silence is over, an episode
 * that goes on is told of; one that was over before is not. That an episode is cleared which was told of is always delivered.
 *
 * <p>Safe for use by several threads.
 */
public final class AlertManager implements AlertBook, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AlertManager.class);

    /** How many alerts a notice has at most. */
    static final int MOST_TOGETHER = 20;

    private final List<MetricRule> rules;
    private final List<Outbox> outboxes;
    private final Clock clock;
    private final Duration interval;
    private final Thread thread;
    private final Map<String, Watch> watches = new LinkedHashMap<>();
    private final List<Silence> silences = new ArrayList<>();
    private final Book book = new Book();
    private final Object evaluation = new Object();
    private long lastNanos = EventTime.EARLIEST;
    private boolean closed;

    AlertManager(List<MetricRule> rules, List<Outbox> outboxes, Clock clock, Duration interval) {
        this.rules = rules;
        this.outboxes = outboxes;
        this.clock = clock;
        this.interval = interval;
        this.thread = new Thread(this::run, "alerts");
        thread.setDaemon(true);
        thread.start();
    }

    private record Silence(Predicate<? super Alert> which, Instant until) {}

    /** A pipeline, and a state for each rule and series of it. */
    private static final class Watch {
        private volatile PipelineController pipeline;
        private final List<AlertRule<Sample>> rules;
        private final List<Map<String, Track>> tracks = new ArrayList<>();

        Watch(PipelineController pipeline, List<MetricRule> rules) {
            this.pipeline = pipeline;
            this.rules = rules.stream()
                    .map(rule -> rule.rule().openedFor(pipeline.name()))
                    .toList();
            this.rules.forEach(any -> tracks.add(new HashMap<>()));
        }
    }

    /** A series of a rule; its key is null for the pipeline as a whole. */
    private record Track(@Nullable String series, AlertRule.State state) {}

    private void run() {
        try {
            while (isOpenAfterAPause()) {
                evaluate();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isOpenAfterAPause() throws InterruptedException {
        long end = System.nanoTime() + interval.toNanos();
        for (long left = interval.toNanos(); left > 0 && !closed; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return !closed;
    }

    /** Watches a pipeline, in place of the one of the same name that was watched before, if there is one. */
    public synchronized void watch(PipelineController pipeline) {
        Watch known = watches.get(pipeline.name());
        if (known == null) {
            watches.put(pipeline.name(), new Watch(pipeline, rules));
        } else {
            known.pipeline = pipeline;
        }
    }

    /**
     * Takes an alert that a pipeline has raised, for a sink such as {@code Sinks.calling("alerts", (time, alert) ->
     * manager.accept(alert))}. Waits for the disk where there are queues on it, never for a channel. When it returns, the alert
     * is in the queues; a pipeline that crashes before its commit gives it again, and it is then not delivered again while this
     * manager lives.
     *
     * @throws IllegalStateException if the manager is closed
     */
    public synchronized void accept(Alert alert) {
        if (closed) {
            throw new IllegalStateException("alerts: closed (expected: accept before close)");
        }
        submit(List.of(alert), clock.instant());
    }

    /** Delivers no alerts that fulfil the condition, for a time from now on. */
    public synchronized void silence(Predicate<? super Alert> which, Duration duration) {
        silences.add(new Silence(which, clock.instant().plus(duration)));
    }

    /** Delivers no alerts of a pipeline, for a time from now on: a window for maintenance. */
    public void maintain(String pipeline, Duration duration) {
        silence(alert -> alert.pipeline().equals(pipeline), duration);
    }

    /** Evaluates all rules now, besides the regular evaluations. */
    public void evaluate() {
        // without the lock of the book: a status may wait for a thread that is about to hand over an alert
        synchronized (evaluation) {
            List<Watch> watched;
            synchronized (this) {
                if (closed) {
                    return;
                }
                watched = List.copyOf(watches.values());
            }
            Instant now = clock.instant();
            lastNanos = Math.max(lastNanos, EventTime.nanos(now)); // a clock that is put back must not bring time back
            List<Alert> alerts = new ArrayList<>();
            for (Watch watch : watched) {
                try {
                    evaluate(watch, now, alerts);
                } catch (RuntimeException e) {
                    LOG.warn(
                            "pipeline {}: its status cannot be read, so no rule was evaluated",
                            watch.pipeline.name(),
                            e);
                }
            }
            synchronized (this) {
                if (!closed) {
                    submit(alerts, now);
                }
            }
        }
    }

    private void evaluate(Watch watch, Instant now, List<Alert> alerts) {
        PipelineController pipeline = watch.pipeline;
        PipelineStatus status = pipeline.status();
        boolean over = status.state() == PipelineState.COMPLETED || status.state() == PipelineState.STOPPED;
        for (int i = 0; i < rules.size(); i++) {
            MetricRule rule = rules.get(i);
            Out out = new Out(alert -> alerts.add(rule.explained(alert, status)));
            try {
                List<Sample> samples = over ? List.of() : rule.reader().read(pipeline, status, now);
                judge(watch.rules.get(i), watch.tracks.get(i), samples, out);
            } catch (Exception e) {
                LOG.warn("rule {}: cannot be evaluated for pipeline {}", rule.name(), pipeline.name(), e);
            }
        }
        if (over) {
            letGo(watch, pipeline);
        }
    }

    /** Unless another one has taken its place. */
    private synchronized void letGo(Watch watch, PipelineController pipeline) {
        if (watch.pipeline == pipeline) {
            watches.remove(pipeline.name());
        }
    }

    private void judge(AlertRule<Sample> rule, Map<String, Track> tracks, List<Sample> samples, Out out)
            throws Exception {
        Set<String> seen = new HashSet<>();
        for (Sample sample : samples) {
            String name = String.valueOf(sample.series());
            seen.add(name);
            Object key = AlertRule.keyOf(sample.series());
            Track track = tracks.computeIfAbsent(name, any -> new Track(sample.series(), rule.newState(key)));
            fire(rule, key, track, out);
            rule.process(key, lastNanos, sample, track.state(), out);
        }
        for (Track track : List.copyOf(tracks.values())) {
            String name = String.valueOf(track.series());
            if (!seen.contains(name)) {
                rule.forget(AlertRule.keyOf(track.series()), lastNanos, track.state(), out);
                tracks.remove(name);
            }
        }
    }

    /** Fires what is due, in the moment in which it was. */
    private void fire(AlertRule<Sample> rule, Object key, Track track, Out out) {
        for (long timer = rule.nextTimer(track.state());
                timer <= lastNanos && timer != KeyedProcessor.NO_TIMER;
                timer = rule.nextTimer(track.state())) {
            rule.onTimer(key, timer, track.state(), out);
        }
    }

    /** Takes what a rule gives out. */
    private record Out(Consumer<Alert> to) implements Emitter<Alert> {
        @Override
        public void emit(Alert alert) {
            to.accept(alert);
        }

        @Override
        public void emit(long time, Alert alert) {
            to.accept(alert);
        }

        @Override
        public <X> void emitTo(SideOutput<X> side, X value) {
            throw new IllegalArgumentException("side output: " + side.name() + " (expected: none)");
        }
    }

    private void submit(List<Alert> alerts, Instant now) {
        silences.removeIf(silence -> !now.isBefore(silence.until()));
        List<Alert> toTell = new ArrayList<>();
        for (Alert alert : alerts) {
            boolean known = book.isActive(alert.episode());
            boolean told = book.isTold(alert.episode());
            if (!book.add(alert)) {
                continue;
            }
            boolean ends = !alert.state().isActive();
            boolean wanted = ends && known ? told : !isSilenced(alert);
            if (wanted) {
                toTell.add(alert);
                book.tell(alert); // now, as the end of the episode may come next
            }
        }
        for (Alert alert : book.untold()) {
            if (!isSilenced(alert)) {
                toTell.add(alert);
                book.tell(alert);
            }
        }
        notices(toTell).forEach(notice -> outboxes.forEach(outbox -> outbox.add(notice)));
    }

    private boolean isSilenced(Alert alert) {
        return silences.stream().anyMatch(silence -> silence.which().test(alert));
    }

    /** Those of a rule, pipeline and state together, up to a number; those of an episode stay in their order. */
    private static List<Notice> notices(List<Alert> alerts) {
        List<Notice> notices = new ArrayList<>();
        Map<List<Object>, List<Alert>> groups = new LinkedHashMap<>();
        Set<String> episodes = new HashSet<>();
        for (Alert alert : alerts) {
            if (!episodes.add(alert.episode())) {
                flush(groups, notices);
                episodes.clear();
                episodes.add(alert.episode());
            }
            groups.computeIfAbsent(List.of(alert.rule(), alert.pipeline(), alert.state()), any -> new ArrayList<>())
                    .add(alert);
        }
        flush(groups, notices);
        return notices;
    }

    private static void flush(Map<List<Object>, List<Alert>> groups, List<Notice> notices) {
        for (List<Alert> group : groups.values()) {
            for (int from = 0; from < group.size(); from += MOST_TOGETHER) {
                notices.add(Notice.of(group.subList(from, Math.min(from + MOST_TOGETHER, group.size()))));
            }
        }
        groups.clear();
    }

    @Override
    public synchronized List<Alert> active() {
        return book.active();
    }

    @Override
    public synchronized List<Alert> history() {
        return book.history();
    }

    @Override
    public List<ChannelStatus> channels() {
        return outboxes.stream().map(Outbox::status).toList();
    }

    /** Ends evaluation and delivery, within seconds. What waits is delivered after the next start, if it is in files. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            notifyAll();
        }
        thread.interrupt();
        outboxes.forEach(Outbox::close);
    }
}
