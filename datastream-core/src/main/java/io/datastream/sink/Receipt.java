package io.datastream.sink;

/**
 * Stands for one result that a writer was given, so that the writer can say later that its target refuses that result. A
 * writer takes one by {@link SinkContext#receipt()} within {@link SinkWriter#write} and keeps it beside what it made of
 * the result, such as a row of a batch; one that is not needed any more is dropped.
 *
 * <pre>{@code
 * public void write(long time, T value) {
 *     sendIfFull();                                  // may throw: nothing of this result has been kept
 *     batch.add(encode(value), context.receipt());
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Receipt {
    /**
     * Says that the target refuses the result for good, by its content: another try would not help, and other results are
     * not concerned. The error policy of the sink's step then says what becomes of it: the pipeline fails, or the result is
     * skipped and counted, or goes to the dead letters.
     *
     * <p>To be called within {@link SinkWriter#write} or {@link SinkWriter#flush}, on the thread of that call and once for a
     * result; best after all others of a batch have been written. The policy is applied when that call has returned, so the
     * writer must have let go of the result by then. Without a runtime, as in a test, this may throw at once.
     *
     * @param error what is wrong; its message is shown to people
     */
    void refuse(Exception error);
}
