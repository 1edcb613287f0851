package io.datastream.processors.normalize;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.processors.internal.Arguments;
import io.datastream.processors.internal.Moments;
import io.datastream.processors.internal.RollingWindow;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Values less their mean, divided by their standard deviation.
 *
 * <p>In: records of a key, each a row of its series. Out: one {@link Normalized} for each, in order, with the record's
 * time. Mean and deviation are those of all values so far ({@link #running}) or of the last n rows ({@link #rolling}; the
 * first n-1 rows, with {@link #priorOnly} the first n, have no result).
 *
 * <p><b>Missing.</b> A value of NaN occupies a row, has no result and is left out of mean and deviation. There is no
 * result either while the deviation is zero or unknown (less than two values, for {@link #population} one). An infinite
 * value makes the deviation unknown: for ever when running, until it leaves the window when rolling.
 *
 * <p><b>Cost.</b> Constant for a record (rolling: on average). State of a key: 40 bytes, 56 bytes a row. Deviations are
 * right whatever the size of the mean (see the variance of {@code 1e15 + small} numbers), and nothing is subtracted when a
 * row leaves, so a spike leaves no trace.
 *
 * <p><b>Example.</b> {@code ZScoreNormalization.running(Reading::value)} on 1, 2, 6: no result, 0.7071 (mean 1.5,
 * deviation 0.7071), 1.1339 (mean 3, deviation 2.6458). With {@code priorOnly()} the last is (6 - 1.5) / 0.7071 = 6.364.
 *
 * @param <T> the records
 */
public final class ZScoreNormalization<T>
        implements KeyedProcessor<Object, T, ZScoreNormalization.State, Normalized<T>> {
    private final ToDoubleFn<T> value;
    private final int rows;
    private final boolean prior;
    private final int ddof;

    private ZScoreNormalization(ToDoubleFn<T> value, int rows, boolean prior, int ddof) {
        this.value = value;
        this.rows = rows;
        this.prior = prior;
        this.ddof = ddof;
    }

    /**
     * By all values so far.
     *
     * @param value reads the value; NaN for none
     */
    public static <T> ZScoreNormalization<T> running(ToDoubleFn<T> value) {
        return new ZScoreNormalization<>(value, 0, false, 1);
    }

    /**
     * By the last rows.
     *
     * @param rows how many, at least 1
     * @param value reads the value; NaN for none
     */
    public static <T> ZScoreNormalization<T> rolling(int rows, ToDoubleFn<T> value) {
        return new ZScoreNormalization<>(value, Arguments.atLeast(1, "rows", rows), false, 1);
    }

    /** The same, by the values before the record alone. */
    public ZScoreNormalization<T> priorOnly() {
        return new ZScoreNormalization<>(value, rows, true, ddof);
    }

    /** The same with the deviation of a population (divided by n) instead of a sample (by n - 1). */
    public ZScoreNormalization<T> population() {
        return new ZScoreNormalization<>(value, rows, prior, 0);
    }

    /** What is kept of a key. Belongs to one key and one thread. */
    public static final class State {
        private final Moments moments = new Moments();
        private final @Nullable RollingWindow window;

        private State(int rows) {
            window = rows > 0 ? new RollingWindow(rows) : null;
        }

        private void add(double x) {
            if (window != null) {
                window.add(x);
            } else if (!Double.isNaN(x)) {
                moments.add(x);
            }
        }
    }

    @Override
    public String name() {
        return "zscore-normalization";
    }

    @Override
    public State newState(Object key) {
        return new State(rows);
    }

    @Override
    public void process(Object key, long time, T record, State state, Emitter<Normalized<T>> out) throws Exception {
        double x = value.applyAsDouble(record);
        if (!prior) {
            state.add(x);
        }
        Normalized<T> result = normalize(record, x, state);
        if (prior) {
            state.add(x);
        }
        out.emit(result);
    }

    private Normalized<T> normalize(T record, double x, State state) {
        Moments moments = state.moments;
        if (state.window != null) {
            if (!state.window.isFull()) {
                return Normalized.unknown(record);
            }
            moments = state.window.moments();
        }
        return Normalized.of(record, moments.deviation(x), moments.mean(), moments.standardDeviation(ddof));
    }

    @Override
    public StateCodec<State> stateCodec() {
        return StateCodec.of(ZScoreNormalization::write, this::read);
    }

    private static void write(State state, DataOutput out) throws IOException {
        if (state.window != null) {
            state.window.write(out);
        } else {
            state.moments.write(out);
        }
    }

    private State read(DataInput in) throws IOException {
        State state = new State(rows);
        if (state.window != null) {
            state.window.read(in);
        } else {
            state.moments.read(in);
        }
        return state;
    }
}
