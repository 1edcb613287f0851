package io.datastream.processors.smooth;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.processors.internal.Arguments;
import io.datastream.processors.internal.Grid;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;

/**
 * The exponentially weighted average by time, for records in any rhythm: a value weighs half as much after each
 * half-life.
 *
 * <p>In: records of a key. Out: one {@link Smoothed} for each, in order, with the record's time t: {@code sum(w_k * x_k) /
 * sum(w_k)} over the values so far, {@code w_k = 0.5^((t - t_k) / halfLife)}. {@link #recursive} is the recursion
 * {@code y += a * (x - y)} with {@code a = 1 - 0.5^(dt / halfLife)}, which treats the values as steps of a signal: a second
 * value at the same time changes nothing.
 *
 * <p><b>Missing.</b> A value of NaN leaves the average as it is; before the first value it is NaN. Gaps need no care: after
 * a long one the next value counts for nearly all. An infinite value stays in the average for ever.
 *
 * <p><b>Cost.</b> Constant for a record, with one power; state of a key: 32 bytes. The power is taken by
 * {@link StrictMath}, so results are the same bits on every machine.
 *
 * <p><b>Example.</b> {@code TimeEwma.halfLife(Duration.ofSeconds(10), Reading::value)} on 1 at 0 s, 2 at 10 s, 4 at 25 s,
 * 8 at 60 s: 1, 1.66667, 3.19139, 7.42707. {@code recursive()}: 1, 1.5, 3.11612, 7.56832.
 *
 * <p>References: A. Eckner, Algorithms for unevenly spaced time series: moving averages and other rolling operators (the
 * recursion, there the average of the series with "next point" interpolation); {@code ewm(halflife, times)} of pandas
 * (the sum).
 *
 * @param <T> the records
 */
public final class TimeEwma<T> implements KeyedProcessor<Object, T, TimeEwma.State, Smoothed<T>> {
    private static final double LOG_HALF = StrictMath.log(0.5);

    private final ToDoubleFn<T> value;
    private final long halfLifeNanos;
    private final boolean recursive;

    private TimeEwma(ToDoubleFn<T> value, long halfLifeNanos, boolean recursive) {
        this.value = value;
        this.halfLifeNanos = halfLifeNanos;
        this.recursive = recursive;
    }

    /**
     * By the time after which a weight has halved.
     *
     * @param halfLife more than zero
     * @param value reads the value; NaN for none
     */
    public static <T> TimeEwma<T> halfLife(Duration halfLife, ToDoubleFn<T> value) {
        return new TimeEwma<>(value, Arguments.positive("half-life", halfLife), false);
    }

    /** The same half-life by plain recursion, starting with the first value. */
    public TimeEwma<T> recursive() {
        return new TimeEwma<>(value, halfLifeNanos, true);
    }

    /** What is kept of a key. Belongs to one key and one thread. */
    public static final class State {
        private long time;
        private double mean = Double.NaN;
        private double weight;

        private State() {}
    }

    @Override
    public String name() {
        return "time-ewma";
    }

    @Override
    public State newState(Object key) {
        return new State();
    }

    @Override
    public void process(Object key, long time, T record, State state, Emitter<Smoothed<T>> out) throws Exception {
        double x = value.applyAsDouble(record);
        if (!Double.isNaN(x)) {
            add(state, time, x);
        }
        out.emit(new Smoothed<>(record, state.mean));
    }

    private void add(State state, long time, double x) {
        if (state.weight == 0) {
            state.mean = x;
            state.weight = 1;
        } else {
            double halfLives = Grid.distance(state.time, time) / halfLifeNanos;
            double past = state.weight * StrictMath.pow(0.5, halfLives);
            double newest = recursive ? -StrictMath.expm1(LOG_HALF * halfLives) : 1;
            double total = recursive ? 1 : past + newest;
            if (x != state.mean) {
                state.mean = state.mean * (past / total) + x * (newest / total);
            }
            state.weight = total;
        }
        state.time = time;
    }

    @Override
    public boolean isEmpty(State state) {
        return state.weight == 0;
    }

    @Override
    public StateCodec<State> stateCodec() {
        return StateCodec.of(TimeEwma::write, TimeEwma::read);
    }

    private static void write(State state, DataOutput out) throws IOException {
        out.writeLong(state.time);
        out.writeDouble(state.mean);
        out.writeDouble(state.weight);
    }

    private static State read(DataInput in) throws IOException {
        State state = new State();
        state.time = in.readLong();
        state.mean = in.readDouble();
        state.weight = in.readDouble();
        return state;
    }
}
