package io.datastream.runtime;

import io.datastream.Pipeline;
import io.datastream.codec.Encoder;

/** Runs pipelines: in this JVM alone with {@link LocalRuntime}, on Kafka with the Kafka module's runtime. */
public interface PipelineRuntime {
    /**
     * Starts a pipeline.
     *
     * @throws IllegalArgumentException if the definition cannot run here, with the step and what to change
     */
    PipelineController start(Pipeline pipeline);

    /**
     * Appends values to a topic, which is made if it does not exist. Returns when they are durable.
     *
     * @param <T> the values
     */
    <T> void publish(String topic, Encoder<? super T> encoder, Iterable<? extends T> values);
}
