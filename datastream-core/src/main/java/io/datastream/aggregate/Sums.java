package io.datastream.aggregate;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Counts, sums, and quotients of them. */
final class Sums {
    private Sums() {}

    /** A number of records. */
    static final class Count {
        long count;

        static final StateCodec<Count> CODEC =
                StateCodec.of((count, out) -> Compact.writeLong(count.count, out), Count::read);

        private static Count read(DataInput in) throws IOException {
            Count read = new Count();
            read.count = Compact.readLong(in);
            return read;
        }
    }

    /** Counts records. */
    static final class CountRecords<T> extends Staged<T, Count, Long> {
        CountRecords() {
            super("count", Count.CODEC);
        }

        @Override
        public Count create() {
            return new Count();
        }

        @Override
        public void add(Count accumulator, long time, T item) {
            accumulator.count++;
        }

        @Override
        void read(long time, T item, Readings readings) {}

        @Override
        void apply(Count accumulator, long time, Readings readings) {
            accumulator.count++;
        }

        @Override
        public void merge(Count into, Count later) {
            into.count += later.count;
        }

        @Override
        public Long finish(Count accumulator) {
            return accumulator.count;
        }
    }

    /** Counts numbers. */
    static final class CountNumbers<T> extends OfNumber<T, Count, Long> {
        CountNumbers(ToDoubleFn<? super T> value) {
            super("count-values", Count.CODEC, value);
        }

        @Override
        public Count create() {
            return new Count();
        }

        @Override
        void add(Count accumulator, long time, double number) {
            if (!Double.isNaN(number)) {
                accumulator.count++;
            }
        }

        @Override
        public void merge(Count into, Count later) {
            into.count += later.count;
        }

        @Override
        public Long finish(Count accumulator) {
            return accumulator.count;
        }
    }

    /** Adds numbers up. */
    static final class Sum<T> extends OfNumber<T, CompensatedSum, Double> {
        Sum(ToDoubleFn<? super T> value) {
            super("sum", StateCodec.of(CompensatedSum::write, CompensatedSum::read), value);
        }

        @Override
        public CompensatedSum create() {
            return new CompensatedSum();
        }

        @Override
        void add(CompensatedSum accumulator, long time, double number) {
            if (!Double.isNaN(number)) {
                accumulator.add(number);
            }
        }

        @Override
        public void merge(CompensatedSum into, CompensatedSum later) {
            into.merge(later);
        }

        @Override
        public Double finish(CompensatedSum accumulator) {
            return accumulator.value();
        }
    }

    /** A sum and the number of its values. */
    static final class CountedSum {
        long count;
        double sum;
        double lost;

        static final StateCodec<CountedSum> CODEC = StateCodec.of(CountedSum::write, CountedSum::read);

        void add(double value) {
            double total = sum + value;
            lost += CompensatedSum.lost(sum, value, total);
            sum = total;
            count++;
        }

        void merge(CountedSum later) {
            double total = sum + later.sum;
            lost += CompensatedSum.lost(sum, later.sum, total) + later.lost;
            sum = total;
            count += later.count;
        }

        double sum() {
            return CompensatedSum.value(sum, lost);
        }

        double mean() {
            return count == 0 ? Double.NaN : sum() / count;
        }

        void write(DataOutput out) throws IOException {
            Compact.writeLong(count, out);
            if (count > 0) {
                CompensatedSum.write(sum, lost, out);
            }
        }

        static CountedSum read(DataInput in) throws IOException {
            CountedSum read = new CountedSum();
            read.count = Compact.readLong(in);
            if (read.count > 0) {
                read.sum = in.readDouble();
                read.lost = in.readDouble();
            }
            return read;
        }
    }

    /** The arithmetic mean. */
    static final class Mean<T> extends OfNumber<T, CountedSum, Double> {
        Mean(ToDoubleFn<? super T> value) {
            super("mean", CountedSum.CODEC, value);
        }

        @Override
        public CountedSum create() {
            return new CountedSum();
        }

        @Override
        void add(CountedSum accumulator, long time, double number) {
            if (!Double.isNaN(number)) {
                accumulator.add(number);
            }
        }

        @Override
        public void merge(CountedSum into, CountedSum later) {
            into.merge(later);
        }

        @Override
        public Double finish(CountedSum accumulator) {
            return accumulator.mean();
        }
    }

    /** Sums of the weighted values and of the weights. */
    static final class WeightedSum {
        final CompensatedSum products = new CompensatedSum();
        final CompensatedSum weights = new CompensatedSum();

        static final StateCodec<WeightedSum> CODEC = StateCodec.of(WeightedSum::write, WeightedSum::read);

        private void write(DataOutput out) throws IOException {
            products.write(out);
            weights.write(out);
        }

        private static WeightedSum read(DataInput in) throws IOException {
            WeightedSum read = new WeightedSum();
            read.products.merge(CompensatedSum.read(in));
            read.weights.merge(CompensatedSum.read(in));
            return read;
        }
    }

    /** The weighted mean. */
    static final class WeightedMean<T> extends OfPair<T, WeightedSum, Double> {
        WeightedMean(ToDoubleFn<? super T> value, ToDoubleFn<? super T> weight) {
            super("weighted-mean", WeightedSum.CODEC, value, weight);
        }

        @Override
        public WeightedSum create() {
            return new WeightedSum();
        }

        @Override
        void add(WeightedSum accumulator, double value, double weight) {
            accumulator.products.add(value * weight);
            accumulator.weights.add(weight);
        }

        @Override
        public void merge(WeightedSum into, WeightedSum later) {
            into.products.merge(later.products);
            into.weights.merge(later.weights);
        }

        @Override
        public Double finish(WeightedSum accumulator) {
            double weight = accumulator.weights.value();
            return weight == 0 ? Double.NaN : accumulator.products.value() / weight;
        }
    }
}
