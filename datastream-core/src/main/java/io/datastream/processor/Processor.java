package io.datastream.processor;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One step from a value to a value. A lambda is a processor; a class may also open and close what it needs.
 *
 * <p>Each task works on a copy of its own, made by serialization when {@link #open} is overridden or the class has
 * fields, so an instance is used by one thread only. No state is kept across a restart: state belongs in a
 * {@link KeyedProcessor}.
 *
 * @param <I> what goes in
 * @param <O> what comes out
 */
@FunctionalInterface
public interface Processor<I, O> extends Serializable {
    /**
     * Processes one value.
     *
     * @return the result, or null to drop the record
     * @throws Exception what the step's error policy then handles
     */
    @Nullable
    O process(I data) throws Exception;

    /** Called once before the first value. */
    default void open(ProcessorContext context) throws Exception {}

    /** Called once after the last value, also after a failure. */
    default void close() throws Exception {}
}
