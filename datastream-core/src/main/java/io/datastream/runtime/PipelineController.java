package io.datastream.runtime;

import io.datastream.plan.Plan;
import io.datastream.time.Window;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;

/**
 * A started pipeline. Owns its threads, its recovery and its monitoring. Safe for use by several threads.
 */
public interface PipelineController extends AutoCloseable {
    /** Name of the pipeline. */
    String name();

    /** The definition that runs: its steps and stages, by which the status and the meters name things. */
    Plan plan();

    /** What the pipeline is doing. */
    PipelineState state();

    /** Stops reading; what has been read is processed. Returns at once. No effect on a pipeline that has ended. */
    void pause();

    /** Reads on. No effect on a pipeline that is not paused. */
    void resume();

    /**
     * Processes what the sources hold now, commits, and stops. Windows that are open stay in the state, or are dropped
     * where there is none stored. Returns when done.
     *
     * @throws io.datastream.error.PipelineException if the pipeline fails or has failed
     */
    void drain();

    /** Commits what has been processed where that is quick, and stops. Returns when done. */
    void stop();

    /**
     * Waits until the pipeline has ended.
     *
     * @throws io.datastream.error.PipelineException if it failed, with the first cause
     * @throws InterruptedException if the waiting thread is interrupted
     */
    void awaitTermination() throws InterruptedException;

    /**
     * Waits until the pipeline has ended, at most this long.
     *
     * @return whether it has ended
     * @throws io.datastream.error.PipelineException if it failed, with the first cause
     * @throws InterruptedException if the waiting thread is interrupted
     */
    boolean awaitTermination(Duration limit) throws InterruptedException;

    /** The first cause of a failed pipeline. */
    Optional<Throwable> failure();

    /** Where the pipeline stands: what it waits for, how far it has come, what went wrong. */
    PipelineStatus status();

    /**
     * What is known of a window: the records that its result was made from, those that were left out, when it closed, and
     * why then. For steps that were defined with {@link io.datastream.WindowedStream#explained()}.
     *
     * @param step name of the windowed step
     * @param key the key of the window
     * @throws IllegalArgumentException if the step is not explained, or has no such window
     */
    default WindowExplanation explain(String step, Object key, Window window) {
        return explanations().explain(step, key, window);
    }

    /** What is known of the windows of all steps that are explained; also once the pipeline has ended. */
    Explanations explanations();

    /** The meters of the pipeline: the registry that the runtime was given, or one of its own. */
    MeterRegistry meters();

    /** Stops the pipeline if it has not ended. May be called often. */
    @Override
    void close();
}
