package io.datastream.processor;

/**
 * Where a processor runs.
 *
 * @param pipeline name of the pipeline
 * @param step name of the step
 * @param task number of the task within its stage
 */
public record ProcessorContext(String pipeline, String step, int task) {}
