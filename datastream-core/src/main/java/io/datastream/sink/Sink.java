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

    /**
     * What becomes of a result when the pipeline crashes and goes on. On Kafka, a sink that is
     * {@link Guarantee#EXACTLY_ONCE} is opened once for each input partition that leads to it; its writers' snapshots are
     * part of the state of the partition, and they are told of commits. Any other is opened once for each thread, afresh,
     * and has neither.
     */
    Guarantee guarantee();

    /**
     * Opens a writer for one task.
     *
     * @throws SinkException if it cannot be opened
     */
    SinkWriter<T> open(SinkContext context);
}
