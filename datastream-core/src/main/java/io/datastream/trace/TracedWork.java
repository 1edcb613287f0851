package io.datastream.trace;

import org.jspecify.annotations.Nullable;

/**
 * What is done to a record that has a trace.
 *
 * @param pipeline name of the pipeline
 * @param stage name of the stage: of its source, or of its first steps
 * @param step the step that the record has waited for; null if it was just read, and goes through all steps of the stage
 * @param group the consumer group
 * @param topic where it was read: an input topic, or an exchange
 * @param partition of the topic
 * @param offset of the record in the partition; in an exchange, of the record that it lies in with others
 */
public record TracedWork(
        String pipeline, String stage, @Nullable String step, String group, String topic, int partition, long offset) {}
