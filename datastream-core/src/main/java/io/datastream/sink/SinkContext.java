package io.datastream.sink;

import java.util.function.Supplier;
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
 * @param receipts gives a receipt for the result that is being written, see {@link #receipt()}
 */
@SuppressWarnings("ArrayRecordComponent")
public record SinkContext(
        String pipeline,
        String step,
        int task,
        int tasks,
        byte @Nullable [] restored,
        Supplier<? extends Receipt> receipts) {

    /** The context of a writer that no runtime calls: a result that is refused fails the call, see {@link Receipt}. */
    public SinkContext(String pipeline, String step, int task, int tasks, byte @Nullable [] restored) {
        this(pipeline, step, task, tasks, restored, () -> SinkContext::fail);
    }

    /** The context of a writer that starts afresh, and that no runtime calls. */
    public static SinkContext fresh(String pipeline, String step, int task, int tasks) {
        return new SinkContext(pipeline, step, task, tasks, null);
    }

    private static void fail(Exception error) {
        throw SinkException.fatal(String.valueOf(error.getMessage()), error);
    }

    /** The same context with these receipts. */
    public SinkContext withReceipts(Supplier<? extends Receipt> newReceipts) {
        return new SinkContext(pipeline, step, task, tasks, restored, newReceipts);
    }

    /** A receipt for the result that is being written; to be taken within {@link SinkWriter#write} only. */
    public Receipt receipt() {
        return receipts.get();
    }
}
