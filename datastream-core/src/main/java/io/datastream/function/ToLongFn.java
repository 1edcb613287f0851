package io.datastream.function;

import java.io.Serializable;

/**
 * Reads a whole number, for example a time in nanoseconds, from a value.
 *
 * @param <A> what the number is read from
 */
@FunctionalInterface
public interface ToLongFn<A> extends Serializable {
    /**
     * Returns the number.
     *
     * @throws Exception what the function throws; the step's error policy decides what follows
     */
    long applyAsLong(A value) throws Exception;
}
