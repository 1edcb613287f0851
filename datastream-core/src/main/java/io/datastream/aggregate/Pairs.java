package io.datastream.aggregate;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Two numbers of each record, or a number and its time. */
final class Pairs {
    private Pairs() {}

    /** What one and the other have in common. */
    abstract static class OfPairMoments<T, R> extends OfPair<T, PairMoments, R> {
        OfPairMoments(String name, ToDoubleFn<? super T> x, ToDoubleFn<? super T> y) {
            super(name, StateCodec.of(PairMoments::write, PairMoments::read), x, y);
        }

        @Override
        public final PairMoments create() {
            return new PairMoments();
        }

        @Override
        final void add(PairMoments accumulator, double x, double y) {
            accumulator.add(x, y);
        }

        @Override
        public final void merge(PairMoments into, PairMoments later) {
            into.merge(later, 0);
        }
    }

    /** The covariance of a sample or of a population. */
    static final class Covariance<T> extends OfPairMoments<T, Double> {
        private final boolean sample;

        Covariance(boolean sample, ToDoubleFn<? super T> x, ToDoubleFn<? super T> y) {
            super(sample ? "covariance-sample" : "covariance-population", x, y);
            this.sample = sample;
        }

        @Override
        public Double finish(PairMoments accumulator) {
            return sample ? accumulator.covarianceSample() : accumulator.covariancePopulation();
        }
    }

    /** Pearson's correlation. */
    static final class Correlation<T> extends OfPairMoments<T, Double> {
        Correlation(ToDoubleFn<? super T> x, ToDoubleFn<? super T> y) {
            super("correlation", x, y);
        }

        @Override
        public Double finish(PairMoments accumulator) {
            return accumulator.correlation();
        }
    }

    /** The line of least squares of y over x. */
    static final class OfRegression<T> extends OfPairMoments<T, Regression> {
        OfRegression(ToDoubleFn<? super T> x, ToDoubleFn<? super T> y) {
            super("regression", x, y);
        }

        @Override
        public Regression finish(PairMoments accumulator) {
            return new Regression(
                    accumulator.count(), accumulator.slope(), accumulator.at(0), accumulator.correlationSquared());
        }
    }

    /** Numbers over time: the time is seconds since the first record, whichever it was. */
    static final class Timed {
        private static final double NANOS_PER_SECOND = 1e9;

        private boolean empty = true;
        private long zero;
        private long newest;
        private PairMoments moments = new PairMoments();

        static final StateCodec<Timed> CODEC = StateCodec.of(Timed::write, Timed::read);

        void add(long time, double number) {
            if (empty) {
                empty = false;
                zero = time;
                newest = time;
            } else if (time > newest) {
                newest = time;
            }
            if (!Double.isNaN(number)) {
                moments.add(seconds(zero, time), number);
            }
        }

        void merge(Timed later) {
            if (later.empty) {
                return;
            }
            if (empty) {
                empty = false;
                zero = later.zero;
                newest = later.newest;
            } else if (later.newest > newest) {
                newest = later.newest;
            }
            moments.merge(later.moments, seconds(zero, later.zero));
        }

        /** Exact in nanoseconds before it is rounded to a double, unless both lie more than 292 years apart. */
        private static double seconds(long from, long to) {
            long nanos = to - from;
            boolean overflow = ((to ^ from) & (to ^ nanos)) < 0;
            return (overflow ? (double) to - (double) from : nanos) / NANOS_PER_SECOND;
        }

        Trend trend() {
            double newestX = seconds(zero, newest);
            return new Trend(moments.count(), moments.slope(), moments.at(newestX), moments.correlationSquared());
        }

        private void write(DataOutput out) throws IOException {
            out.writeBoolean(empty);
            if (!empty) {
                out.writeLong(zero);
                out.writeLong(newest);
                moments.write(out);
            }
        }

        private static Timed read(DataInput in) throws IOException {
            Timed read = new Timed();
            read.empty = in.readBoolean();
            if (!read.empty) {
                read.zero = in.readLong();
                read.newest = in.readLong();
                read.moments = PairMoments.read(in);
            }
            return read;
        }
    }

    /** The line of least squares over event time. */
    static final class OfTrend<T> extends OfNumber<T, Timed, Trend> {
        OfTrend(ToDoubleFn<? super T> value) {
            super("trend", Timed.CODEC, value);
        }

        @Override
        public Timed create() {
            return new Timed();
        }

        @Override
        void add(Timed accumulator, long time, double number) {
            accumulator.add(time, number);
        }

        @Override
        public void merge(Timed into, Timed later) {
            into.merge(later);
        }

        @Override
        public Trend finish(Timed accumulator) {
            return accumulator.trend();
        }
    }
}
