package io.datastream.processors.stats;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.processors.internal.LagOne;
import io.datastream.processors.internal.Moments;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Count, sum, mean, variance, least, greatest and autocorrelation of all values of a key so far.
 *
 * <p>In: records of a key. Out: one {@link SeriesStatistics} for each record, of the values up to and including it, with
 * its time; with {@link #onlyAtEnd} one for each key, at the end of a bounded input, with the time of its last record.
 *
 * <p><b>Missing.</b> A value of NaN is left out; its record gets the statistics unchanged. An infinite value makes mean and
 * sum infinite and the others unknown, for ever.
 *
 * <p><b>Accuracy.</b> Sums keep about 100 bits and are rounded once; variances have a relative error below
 * {@code 2 * n * 2^-53} whatever the size of the mean: 1e15, 1e15 + 0.125, 1e15 + 0.25 have the variance 0.015625 to the
 * last digit. A sum beyond 1.8e308 is infinite.
 *
 * <p><b>Cost.</b> Constant for a record, about 70 ns; state of a key: 200 bytes.
 *
 * <p><b>Example.</b> {@code RunningStatistics.of(Reading::value)} on 1, 2, 6: at the third, count 3, sum 9, mean 3, variance
 * 7, autocorrelation {@code ((-2)(-1) + (-1)(3)) / 14 = -0.0714}.
 *
 * <p>References: those of the sums and moments used are Dekker 1971, Welford 1962; the autocorrelation is defined as in the
 * NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.12.
 *
 * @param <T> the records
 */
public final class RunningStatistics<T>
        implements KeyedProcessor<Object, T, RunningStatistics.State, SeriesStatistics> {
    private final ToDoubleFn<T> value;
    private final boolean atEnd;

    private RunningStatistics(ToDoubleFn<T> value, boolean atEnd) {
        this.value = value;
        this.atEnd = atEnd;
    }

    /**
     * A result for each record.
     *
     * @param value reads the value; NaN for none
     */
    public static <T> RunningStatistics<T> of(ToDoubleFn<T> value) {
        return new RunningStatistics<>(value, false);
    }

    /** One result for each key, at the end of a bounded input. Without an end, there is none. */
    public RunningStatistics<T> onlyAtEnd() {
        return new RunningStatistics<>(value, true);
    }

    /** What is kept of a key. Belongs to one key and one thread. */
    public static final class State {
        private final Moments moments = new Moments();
        private final LagOne lagOne = new LagOne();
        private double minimum = Double.NaN;
        private double maximum = Double.NaN;
        private long time;
        private boolean due;

        private State() {}

        private void add(double x) {
            moments.add(x);
            lagOne.add(x);
            minimum = Double.isNaN(minimum) || x < minimum ? x : minimum;
            maximum = Double.isNaN(maximum) || x > maximum ? x : maximum;
        }

        private SeriesStatistics result() {
            double squares = moments.variance(0) * moments.count();
            return new SeriesStatistics(
                    time,
                    moments.count(),
                    moments.sum(),
                    moments.mean(),
                    moments.variance(1),
                    moments.variance(0),
                    minimum,
                    maximum,
                    squares > 0 ? lagOne.value() / squares : Double.NaN);
        }
    }

    @Override
    public String name() {
        return "running-statistics";
    }

    @Override
    public State newState(Object key) {
        return new State();
    }

    @Override
    public void process(Object key, long time, T record, State state, Emitter<SeriesStatistics> out) throws Exception {
        double x = value.applyAsDouble(record);
        if (!Double.isNaN(x)) {
            state.add(x);
        }
        state.time = time;
        state.due = atEnd;
        if (!atEnd) {
            out.emit(state.result());
        }
    }

    @Override
    public long nextTimer(State state) {
        return state.due ? END_OF_INPUT : NO_TIMER;
    }

    @Override
    public void onTimer(Object key, long time, State state, Emitter<SeriesStatistics> out) {
        out.emit(state.time, state.result());
        state.due = false;
    }

    @Override
    public long outputDelayNanos() {
        return atEnd ? UNBOUNDED : 0;
    }

    @Override
    public StateCodec<State> stateCodec() {
        return StateCodec.of(RunningStatistics::write, RunningStatistics::read);
    }

    private static void write(State state, DataOutput out) throws IOException {
        state.moments.write(out);
        state.lagOne.write(out);
        out.writeDouble(state.minimum);
        out.writeDouble(state.maximum);
        out.writeLong(state.time);
        out.writeBoolean(state.due);
    }

    private static State read(DataInput in) throws IOException {
        State state = new State();
        state.moments.read(in);
        state.lagOne.read(in);
        state.minimum = in.readDouble();
        state.maximum = in.readDouble();
        state.time = in.readLong();
        state.due = in.readBoolean();
        return state;
    }
}
