package io.datastream.aggregate;

import io.datastream.processor.StateCodec;

/**
 * An aggregation that calls the user's functions before it changes anything, in a step of its own. Thus a combination
 * is changed as a whole or, when one of the functions throws, not at all.
 */
abstract class Staged<T, A, R> implements Aggregation<T, A, R> {
    private final String name;
    private final StateCodec<A> codec;

    Staged(String name, StateCodec<A> codec) {
        this.name = name;
        this.codec = codec;
    }

    /** Calls the functions and puts what they return into the readings. */
    abstract void read(long time, T item, Readings readings) throws Exception;

    /** Adds a record by its readings, taken in the order they were put. Cannot fail. */
    abstract void apply(A accumulator, long time, Readings readings);

    @Override
    public final StateCodec<A> codec() {
        return codec;
    }

    @Override
    public final String name() {
        return name;
    }

    /** The aggregation itself, or one that makes it staged. */
    static <T, A, R> Staged<T, A, R> of(Aggregation<T, A, R> aggregation) {
        return aggregation instanceof Staged<T, A, R> staged ? staged : new ByMerging<>(aggregation);
    }

    /** A user's own aggregation: a record waits in an accumulator of its own, which cannot fail to be merged. */
    static final class ByMerging<T, A, R> extends Staged<T, A, R> {
        private final Aggregation<T, A, R> aggregation;

        ByMerging(Aggregation<T, A, R> aggregation) {
            super(aggregation.name(), aggregation.codec());
            this.aggregation = aggregation;
        }

        @Override
        public A create() {
            return aggregation.create();
        }

        @Override
        public void add(A accumulator, long time, T item) throws Exception {
            aggregation.add(accumulator, time, item);
        }

        @Override
        void read(long time, T item, Readings readings) throws Exception {
            A record = aggregation.create();
            aggregation.add(record, time, item);
            readings.putItem(record);
        }

        @Override
        void apply(A accumulator, long time, Readings readings) {
            aggregation.merge(accumulator, readings.item());
        }

        @Override
        public void merge(A into, A later) {
            aggregation.merge(into, later);
        }

        @Override
        public R finish(A accumulator) {
            return aggregation.finish(accumulator);
        }
    }
}
