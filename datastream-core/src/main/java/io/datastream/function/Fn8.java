package io.datastream.function;

import java.io.Serializable;

/**
 * A function of eight arguments that may throw and can be shipped to another runtime.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <C> the third argument
 * @param <D> the fourth argument
 * @param <E> the fifth argument
 * @param <F> the sixth argument
 * @param <G> the seventh argument
 * @param <H> the eighth argument
 * @param <R> what comes out
 */
@FunctionalInterface
public interface Fn8<A, B, C, D, E, F, G, H, R> extends Serializable {
    /**
     * Applies the function.
     *
     * @throws Exception what the function throws; the step's error policy decides what follows
     */
    R apply(A first, B second, C third, D fourth, E fifth, F sixth, G seventh, H eighth) throws Exception;
}
