package io.datastream.runtime;

import io.datastream.Pipeline;
import io.datastream.codec.Encoder;
import io.datastream.plan.Plan;
import io.datastream.time.EventTime;
import io.datastream.topic.Topic;
import io.datastream.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Runs pipelines on threads of this JVM. Topics are in-process; everything else is as on any runtime, and so are the
 * results: for each key the same bytes, whatever the number of threads.
 *
 * <p>Without {@link #withCheckpoints} nothing is committed: a failure ends the pipeline. With them, sources go on from
 * the last commit, state is restored, and what goes to in-process topics appears once, at the commit.
 */
public final class LocalRuntime implements PipelineRuntime {
    /** Into how many tasks the keys of a stage are divided, whatever the number of threads. */
    public static final int DEFAULT_SHARDS = 8;

    /** Restarts after a failure, if there are checkpoints. */
    public static final int DEFAULT_RESTARTS = 3;

    private final int threads;
    private final int shards;
    private final Topics topics;
    private final @Nullable Checkpoints checkpoints;
    private final RestartPolicy restartPolicy;
    private final Clock clock;
    private final MeterRegistry meters;

    private LocalRuntime(
            int threads,
            int shards,
            Topics topics,
            @Nullable Checkpoints checkpoints,
            RestartPolicy restartPolicy,
            Clock clock,
            MeterRegistry meters) {
        this.threads = threads;
        this.shards = shards;
        this.topics = topics;
        this.checkpoints = checkpoints;
        this.restartPolicy = restartPolicy;
        this.clock = clock;
        this.meters = meters;
    }

    /** One thread, no checkpoints, topics of its own. */
    public static LocalRuntime create() {
        return new LocalRuntime(
                1,
                DEFAULT_SHARDS,
                new Topics(),
                null,
                RestartPolicy.upTo(DEFAULT_RESTARTS),
                Clock.systemUTC(),
                new SimpleMeterRegistry());
    }

    /** The same with this many threads for each pipeline. */
    public LocalRuntime withThreads(int threads) {
        if (threads < 1 || threads > 1_024) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: from 1 to 1024)");
        }
        return new LocalRuntime(threads, shards, topics, checkpoints, restartPolicy, clock, meters);
    }

    /**
     * The same with the keys of each stage divided into this many tasks; more threads than that do not help. It belongs
     * to the stored state: a checkpoint made with another number is refused.
     */
    public LocalRuntime withShards(int shards) {
        if (shards < 1 || shards > 4_096) {
            throw new IllegalArgumentException("shards: " + shards + " (expected: from 1 to 4096)");
        }
        return new LocalRuntime(threads, shards, topics, checkpoints, restartPolicy, clock, meters);
    }

    /** The same with these topics, which other runtimes of this JVM may share. */
    public LocalRuntime withTopics(Topics topics) {
        return new LocalRuntime(threads, shards, topics, checkpoints, restartPolicy, clock, meters);
    }

    /** The same with commits. */
    public LocalRuntime withCheckpoints(Checkpoints checkpoints) {
        return new LocalRuntime(threads, shards, topics, checkpoints, restartPolicy, clock, meters);
    }

    /** The same with another treatment of failures; it needs checkpoints. */
    public LocalRuntime withRestarts(RestartPolicy policy) {
        return new LocalRuntime(threads, shards, topics, checkpoints, policy, clock, meters);
    }

    /** The same with another clock, for idleness and the times of published records. */
    public LocalRuntime withClock(Clock clock) {
        return new LocalRuntime(threads, shards, topics, checkpoints, restartPolicy, clock, meters);
    }

    /** The same with meters in this registry. Default: a registry of the runtime's own. */
    public LocalRuntime withMeters(MeterRegistry meters) {
        return new LocalRuntime(threads, shards, topics, checkpoints, restartPolicy, clock, meters);
    }

    @Override
    public PipelineController start(Pipeline pipeline) {
        Plan plan = pipeline.plan();
        LocalController controller = new LocalController(plan, this);
        controller.start();
        return controller;
    }

    @Override
    public <T> void publish(String topic, Encoder<? super T> encoder, Iterable<? extends T> values) {
        Topic target = topics.topic(topic);
        for (T value : values) {
            target.append(EventTime.nanos(clock.instant()), null, encoder.encode(value));
        }
    }

    /** The topics. */
    public Topics topics() {
        return topics;
    }

    int threads() {
        return threads;
    }

    int shards() {
        return shards;
    }

    @Nullable
    Checkpoints checkpoints() {
        return checkpoints;
    }

    RestartPolicy restartPolicy() {
        return restartPolicy;
    }

    Clock clock() {
        return clock;
    }

    MeterRegistry meters() {
        return meters;
    }
}
