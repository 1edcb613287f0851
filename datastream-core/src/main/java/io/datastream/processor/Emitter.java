package io.datastream.processor;

/**
 * Takes what a processor gives out. Valid only during the call it was passed to, on that thread.
 *
 * @param <O> what the processor gives out
 */
public interface Emitter<O> {
    /** Gives out a value at the time of the record or timer that is being processed. */
    void emit(O value);

    /**
     * Gives out a value at another time: not after the current one, not before the current one less the processor's
     * {@link KeyedProcessor#outputDelayNanos()}, and for each key never before the time given last.
     *
     * @param time nanoseconds since the epoch
     */
    void emit(long time, O value);

    /** Gives out a value on a side output, at the current time. */
    <X> void emitTo(SideOutput<X> side, X value);
}
