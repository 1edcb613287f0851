package io.datastream.function;

import java.io.Serializable;

/**
 * A function of one argument that may throw and can be shipped to another runtime.
 *
 * @param <A> what goes in
 * @param <B> what comes out
 */
@FunctionalInterface
public interface Fn<A, B> extends Serializable {
    /**
     * Applies the function.
     *
     * @throws Exception what the function throws; the step's error policy decides what follows
     */
    B apply(A value) throws Exception;
}
