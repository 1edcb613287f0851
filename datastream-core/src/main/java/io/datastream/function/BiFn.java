package io.datastream.function;

import java.io.Serializable;

/**
 * A function of two arguments that may throw and can be shipped to another runtime.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <C> what comes out
 */
@FunctionalInterface
public interface BiFn<A, B, C> extends Serializable {
    /**
     * Applies the function.
     *
     * @throws Exception what the function throws; the step's error policy decides what follows
     */
    C apply(A first, B second) throws Exception;
}
