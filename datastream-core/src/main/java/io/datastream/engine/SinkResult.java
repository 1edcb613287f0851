package io.datastream.engine;

import io.datastream.error.PipelineException;

/** A result that was handed to a sink, with all that is needed in case that the sink refuses it later. */
public interface SinkResult {
    /**
     * Applies the error policy of the sink's step. To be called on the task's thread, outside of a call of the task.
     *
     * @throws PipelineException if the policy is to fail
     */
    void refused(Exception error);
}
