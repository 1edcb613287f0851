package io.datastream.aggregate;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.StateCodec;

/** An aggregation of two numbers of each record; a record that lacks one of them counts as lacking both. */
abstract class OfPair<T, A, R> extends Staged<T, A, R> {
    private final ToDoubleFn<? super T> first;
    private final ToDoubleFn<? super T> second;

    OfPair(String name, StateCodec<A> codec, ToDoubleFn<? super T> first, ToDoubleFn<? super T> second) {
        super(name, codec);
        this.first = first;
        this.second = second;
    }

    /** Adds two numbers, neither of them NaN. */
    abstract void add(A accumulator, double x, double y);

    private void addPresent(A accumulator, double x, double y) {
        if (!Double.isNaN(x) && !Double.isNaN(y)) {
            add(accumulator, x, y);
        }
    }

    @Override
    public final void add(A accumulator, long time, T item) throws Exception {
        addPresent(accumulator, first.applyAsDouble(item), second.applyAsDouble(item));
    }

    @Override
    final void read(long time, T item, Readings readings) throws Exception {
        readings.putNumber(first.applyAsDouble(item));
        readings.putNumber(second.applyAsDouble(item));
    }

    @Override
    final void apply(A accumulator, long time, Readings readings) {
        addPresent(accumulator, readings.number(), readings.number());
    }
}
