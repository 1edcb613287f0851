package io.datastream.aggregate;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The least and the greatest number. Zeros are equal whatever their sign; of equal numbers the one that came first stays. */
final class Extremes {
    private Extremes() {}

    /** The extremes of no numbers are NaN, with which every comparison fails: hence the negations. */
    static final class Bounds {
        double min = Double.NaN;
        double max = Double.NaN;

        static final StateCodec<Bounds> CODEC = StateCodec.of(Bounds::write, Bounds::read);

        void add(double value) {
            if (!Double.isNaN(value)) {
                if (!(value >= min)) {
                    min = value;
                }
                if (!(value <= max)) {
                    max = value;
                }
            }
        }

        void merge(Bounds later) {
            if (!Double.isNaN(later.min)) {
                if (!(later.min >= min)) {
                    min = later.min;
                }
                if (!(later.max <= max)) {
                    max = later.max;
                }
            }
        }

        void write(DataOutput out) throws IOException {
            out.writeDouble(min);
            out.writeDouble(max);
        }

        static Bounds read(DataInput in) throws IOException {
            Bounds read = new Bounds();
            read.min = in.readDouble();
            read.max = in.readDouble();
            return read;
        }
    }

    /** One extreme. */
    static final class Bound {
        double value = Double.NaN;

        static final StateCodec<Bound> CODEC = StateCodec.of((bound, out) -> out.writeDouble(bound.value), Bound::read);

        private static Bound read(DataInput in) throws IOException {
            Bound read = new Bound();
            read.value = in.readDouble();
            return read;
        }
    }

    /** The least number. */
    static final class Min<T> extends OfNumber<T, Bound, Double> {
        Min(ToDoubleFn<? super T> value) {
            super("min", Bound.CODEC, value);
        }

        @Override
        public Bound create() {
            return new Bound();
        }

        @Override
        void add(Bound accumulator, long time, double number) {
            if (!(number >= accumulator.value) && !Double.isNaN(number)) {
                accumulator.value = number;
            }
        }

        @Override
        public void merge(Bound into, Bound later) {
            add(into, 0, later.value);
        }

        @Override
        public Double finish(Bound accumulator) {
            return accumulator.value;
        }
    }

    /** The greatest number. */
    static final class Max<T> extends OfNumber<T, Bound, Double> {
        Max(ToDoubleFn<? super T> value) {
            super("max", Bound.CODEC, value);
        }

        @Override
        public Bound create() {
            return new Bound();
        }

        @Override
        void add(Bound accumulator, long time, double number) {
            if (!(number <= accumulator.value) && !Double.isNaN(number)) {
                accumulator.value = number;
            }
        }

        @Override
        public void merge(Bound into, Bound later) {
            add(into, 0, later.value);
        }

        @Override
        public Double finish(Bound accumulator) {
            return accumulator.value;
        }
    }

    /** The difference of both. */
    static final class Range<T> extends OfNumber<T, Bounds, Double> {
        Range(ToDoubleFn<? super T> value) {
            super("range", Bounds.CODEC, value);
        }

        @Override
        public Bounds create() {
            return new Bounds();
        }

        @Override
        void add(Bounds accumulator, long time, double number) {
            accumulator.add(number);
        }

        @Override
        public void merge(Bounds into, Bounds later) {
            into.merge(later);
        }

        @Override
        public Double finish(Bounds accumulator) {
            return accumulator.max - accumulator.min;
        }
    }
}
