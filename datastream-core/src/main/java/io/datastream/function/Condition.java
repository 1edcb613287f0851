package io.datastream.function;

import java.io.Serializable;

/**
 * A test of one value that may throw and can be shipped to another runtime.
 *
 * @param <A> what is tested
 */
@FunctionalInterface
public interface Condition<A> extends Serializable {
    /**
     * Tests the value.
     *
     * @throws Exception what the test throws; the step's error policy decides what follows
     */
    boolean test(A value) throws Exception;
}
