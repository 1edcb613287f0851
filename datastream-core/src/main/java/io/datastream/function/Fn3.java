package io.datastream.function;

import java.io.Serializable;

/**
 * A function of three arguments that may throw and can be shipped to another runtime.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <C> the third argument
 * @param <R> what comes out
 */
@FunctionalInterface
public interface Fn3<A, B, C, R> extends Serializable {
    /**
     * Applies the function.
     *
     * @throws Exception what the function throws; the step's error policy decides what follows
     */
    R apply(A first, B second, C third) throws Exception;
}
