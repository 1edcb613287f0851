package io.datastream.engine;

import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.error.Original;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Stage;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a task needs of the runtime that drives it. All calls come on the task's thread. */
public interface TaskOutput {
    /** Where the results of a sink step go. Called once for each such step, when the task is made. */
    ResultTarget openSink(SinkNode sink);

    /** Where the rows for a keyed stage go. Called once for each port of each stage fed, when the task is made. */
    RowTarget openExchange(Stage target, int port);

    /** Takes a record that failed. */
    void deadLetter(DeadLetter letter);

    /**
     * The record that is being handed over, as its source gave it; null if that is not at hand. Asked for dead letters and
     * late records only, within the call that hands a record or its row over.
     */
    default @Nullable Original original() {
        return null;
    }

    /** Takes a late record that no step has an output for. */
    void late(Late<?> late);

    /**
     * The time of day, in nanoseconds since the epoch; {@link io.datastream.time.EventTime#MIN} if the runtime does not
     * tell. For explanations: no result depends on it.
     */
    default long clockNanos() {
        return io.datastream.time.EventTime.MIN;
    }

    /** What the tasks of the partition tell of records that have a trace; null if records are not traced. */
    default @Nullable TraceScope traces() {
        return null;
    }

    /** Waits before a step is tried again. */
    void backOff(Duration pause);

    /** Takes results. */
    interface ResultTarget {
        /**
         * Takes a result.
         *
         * @param key its key where there is one
         * @throws UnwritableException if it cannot be turned into bytes: then the policy of the sink's step is applied
         */
        void result(long time, @Nullable Object key, Object value);

        /**
         * Takes a result that the sink may refuse later.
         *
         * @param kept gives what to keep of the result until it is durable; to be asked within this call
         * @throws UnwritableException as {@link #result(long, Object, Object)} does
         */
        default void result(long time, @Nullable Object key, Object value, Supplier<SinkResult> kept) {
            result(time, key, value);
        }
    }

    /** Takes rows for a keyed stage. */
    interface RowTarget {
        /**
         * Takes a row.
         *
         * @param origin the partition or task that the row comes from, see {@link Origins}
         * @param offset place of its record in the origin
         * @param behind the origin's watermark if the row's time is before it, else
         *     {@link io.datastream.time.EventTime#MIN}
         */
        void row(int origin, long offset, long time, long behind, Object key, Object value);
    }
}
