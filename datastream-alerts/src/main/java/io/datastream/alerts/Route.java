package io.datastream.alerts;

import io.datastream.alert.Alert;
import io.datastream.alert.Severity;
import java.time.Duration;
import java.util.Set;

/**
 * Which alerts a channel is for, and when it is told of them:
 *
 * <pre>{@code
 * Route.all().atLeast(Severity.CRITICAL).after(Duration.ofMinutes(15))
 * }</pre>
 *
 * <p>A channel that was told of an episode is told of its end, whatever the route. Immutable; each method gives a changed copy.
 */
public final class Route {
    private static final Duration LONGEST_TOGETHER = Duration.ofDays(1);

    private final Severity least;
    private final Set<String> rules;
    private final Set<String> pipelines;
    private final Duration after;
    private final Duration together;

    private Route(Severity least, Set<String> rules, Set<String> pipelines, Duration after, Duration together) {
        this.least = least;
        this.rules = Set.copyOf(rules);
        this.pipelines = Set.copyOf(pipelines);
        this.after = after;
        this.together = together;
    }

    /** All alerts, at once. */
    public static Route all() {
        return new Route(Severity.INFO, Set.of(), Set.of(), Duration.ZERO, Duration.ZERO);
    }

    /** Only alerts of this severity or a higher one; an episode that becomes so severe later on is told then. */
    public Route atLeast(Severity severity) {
        return new Route(severity, rules, pipelines, after, together);
    }

    /** Only alerts of these rules; all if there are none. */
    public Route ofRules(Set<String> names) {
        return new Route(least, names, pipelines, after, together);
    }

    /** Only alerts of these pipelines; all if there are none. */
    public Route ofPipelines(Set<String> names) {
        return new Route(least, rules, names, after, together);
    }

    /**
     * Escalation: only episodes that go on when the manager has known them for this long, by its clock. Those that are over
     * before are never told.
     */
    public Route after(Duration time) {
        return new Route(least, rules, pipelines, notNegative("after", time), together);
    }

    /**
     * Puts what comes within this time into one notice, whatever its rule and pipeline; the first waits as long. At most a day.
     */
    public Route together(Duration time) {
        if (time.compareTo(LONGEST_TOGETHER) > 0) {
            throw new IllegalArgumentException("together: " + time + " (expected: at most a day)");
        }
        return new Route(least, rules, pipelines, after, notNegative("together", time));
    }

    private static Duration notNegative(String name, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(name + ": " + time + " (expected: not negative)");
        }
        return time;
    }

    boolean isFor(Alert alert) {
        return alert.severity().compareTo(least) >= 0
                && (rules.isEmpty() || rules.contains(alert.rule()))
                && (pipelines.isEmpty() || pipelines.contains(alert.pipeline()));
    }

    Duration after() {
        return after;
    }

    Duration together() {
        return together;
    }
}
