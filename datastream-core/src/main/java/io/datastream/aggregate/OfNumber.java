package io.datastream.aggregate;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.StateCodec;

/** An aggregation of one number of each record. */
abstract class OfNumber<T, A, R> extends Staged<T, A, R> {
    final ToDoubleFn<? super T> value;

    OfNumber(String name, StateCodec<A> codec, ToDoubleFn<? super T> value) {
        super(name, codec);
        this.value = value;
    }

    /** Adds a number; NaN says that the record has none. */
    abstract void add(A accumulator, long time, double number);

    @Override
    public final void add(A accumulator, long time, T item) throws Exception {
        add(accumulator, time, value.applyAsDouble(item));
    }

    @Override
    final void read(long time, T item, Readings readings) throws Exception {
        readings.putNumber(value.applyAsDouble(item));
    }

    @Override
    final void apply(A accumulator, long time, Readings readings) {
        add(accumulator, time, readings.number());
    }
}
