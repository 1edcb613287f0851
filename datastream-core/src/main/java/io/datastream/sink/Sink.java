package io.datastream.sink;

import java.io.Serializable;

/**
 * Where results go.
 *
 * @param <T> the results
 */
public interface Sink<T> extends Serializable {
    /** A name for plans and metrics, such as the table's. */
    String name();

    /** What becomes of a result when the pipeline crashes and goes on. */
    Guarantee guarantee();

    /**
     * Opens a writer for one task.
     *
     * @throws SinkException if it cannot be opened
     */
    SinkWriter<T> open(SinkContext context);
}
