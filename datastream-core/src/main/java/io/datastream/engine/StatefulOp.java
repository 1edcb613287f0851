package io.datastream.engine;

import io.datastream.processor.KeyedProcessor;
import io.datastream.time.EventTime;
import java.io.IOException;

/**
 * A running step with state. Its results lie at most a fixed time, the lag, behind the task's time, because of steps
 * before it that hold results back; what it does at a time t of its own, the task does at t plus the lag.
 */
abstract class StatefulOp extends Op {
    /** The task time of what happens at the end of the input only. */
    static final long END = KeyedProcessor.END_OF_INPUT;

    /** Number of the step within the task, in the order of the chain. */
    final int index;

    final Step step;
    final KeyedTask task;
    final long lag;

    StatefulOp(int index, Step step, KeyedTask task, long lag) {
        this.index = index;
        this.step = step;
        this.task = task;
        this.lag = lag;
    }

    /** The task time of the next timer; {@link EventTime#MAX} for none. */
    abstract long nextTimer();

    /** Fires all timers that are due at a task time. */
    abstract void fireTimers(long taskTime);

    /** The task time of the last nanosecond of the next slice to close; {@link EventTime#MAX} for none. */
    abstract long nextClose();

    /** Closes what ends with this task time. */
    abstract void close(long taskTime);

    /** Gives out the entries that have changed since the last call. */
    abstract void changes(StateOutput out) throws IOException;

    /** Gives out all entries. */
    abstract void all(StateOutput out) throws IOException;

    /** Takes an entry back. */
    abstract void restore(Slot slot, long part, byte[] value) throws IOException;

    /** All entries have been taken back. */
    abstract void restored();

    /** Calls the user's open. */
    abstract void open();

    /** Frees what the step holds. */
    abstract void closeStep() throws Exception;

    /** The start of the oldest window that is open, or {@link EventTime#MAX}. */
    long oldestOpen() {
        return EventTime.MAX;
    }

    final long toTask(long own) {
        if (own == EventTime.MAX) {
            return own;
        }
        if (lag == KeyedProcessor.UNBOUNDED) {
            return END;
        }
        long time = EventTime.plus(own, lag);
        return Math.min(time, END);
    }

    final long toOwn(long taskTime) {
        return taskTime >= END ? END : lag == KeyedProcessor.UNBOUNDED ? EventTime.MIN : EventTime.minus(taskTime, lag);
    }
}
