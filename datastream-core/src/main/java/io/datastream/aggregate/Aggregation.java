package io.datastream.aggregate;

import io.datastream.processor.StateCodec;
import java.io.Serializable;

/**
 * An aggregation as a monoid: accumulators that take records one by one and merge with one another.
 *
 * <p>Laws: {@code create()} is neutral on both sides of {@code merge}, exactly, and {@code merge} is associative up to
 * rounding. Merging is always done in the same order for the same input, whatever the threads or restarts, so the
 * results are the same bits.
 *
 * @param <T> the records
 * @param <A> the accumulator, changed in place; it belongs to one key and one thread
 * @param <R> the result
 */
public interface Aggregation<T, A, R> extends Serializable {
    /** A new accumulator without records. */
    A create();

    /**
     * Adds one record. Records of a window may come in any order of time, but always in the same.
     *
     * @param time its event time, in nanoseconds since the epoch
     * @throws Exception what a user's function throws; the accumulator must then be unchanged
     */
    void add(A accumulator, long time, T item) throws Exception;

    /**
     * Adds what a later accumulator holds to an earlier one.
     *
     * @param into the earlier one, changed
     * @param later the later one, unchanged, and not kept
     */
    void merge(A into, A later);

    /** The result. The accumulator must not be changed, and may be merged on afterwards. */
    R finish(A accumulator);

    /** How the accumulator is stored. */
    StateCodec<A> codec();

    /** A name for plans and step names, such as {@code mean}. */
    default String name() {
        String name = getClass().getSimpleName();
        return name.isEmpty() ? "aggregate" : name;
    }
}
