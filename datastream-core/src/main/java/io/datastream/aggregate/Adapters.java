package io.datastream.aggregate;

import io.datastream.function.Condition;
import io.datastream.function.Fn;

/** Aggregations that change what goes into another one, or what comes out. They share its accumulator. */
final class Adapters {
    private Adapters() {}

    /** A result, or the unchecked form of what the function threw. */
    static <V, R> R result(String name, Fn<? super V, ? extends R> function, V value) {
        try {
            return function.apply(value);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("result of " + name + ": " + e, e);
        }
    }

    /** Aggregates other values than the records themselves. */
    static final class Mapping<T, U, A, R> extends Staged<T, A, R> {
        private final Fn<? super T, ? extends U> function;
        private final Staged<? super U, A, ? extends R> inner;

        Mapping(Fn<? super T, ? extends U> function, Staged<? super U, A, ? extends R> inner) {
            super(inner.name(), inner.codec());
            this.function = function;
            this.inner = inner;
        }

        @Override
        public A create() {
            return inner.create();
        }

        @Override
        public void add(A accumulator, long time, T item) throws Exception {
            inner.add(accumulator, time, function.apply(item));
        }

        @Override
        void read(long time, T item, Readings readings) throws Exception {
            inner.read(time, function.apply(item), readings);
        }

        @Override
        void apply(A accumulator, long time, Readings readings) {
            inner.apply(accumulator, time, readings);
        }

        @Override
        public void merge(A into, A later) {
            inner.merge(into, later);
        }

        @Override
        public R finish(A accumulator) {
            return inner.finish(accumulator);
        }
    }

    /** Aggregates some of the records. */
    static final class Filtering<T, A, R> extends Staged<T, A, R> {
        private final Condition<? super T> condition;
        private final Staged<? super T, A, ? extends R> inner;

        Filtering(Condition<? super T> condition, Staged<? super T, A, ? extends R> inner) {
            super(inner.name(), inner.codec());
            this.condition = condition;
            this.inner = inner;
        }

        @Override
        public A create() {
            return inner.create();
        }

        @Override
        public void add(A accumulator, long time, T item) throws Exception {
            if (condition.test(item)) {
                inner.add(accumulator, time, item);
            }
        }

        @Override
        void read(long time, T item, Readings readings) throws Exception {
            boolean passes = condition.test(item);
            readings.putNumber(passes ? 1 : 0);
            if (passes) {
                inner.read(time, item, readings);
            }
        }

        @Override
        void apply(A accumulator, long time, Readings readings) {
            if (readings.number() != 0) {
                inner.apply(accumulator, time, readings);
            }
        }

        @Override
        public void merge(A into, A later) {
            inner.merge(into, later);
        }

        @Override
        public R finish(A accumulator) {
            return inner.finish(accumulator);
        }
    }

    /** Makes something else of the result. */
    static final class AndThen<T, A, V, R> extends Staged<T, A, R> {
        private final Staged<? super T, A, ? extends V> inner;
        private final Fn<? super V, ? extends R> function;

        AndThen(Staged<? super T, A, ? extends V> inner, Fn<? super V, ? extends R> function) {
            super(inner.name(), inner.codec());
            this.inner = inner;
            this.function = function;
        }

        @Override
        public A create() {
            return inner.create();
        }

        @Override
        public void add(A accumulator, long time, T item) throws Exception {
            inner.add(accumulator, time, item);
        }

        @Override
        void read(long time, T item, Readings readings) throws Exception {
            inner.read(time, item, readings);
        }

        @Override
        void apply(A accumulator, long time, Readings readings) {
            inner.apply(accumulator, time, readings);
        }

        @Override
        public void merge(A into, A later) {
            inner.merge(into, later);
        }

        @Override
        public R finish(A accumulator) {
            V value = inner.finish(accumulator);
            return result(name(), function, value);
        }
    }
}
