package io.datastream.sink;

import org.jspecify.annotations.Nullable;

/**
 * Where a sink writer runs.
 *
 * @param pipeline name of the pipeline
 * @param step name of the sink's step
 * @param task number of the writing task, from 0
 * @param tasks how many tasks write
 * @param restored what {@link SinkWriter#snapshot()} gave for this task at the commit from which the pipeline goes on;
 *     null for a fresh start
 */
@SuppressWarnings("ArrayRecordComponent")
public record SinkContext(String pipeline, String step, int task, int tasks, byte @Nullable [] restored) {
    /** The context of a writer that starts afresh. */
    public static SinkContext fresh(String pipeline, String step, int task, int tasks) {
        return new SinkContext(pipeline, step, task, tasks, null);
    }
}
