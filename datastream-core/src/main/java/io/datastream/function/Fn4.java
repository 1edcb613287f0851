package io.datastream.function;

import java.io.Serializable;

/**
 * A function of four arguments that may throw and can be shipped to another runtime.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <C> the third argument
 * @param <D> the fourth argument
 * @param <R> what comes out
 */
@FunctionalInterface
public interface Fn4<A, B, C, D, R> extends Serializable {
    /**
     * Applies the function.
     *
     * @throws Exception what the function throws; the step's error policy decides what follows
     */
    R apply(A first, B second, C third, D fourth) throws Exception;
}
