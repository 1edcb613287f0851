package io.datastream.aggregate;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Variances, and the statistics that most people want together. */
final class Spread {
    private Spread() {}

    /** What is wanted of the moments. */
    enum Measure {
        VARIANCE_SAMPLE("variance-sample") {
            @Override
            double of(Moments moments) {
                return moments.varianceSample();
            }
        },
        VARIANCE_POPULATION("variance-population") {
            @Override
            double of(Moments moments) {
                return moments.variancePopulation();
            }
        },
        STANDARD_DEVIATION_SAMPLE("standard-deviation-sample") {
            @Override
            double of(Moments moments) {
                return moments.standardDeviationSample();
            }
        },
        STANDARD_DEVIATION_POPULATION("standard-deviation-population") {
            @Override
            double of(Moments moments) {
                return moments.standardDeviationPopulation();
            }
        };

        private final String label;

        Measure(String label) {
            this.label = label;
        }

        abstract double of(Moments moments);
    }

    /** One of the measures. */
    static final class OfMoments<T> extends OfNumber<T, Moments, Double> {
        private final Measure measure;

        OfMoments(Measure measure, ToDoubleFn<? super T> value) {
            super(measure.label, StateCodec.of(Moments::write, Moments::read), value);
            this.measure = measure;
        }

        @Override
        public Moments create() {
            return new Moments();
        }

        @Override
        void add(Moments accumulator, long time, double number) {
            if (!Double.isNaN(number)) {
                accumulator.add(number);
            }
        }

        @Override
        public void merge(Moments into, Moments later) {
            into.merge(later);
        }

        @Override
        public Double finish(Moments accumulator) {
            return measure.of(accumulator);
        }
    }

    /** Everything that {@link Statistics} needs. */
    static final class Summary {
        long rows;
        CompensatedSum sum = new CompensatedSum();
        Extremes.Bounds bounds = new Extremes.Bounds();
        Moments moments = new Moments();

        static final StateCodec<Summary> CODEC = StateCodec.of(Summary::write, Summary::read);

        void merge(Summary later) {
            rows += later.rows;
            sum.merge(later.sum);
            bounds.merge(later.bounds);
            moments.merge(later.moments);
        }

        private void write(DataOutput out) throws IOException {
            Compact.writeLong(rows, out);
            moments.write(out);
            if (moments.count() > 0) {
                sum.write(out);
                bounds.write(out);
            }
        }

        private static Summary read(DataInput in) throws IOException {
            Summary read = new Summary();
            read.rows = Compact.readLong(in);
            read.moments = Moments.read(in);
            if (read.moments.count() > 0) {
                read.sum = CompensatedSum.read(in);
                read.bounds = Extremes.Bounds.read(in);
            }
            return read;
        }
    }

    /** All of them in one record. */
    static final class OfSummary<T> extends OfNumber<T, Summary, Statistics> {
        OfSummary(ToDoubleFn<? super T> value) {
            super("statistics", Summary.CODEC, value);
        }

        @Override
        public Summary create() {
            return new Summary();
        }

        @Override
        void add(Summary accumulator, long time, double number) {
            accumulator.rows++;
            if (!Double.isNaN(number)) {
                accumulator.sum.add(number);
                accumulator.bounds.add(number);
                accumulator.moments.add(number);
            }
        }

        @Override
        public void merge(Summary into, Summary later) {
            into.merge(later);
        }

        @Override
        public Statistics finish(Summary accumulator) {
            Moments moments = accumulator.moments;
            double sum = accumulator.sum.value();
            return new Statistics(
                    accumulator.rows,
                    moments.count(),
                    sum,
                    moments.count() == 0 ? Double.NaN : sum / moments.count(),
                    accumulator.bounds.min,
                    accumulator.bounds.max,
                    moments.varianceSample(),
                    moments.variancePopulation(),
                    moments.standardDeviationSample(),
                    moments.standardDeviationPopulation());
        }
    }
}
