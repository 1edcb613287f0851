package io.datastream;

import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.sink.Sink;
import io.datastream.source.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A complete definition, from sources to sinks. Immutable; nothing runs before a runtime starts it, and it may be
 * started many times.
 *
 * <pre>{@code
 * Pipeline pipeline = Pipeline.from(readings)
 *     .filter(r -> r.value() > -90)
 *     .keyBy(Reading::sensor)
 *     .window(Sliding.of(Duration.ofMinutes(1)).every(Duration.ofSeconds(1)))
 *     .aggregate(Aggregations.mean(Reading::value))
 *     .to(means)
 *     .named("sensor-means");
 * }</pre>
 */
public final class Pipeline {
    /** The name of a pipeline that was given none. */
    public static final String DEFAULT_NAME = "pipeline";

    private final String name;
    private final List<SinkNode> sinks;
    private final @Nullable Sink<? super DeadLetter> deadLetters;
    private final @Nullable Sink<? super Late<?>> late;

    private Pipeline(
            String name,
            List<SinkNode> sinks,
            @Nullable Sink<? super DeadLetter> deadLetters,
            @Nullable Sink<? super Late<?>> late) {
        this.name = name;
        this.sinks = sinks;
        this.deadLetters = deadLetters;
        this.late = late;
    }

    static Pipeline endingIn(SinkNode sink) {
        return new Pipeline(DEFAULT_NAME, List.of(sink), null, null);
    }

    /** Starts a definition: the records of the source. */
    public static <T> Stream<T> from(Source<? extends T> source) {
        return new Stream<>(new SourceNode(source));
    }

    /** Both definitions as one. What they share, such as a source or a prefix of steps, runs once. */
    public Pipeline and(Pipeline other) {
        List<SinkNode> all = new ArrayList<>(sinks);
        other.sinks.stream().filter(sink -> !all.contains(sink)).forEach(all::add);
        return new Pipeline(
                name.equals(DEFAULT_NAME) ? other.name : name,
                List.copyOf(all),
                deadLetters == null ? other.deadLetters : deadLetters,
                late == null ? other.late : late);
    }

    /** The same definition under this name, which identifies its state and its consumer group. */
    public Pipeline named(String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,150}")) {
            throw new IllegalArgumentException(
                    "pipeline name: \"" + name + "\" (expected: 1 to 150 letters, digits, '.', '_' or '-')");
        }
        return new Pipeline(name, sinks, deadLetters, late);
    }

    /** The same definition with a place for the records that steps with the policy {@code DEAD_LETTER} give up. */
    public Pipeline deadLettersTo(Sink<? super DeadLetter> sink) {
        return new Pipeline(name, sinks, sink, late);
    }

    /**
     * The same definition with a place for late records of steps that have no late output of their own. Without it they
     * are counted, and the first one is logged.
     */
    public Pipeline lateTo(Sink<? super Late<?>> sink) {
        return new Pipeline(name, sinks, deadLetters, sink);
    }

    /** The name. */
    public String name() {
        return name;
    }

    /**
     * The definition as runtimes read it.
     *
     * @throws IllegalArgumentException if it cannot run, with the step and what to change
     */
    public Plan plan() {
        return Plan.of(name, sinks, deadLetters, late);
    }

    @Override
    public String toString() {
        return "Pipeline[" + name + "]";
    }
}
