package io.datastream.alerts;

import io.datastream.alert.Alert;
import io.datastream.alert.AlertBook;
import io.datastream.alerts.MetricRule.Sample;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.SideOutput;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.time.EventTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches pipelines by rules, takes alerts that pipelines raise from data, and delivers both over channels. Start one by
 * {@link Alerting}.
 *
 * <p><b>Watching.</b> At each interval the status of each pipeline is asked for once, and each rule is evaluated, on one thread.
 * A rule with a duration is raised by a look that still finds the condition, so what is over before is not told.
 * A pipeline that was stopped or has completed is let go, and its episodes are cleared; one that has failed is watched on, until
 * another of its name takes its place. Where there is a folder for queues, episodes of these rules that go on are in a file of
 * it: after a new start of the program they go on when their pipeline is watched, and are not raised anew.
 *
 * <p><b>Delivery.</b> Alerts of a rule that come at one evaluation are one {@link io.datastream.alert.Notice}. A notice is written to the queue of
 * each channel, and delivered by a thread of that channel, in order; a delivery that failed is tried again, with growing pauses,
 * and holds back those after it, so the order of an episode is kept. An alert that was taken before, by its id, is not delivered
 * again; what is known of earlier ids is lost with the program.
 *
 * <p><b>Silence.</b> An alert for which a silence holds is in the book and not delivered. When the silence is over, an episode
 * that goes on is told of; one that was over before is not. That an episode is cleared which a channel was told of is always
 * delivered there.
 *
 * <p>Safe for use by several threads.
 */
public final class AlertManager implements AlertBook, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AlertManager.class);

    private final List<MetricRule> rules;
    private final List<Target> targets;
    private final @Nullable EpisodeFile file;
    private final Clock clock;
    private final Duration interval;
    private final Thread thread;
    private final Map<String, Watch> watches = new LinkedHashMap<>();
    private final List<Silence> silences;
    /** By pipeline: episodes from before the program was started, of pipelines that are not watched yet. */
    private final Map<String, List<EpisodeFile.Kept>> unclaimed = new LinkedHashMap<>();

    private final Book book = new Book();
    private final Object evaluation = new Object();
    private final LongSupplier nanoTime;

    /** The time that rules know. */
    private volatile long lastNanos = EventTime.EARLIEST;

    /** When that was, by a clock that nobody puts back. */
    private long lookedAt;

    private boolean closed;

    AlertManager(
            List<MetricRule> rules,
            List<Target> targets,
            List<Silence> silences,
            @Nullable EpisodeFile file,
            Clock clock,
            Duration interval,
            LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lookedAt = nanoTime.getAsLong();
        this.rules = rules;
        this.targets = targets;
        this.silences = new ArrayList<>(silences);
        this.file = file;
        this.clock = clock;
        this.interval = interval;
        if (file != null) {
            file.load()
                    .forEach(kept -> unclaimed
                            .computeIfAbsent(kept.last().pipeline(), any -> new ArrayList<>())
                            .add(kept));
        }
        this.thread = new Thread(this::run, "alerts");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Alerts that are not delivered, and when.
     *
     * @param until when it is over for good; null for never
     */
    record Silence(
            Predicate<? super Alert> which,
            Predicate<? super Instant> when,
            @Nullable Instant until) {
        boolean isOver(Instant now) {
            return until != null && !now.isBefore(until);
        }

        boolean holds(Alert alert, Instant now) {
            try {
                return !isOver(now) && when.test(now) && which.test(alert);
            } catch (RuntimeException e) {
                LOG.warn("a silence cannot say whether it holds, so this is told: {}", alert.headline(), e);
                return false;
            }
        }
    }

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
                evaluateOrTell();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What fails once, such as for want of memory, must not end all looks. */
    private void evaluateOrTell() {
        try {
            evaluate();
        } catch (RuntimeException | Error e) {
            LOG.error("alerts: the rules could not be evaluated; the next look is after {}", interval, e);
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
            Watch watch = new Watch(pipeline, rules);
            List<EpisodeFile.Kept> before = unclaimed.remove(pipeline.name());
            if (before != null) {
                before.forEach(kept -> restore(kept, watch));
            }
            watches.put(pipeline.name(), watch);
        } else {
            known.pipeline = pipeline;
        }
    }

    /** Goes on with an episode from before the program was started. */
    private void restore(EpisodeFile.Kept kept, Watch watch) {
        Alert last = kept.last();
        for (int i = 0; i < rules.size(); i++) {
            AlertRule<Sample> rule = watch.rules.get(i);
            if (!rule.name().equals(last.rule())) {
                continue;
            }
            try {
                AlertRule.State state = rule.stateCodec()
                        .read(rule.stateCodec().version(), new DataInputStream(new ByteArrayInputStream(kept.state())));
                watch.tracks.get(i).put(String.valueOf(last.series()), new Track(last.series(), state));
                book.restore(new Book.Episode(last, kept.since()));
                for (Target target : targets) {
                    if (kept.isUnsure()) {
                        target.restoreUnsure(last.episode());
                    } else if (kept.told().contains(target.outbox().name())) {
                        target.restore(last);
                    }
                }
            } catch (IOException e) {
                LOG.warn(
                        "rule {}: what it knew of {} cannot be read, so it begins anew", rule.name(), last.series(), e);
            }
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
        Instant now = EventTime.instant(Math.max(lastNanos, EventTime.nanos(clock.instant())));
        tell(news(List.of(alert), now), List.of(), now);
    }

    /** Delivers no alerts that fulfil the condition, for a time from now on. */
    public synchronized void silence(Predicate<? super Alert> which, Duration duration) {
        silences.add(new Silence(which, now -> true, clock.instant().plus(duration)));
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
            goOnTo(EventTime.nanos(clock.instant()));
            Instant now = EventTime.instant(lastNanos);
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
                    List<Book.News> news = news(alerts, now);
                    if (file != null) {
                        file.add(kept()); // before anybody is told of them, or they would begin anew after a crash
                    }
                    tell(news, book.episodes(), now);
                    if (file != null) {
                        file.save(kept());
                    }
                }
            }
        }
    }

    /** A clock that is put back must neither bring time back nor stop it until it has come there again. */
    private void goOnTo(long clockNanos) {
        long looked = nanoTime.getAsLong();
        lastNanos = clockNanos >= lastNanos ? clockNanos : lastNanos + (looked - lookedAt);
        lookedAt = looked;
    }

    private void evaluate(Watch watch, Instant now, List<Alert> alerts) {
        PipelineController pipeline = watch.pipeline;
        PipelineStatus status = pipeline.status();
        boolean over = status.state() == PipelineState.COMPLETED || status.state() == PipelineState.STOPPED;
        for (int i = 0; i < rules.size(); i++) {
            MetricRule rule = rules.get(i);
            Out out = new Out(alert -> alerts.add(rule.explained(alert, status)));
            try {
                List<Sample> samples = over ? List.of() : rule.read(pipeline, status, now);
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
            rule.process(key, lastNanos, sample, track.state(), out);
            fire(rule, key, track, out);
        }
        for (Track track : List.copyOf(tracks.values())) {
            String name = String.valueOf(track.series());
            if (!seen.contains(name)) {
                rule.forget(AlertRule.keyOf(track.series()), lastNanos, track.state(), out);
                tracks.remove(name);
            }
        }
    }

    /** Fires what is due, in the moment in which it was. What the sample has ended is due no more, so nobody is told of it. */
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

    /** Enters alerts into the book. */
    private List<Book.News> news(List<Alert> alerts, Instant now) {
        List<Book.News> news = new ArrayList<>();
        for (Alert alert : alerts) {
            Book.News one = book.add(alert, now);
            if (one != null) {
                news.add(one);
            }
        }
        return news;
    }

    private void tell(List<Book.News> news, Collection<Book.Episode> goingOn, Instant now) {
        Instant clockTime = clock.instant();
        silences.removeIf(silence -> silence.isOver(clockTime));
        Predicate<Alert> silenced = alert -> silences.stream().anyMatch(silence -> silence.holds(alert, clockTime));
        targets.forEach(target -> target.tell(news, goingOn, silenced, now));
    }

    /** The episodes of rules on pipelines that go on. */
    private List<EpisodeFile.Kept> kept() {
        List<EpisodeFile.Kept> all = new ArrayList<>();
        for (Watch watch : watches.values()) {
            for (int i = 0; i < rules.size(); i++) {
                AlertRule<Sample> rule = watch.rules.get(i);
                for (Track track : watch.tracks.get(i).values()) {
                    String id = rule.episodeOf(watch.pipeline.name(), track.series(), track.state());
                    Book.Episode episode = track.state().isActive() ? book.episode(id) : null;
                    if (episode != null) {
                        all.add(kept(episode, rule, track.state()));
                    }
                }
            }
        }
        unclaimed.values().forEach(all::addAll);
        return all;
    }

    private EpisodeFile.Kept kept(Book.Episode episode, AlertRule<Sample> rule, AlertRule.State state) {
        Set<String> told = new TreeSet<>();
        for (Target target : targets) {
            if (target.isTold(episode.last().episode())) {
                told.add(target.outbox().name());
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            rule.stateCodec().write(state, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return new EpisodeFile.Kept(episode.last(), episode.since(), told, bytes.toByteArray());
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
        return targets.stream().map(target -> target.outbox().status()).toList();
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
        targets.forEach(target -> target.outbox().close());
        if (file != null) {
            file.close();
        }
    }
}
