package io.datastream.engine;

import io.datastream.error.OneLine;
import io.datastream.trace.Tracing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tracer of a pipeline, whose failures are counted and told once a minute, and go no further. */
public final class PipelineTracing {
    private static final int LONGEST_SHOWN = 500;
    private static final Logger LOG = LoggerFactory.getLogger(PipelineTracing.class);

    final Tracing tracing;
    final String pipeline;

    private final Counter failures;
    private final Gate gate = new Gate(System::nanoTime);
    private final List<String> headerNames;

    /** A tracer of this pipeline. */
    public PipelineTracing(Tracing tracing, String pipeline, MeterRegistry meters) {
        this.tracing = tracing;
        this.pipeline = pipeline;
        this.failures = meters.counter("datastream.tracing.failures", "pipeline", pipeline);
        this.headerNames = askForNames();
    }

    private List<String> askForNames() {
        try {
            return List.copyOf(tracing.headerNames());
        } catch (RuntimeException | LinkageError e) {
            failed(e);
            return List.of();
        }
    }

    /** The names of headers that may say a trace. */
    public List<String> headerNames() {
        return headerNames;
    }

    /** For the tasks of one partition, which a stage reads as a member of a consumer group. */
    public TraceScope scope(String group, String stage, String topic, int partition) {
        return new TraceScope(this, group, stage, topic, partition);
    }

    /** The tracer has failed, or what says a trace is damaged. By any thread. */
    public synchronized void failed(Throwable error) {
        failures.increment();
        if (gate.opens()) {
            LOG.warn(
                    "pipeline {}: the tracer failed: {}; records go on without it. Failures are counted in"
                            + " datastream.tracing.failures, and told once a minute.",
                    pipeline,
                    OneLine.of(String.valueOf(error), LONGEST_SHOWN),
                    error);
        }
    }
}
