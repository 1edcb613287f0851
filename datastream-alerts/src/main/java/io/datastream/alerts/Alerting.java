package io.datastream.alerts;

import io.datastream.alert.Alert;
import io.datastream.alert.AlertChannel;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link AlertManager} is started with: rules on pipelines, channels, and where notices wait.
 *
 * <pre>{@code
 * AlertManager alerts = Alerting.withRules(DefaultRules.all())
 *         .deliverTo(LogChannel.create())
 *         .withQueueIn(Path.of("/var/lib/plant/alerts"))
 *         .start();
 * }</pre>
 *
 * <p>Immutable; each method gives a changed copy.
 */
public final class Alerting {
    /** How often the rules are evaluated: every 15 s. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(15);

    /** How many notices wait for a channel at most: 10,000. */
    public static final int DEFAULT_MOST_WAITING = 10_000;

    /** The first pause after a delivery that failed: 1 s, doubled each time. */
    public static final Duration DEFAULT_FIRST_PAUSE = Duration.ofSeconds(1);

    /** The longest pause between tries: 5 minutes. */
    public static final Duration DEFAULT_LONGEST_PAUSE = Duration.ofMinutes(5);

    private static final String EPISODES = "episodes.state";
    private static final Pattern CHANNEL_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final List<MetricRule> rules;
    private final List<Way> ways;
    private final List<AlertManager.Silence> silences;
    private final @Nullable Path folder;
    private final Clock clock;
    private final Duration interval;
    private final Outbox.Bounds bounds;

    private Alerting(
            List<MetricRule> rules,
            List<Way> ways,
            List<AlertManager.Silence> silences,
            @Nullable Path folder,
            Clock clock,
            Duration interval,
            Outbox.Bounds bounds) {
        this.rules = List.copyOf(rules);
        this.ways = List.copyOf(ways);
        this.silences = List.copyOf(silences);
        this.folder = folder;
        this.clock = clock;
        this.interval = interval;
        this.bounds = bounds;
    }

    /** A channel, and what it is for. */
    private record Way(AlertChannel channel, Route route) {}

    /**
     * Begins with rules on pipelines; none, where only alerts from data are delivered.
     *
     * @throws IllegalArgumentException if two have the same name
     */
    public static Alerting withRules(Collection<MetricRule> rules) {
        Set<String> names = new HashSet<>();
        for (MetricRule rule : rules) {
            if (!names.add(rule.name())) {
                throw new IllegalArgumentException("rule: " + rule.name() + " twice (expected: names that differ)");
            }
        }
        Outbox.Bounds bounds = new Outbox.Bounds(DEFAULT_MOST_WAITING, DEFAULT_FIRST_PAUSE, DEFAULT_LONGEST_PAUSE);
        return new Alerting(
                List.copyOf(rules), List.of(), List.of(), null, Clock.systemUTC(), DEFAULT_INTERVAL, bounds);
    }

    /** The names of the rules, in their order. */
    List<String> ruleNames() {
        return rules.stream().map(MetricRule::name).toList();
    }

    /** Delivers all alerts over a further channel, see {@link #deliverTo(AlertChannel, Route)}. */
    public Alerting deliverTo(AlertChannel channel) {
        return deliverTo(channel, Route.all());
    }

    /**
     * Delivers over a further channel what it is for. Each has its own queue and thread, so one that is slow or away holds no
     * other back.
     *
     * @throws IllegalArgumentException if its name is another one's, or no name for a file
     */
    public Alerting deliverTo(AlertChannel channel, Route route) {
        if (!CHANNEL_NAME.matcher(channel.name()).matches()) {
            throw new IllegalArgumentException(
                    "channel: \"" + channel.name() + "\" (expected: a name of letters, digits, dots, lines)");
        }
        if (ways.stream().anyMatch(other -> other.channel().name().equals(channel.name()))) {
            throw new IllegalArgumentException("channel: " + channel.name() + " twice (expected: names that differ)");
        }
        List<Way> more = new ArrayList<>(ways);
        more.add(new Way(channel, route));
        return new Alerting(rules, more, silences, folder, clock, interval, bounds);
    }

    /**
     * Delivers no alerts that fulfil a condition, at moments that fulfil another one: a silence, or windows of maintenance. What
     * still goes on afterwards is told then. Both are asked often, by several threads.
     */
    public Alerting silencing(Predicate<? super Alert> which, Predicate<? super Instant> when) {
        List<AlertManager.Silence> more = new ArrayList<>(silences);
        more.add(new AlertManager.Silence(which, when, null));
        return new Alerting(rules, ways, more, folder, clock, interval, bounds);
    }

    /**
     * Keeps notices that wait in files of a folder, one for each channel, and the episodes of rules on pipelines that go on in a
     * further one, so that they survive a new start of the program. Default: in memory.
     *
     * @param folder made if it is not there; of one manager only
     */
    public Alerting withQueueIn(Path folder) {
        return new Alerting(rules, ways, silences, folder, clock, interval, bounds);
    }

    /** Evaluates the rules by another clock. Default: that of the system. */
    public Alerting withClock(Clock newClock) {
        return new Alerting(rules, ways, silences, folder, newClock, interval, bounds);
    }

    /** Evaluates the rules this often, at least every millisecond. Default: every 15 s. */
    public Alerting every(Duration newInterval) {
        return new Alerting(rules, ways, silences, folder, clock, atLeastAMillisecond("interval", newInterval), bounds);
    }

    /** Keeps this many notices for each channel at most; further ones are given up, and told in the log. Default: 10,000. */
    public Alerting withMostWaiting(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most waiting: " + most + " (expected: at least 1)");
        }
        Outbox.Bounds changed = new Outbox.Bounds(most, bounds.firstPause(), bounds.longestPause());
        return new Alerting(rules, ways, silences, folder, clock, interval, changed);
    }

    /** Waits this long after a delivery that failed, twice as long after each further one, and at most the second time. */
    public Alerting withPauses(Duration first, Duration longest) {
        atLeastAMillisecond("first pause", first);
        if (longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("longest pause: " + longest + " (expected: at least " + first + ")");
        }
        return new Alerting(
                rules, ways, silences, folder, clock, interval, new Outbox.Bounds(bounds.most(), first, longest));
    }

    private static Duration atLeastAMillisecond(String name, Duration duration) {
        if (duration.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: at least a millisecond)");
        }
        return duration;
    }

    /**
     * Starts the threads: one that evaluates, and one for each channel, which goes on with what waits from before.
     *
     * @throws IOException if a queue cannot be opened, or is another manager's
     */
    public AlertManager start() throws IOException {
        List<Target> targets = new ArrayList<>();
        EpisodeFile file = null;
        try {
            if (folder != null) {
                Files.createDirectories(folder);
                file = EpisodeFile.open(folder.resolve(EPISODES));
            }
            for (Way way : ways) {
                Outbox outbox = new Outbox(
                        way.channel(),
                        queueOf(way.channel()),
                        bounds.withTogether(way.route().together()));
                targets.add(new Target(outbox, way.route()));
            }
        } catch (IOException | RuntimeException e) {
            targets.forEach(target -> target.outbox().close());
            if (file != null) {
                file.close();
            }
            if (e instanceof FileSystemException) { // whose message is but the path
                throw new IOException(
                        "alerts: the queue in " + folder + " cannot be used: " + e
                                + " (expected: a folder that this program may write to)",
                        e);
            }
            throw e;
        }
        targets.forEach(target -> target.outbox().start());
        return new AlertManager(rules, targets, silences, file, clock, interval, System::nanoTime);
    }

    private @Nullable QueueFile queueOf(AlertChannel channel) throws IOException {
        return folder == null ? null : QueueFile.open(folder.resolve(channel.name() + ".queue"));
    }
}
