package io.datastream.function;

import java.io.Serializable;

/**
 * A function of six arguments that may throw and can be shipped to another runtime.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <C> the third argument
 * @param <D> the fourth argument
 * @param <E> the fifth argument
 * @param <F> the sixth argument
 * @param <R> what comes out
 */
@FunctionalInterface
public interface Fn6<A, B, C, D, E, F, R> extends Serializable {
    /**
     * Applies the function.
     *
     * @throws Exception what the function throws; the step's error policy decides what follows
     */
    R apply(A first, B second, C third, D fourth, E fifth, F sixth) throws Exception;
}
