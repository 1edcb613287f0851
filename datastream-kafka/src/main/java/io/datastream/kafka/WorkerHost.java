package io.datastream.kafka;

import io.datastream.engine.PipelineTracing;
import io.datastream.error.Late;
import io.datastream.plan.Plan;
import org.jspecify.annotations.Nullable;

/** What a worker asks of the controller that runs it. */
interface WorkerHost {
    Plan plan();

    Topology topology();

    KafkaSettings settings();

    /** The tracer; null if records are not traced. */
    @Nullable
    PipelineTracing tracing();

    /** How large records may be. */
    RecordLimits recordLimits();

    /** The name of this process among those that run the pipeline. */
    String instance();

    /** Whether workers should end. */
    boolean isStopped();

    /** Whether workers that end should commit what they have done. */
    boolean stopsCleanly();

    /** Whether all input has been read to its end. */
    boolean isCompleting();

    boolean isPaused();

    /** A worker has failed. */
    void failed(Throwable error);

    /** Whether everything is to be read to its end now, and nothing more. */
    boolean isDraining();

    /** A transaction was committed. */
    void committed();

    /** How many transactions all workers of this process have committed. */
    long commits();

    /** Takes a late record that nobody wants. */
    void lateWithoutPlace(Late<?> late);
}
