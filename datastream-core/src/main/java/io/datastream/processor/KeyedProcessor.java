package io.datastream.processor;

import java.io.Serializable;
import java.util.List;

/**
 * A step with state for each key, and timers in event time. Built-in operators are written on this interface; a user's
 * own are no different.
 *
 * <p>With {@link Order#EVENT_TIME}, the default, the records of a key come in order of time; of records at the same
 * time, in order of origin and arrival. A timer at t fires before records with time at or after t. A processor keeps
 * nothing outside the state: the instance is shared by all keys of a task and copied for each task.
 *
 * <p>The results must be a function of the key, the records and the state alone: no clock, no randomness, no input or
 * output. Then a replay gives the same bytes.
 *
 * @param <K> the key
 * @param <I> what goes in
 * @param <S> the state of a key, changed in place
 * @param <O> what comes out
 */
public interface KeyedProcessor<K, I, S, O> extends Serializable {
    /** What {@link #nextTimer} returns when no timer is set. */
    long NO_TIMER = Long.MAX_VALUE;

    /**
     * A timer at this time fires at the end of a bounded input, after all others, and never otherwise. What it gives out
     * comes too late for a window after this step.
     */
    long END_OF_INPUT = Long.MAX_VALUE - 1;

    /** An {@link #outputDelayNanos()} of which nothing is known. */
    long UNBOUNDED = Long.MAX_VALUE;

    /** In which order records are wanted. */
    enum Order {
        /** Event time: the record waits until the watermark has passed it. Deterministic. */
        EVENT_TIME,
        /** As they arrive: without delay, and dependent on how partitions interleave. */
        ARRIVAL
    }

    /** A name for plans, metrics and state, such as {@code hampel}. */
    default String name() {
        String name = getClass().getSimpleName();
        return name.isEmpty() ? "process" : name;
    }

    /** The state of a key that has none yet. */
    S newState(K key);

    /**
     * Processes one record.
     *
     * @param time its event time, in nanoseconds since the epoch
     * @throws Exception what the step's error policy then handles; the state should not have been changed by then
     */
    void process(K key, long time, I value, S state, Emitter<O> out) throws Exception;

    /**
     * When the key's timer is to fire next, or {@link #NO_TIMER}. Asked after each call that may change the state. With
     * {@link Order#EVENT_TIME} it must be later than the record or timer just processed.
     */
    default long nextTimer(S state) {
        return NO_TIMER;
    }

    /**
     * Fires the key's timer. Afterwards {@link #nextTimer} must be later than {@code time}.
     *
     * @param time the time it was set to
     */
    default void onTimer(K key, long time, S state, Emitter<O> out) throws Exception {}

    /** Whether the state is as good as new, so that its memory can be freed. */
    default boolean isEmpty(S state) {
        return false;
    }

    /** How the state is stored. */
    StateCodec<S> stateCodec();

    /** In which order records are wanted. */
    default Order order() {
        return Order.EVENT_TIME;
    }

    /**
     * By how much the time given to {@link Emitter#emit(long, Object)} may lie before the current time, at most. Windows
     * after this step wait that much longer. {@link #UNBOUNDED} means nothing is known; a window or a re-keying after
     * such a step is refused.
     */
    default long outputDelayNanos() {
        return 0;
    }

    /** The side outputs that {@link Emitter#emitTo} may be called with. */
    default List<SideOutput<?>> sideOutputs() {
        return List.of();
    }

    /** Called once before the first record of a task. */
    default void open(ProcessorContext context) throws Exception {}

    /** Called once after the last record of a task, also after a failure. */
    default void close() throws Exception {}
}
