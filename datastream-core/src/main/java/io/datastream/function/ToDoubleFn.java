package io.datastream.function;

import java.io.Serializable;

/**
 * Reads a number from a value. {@code NaN} stands for "no number here": the built-in operators skip it and say so in
 * their documentation.
 *
 * @param <A> what the number is read from
 */
@FunctionalInterface
public interface ToDoubleFn<A> extends Serializable {
    /**
     * Returns the number.
     *
     * @throws Exception what the function throws; the step's error policy decides what follows
     */
    double applyAsDouble(A value) throws Exception;
}
