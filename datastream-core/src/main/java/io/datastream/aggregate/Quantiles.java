package io.datastream.aggregate;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.StateCodec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Exact quantiles. */
final class Quantiles {
    private Quantiles() {}

    static double check(double q) {
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("quantile: " + q + " (expected: from 0 to 1)");
        }
        return q;
    }

    /** What one and several quantiles have in common. */
    abstract static class OfValues<T, R> extends OfNumber<T, Values, R> {
        final QuantileMethod method;

        OfValues(String name, QuantileMethod method, ToDoubleFn<? super T> value) {
            super(name, StateCodec.of(Values::write, Values::read), value);
            this.method = method;
        }

        @Override
        public final Values create() {
            return new Values();
        }

        @Override
        final void add(Values accumulator, long time, double number) {
            if (!Double.isNaN(number)) {
                accumulator.add(number);
            }
        }

        @Override
        public final void merge(Values into, Values later) {
            into.merge(later);
        }
    }

    /** One quantile. */
    static final class One<T> extends OfValues<T, Double> {
        private final double q;

        One(String name, double q, QuantileMethod method, ToDoubleFn<? super T> value) {
            super(name, method, value);
            this.q = check(q);
        }

        @Override
        public Double finish(Values accumulator) {
            return method.of(accumulator.inOrder(), accumulator.size(), q);
        }
    }

    /** Several quantiles. */
    static final class Several<T> extends OfValues<T, List<Double>> {
        private final double[] qs;

        Several(QuantileMethod method, ToDoubleFn<? super T> value, double... qs) {
            super("quantiles", method, value);
            this.qs = qs.clone();
            for (double q : qs) {
                check(q);
            }
        }

        @Override
        public List<Double> finish(Values accumulator) {
            double[] sorted = accumulator.inOrder();
            List<Double> results = new ArrayList<>(qs.length);
            for (double q : qs) {
                results.add(method.of(sorted, accumulator.size(), q));
            }
            return Collections.unmodifiableList(results);
        }
    }
}
