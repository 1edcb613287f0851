package io.datastream.sink;

import org.jspecify.annotations.Nullable;

/**
 * Writes the results of one task. Used by one thread.
 *
 * <p>A {@link SinkException} that is retryable makes the runtime wait and call the same method again with the same
 * arguments, while its sources are held back; so a writer that throws one must be able to go on from there. Any other
 * exception fails the pipeline. A single result that the target refuses for good is no exception: it is given back by its
 * {@link Receipt}.
 *
 * @param <T> the results
 */
public interface SinkWriter<T> extends AutoCloseable {
    /**
     * Takes a result; it may be kept in a batch until {@link #flush()}.
     *
     * @param time its event time, in nanoseconds since the epoch
     * @throws io.datastream.codec.CodecException if this result cannot be written, by its content; nothing of it has been.
     *     It is refused then, as by its receipt
     */
    void write(long time, T value);

    /** Makes all that was taken durable. Called before each commit, and when the pipeline has been idle for a moment. */
    void flush();

    /**
     * What the writer needs to go on from this moment after a crash, such as the length of a file; null for nothing.
     * Called after {@link #flush()} at each commit, and stored by it.
     *
     * <p>A target that has transactions gets each result exactly once if the writer keeps its transaction open and puts the
     * results of it, encoded, into the snapshot: {@link #committed()} ends the transaction, and if the worker or the target
     * dies before, the next writer finds the results in {@link SinkContext#restored()} and writes them, unless the target
     * says that they are there.
     */
    default byte @Nullable [] snapshot() {
        return null;
    }

    /**
     * All that was flushed is committed, and the last {@link #snapshot()} with it: it will not be written again. Called
     * after the commit and before any further result; after a crash in between, not at all. A runtime that makes no commits
     * calls it after each {@link #flush()}. If another try can help, it is called again, as {@link #write} is.
     */
    default void committed() {}

    /**
     * Called once when all results have been written and committed: the end of a bounded input, or a drain. Not called
     * when the pipeline is stopped otherwise or fails.
     */
    default void complete() {}

    /** Frees what the writer holds. What was not flushed is lost, and will be written again from the last commit. */
    @Override
    void close();
}
