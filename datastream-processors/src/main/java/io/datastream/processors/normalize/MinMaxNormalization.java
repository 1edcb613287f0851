package io.datastream.processors.normalize;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.processors.internal.Arguments;
import io.datastream.processors.internal.RollingWindow;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Values on the way from the least to the greatest: the least becomes 0, the greatest 1.
 *
 * <p>In: records of a key, each a row of its series. Out: one {@link Normalized} for each, in order, with the record's
 * time. Least and greatest are those of all values so far ({@link #running}) or of the last n rows ({@link #rolling}; the
 * first n-1 rows, with {@link #priorOnly} the first n, have no result). With {@code priorOnly} results may lie outside.
 *
 * <p><b>Missing.</b> A value of NaN occupies a row, has no result and is left out. There is no result either while all
 * values are equal, or an infinite one is among them.
 *
 * <p><b>Cost.</b> Constant for a record (rolling: on average). State of a key: 16 bytes, 56 bytes a row.
 *
 * <p><b>Example.</b> {@code MinMaxNormalization.running(Reading::value)} on 10, 20, 15: no result, 1, 0.5. With
 * {@code onto(-1, 1)}: no result, 1, 0.
 *
 * @param <T> the records
 */
public final class MinMaxNormalization<T>
        implements KeyedProcessor<Object, T, MinMaxNormalization.State, Normalized<T>> {
    private final ToDoubleFn<T> value;
    private final int rows;
    private final boolean prior;
    private final double low;
    private final double high;

    private MinMaxNormalization(ToDoubleFn<T> value, int rows, boolean prior, double low, double high) {
        this.value = value;
        this.rows = rows;
        this.prior = prior;
        this.low = low;
        this.high = high;
    }

    /**
     * By all values so far.
     *
     * @param value reads the value; NaN for none
     */
    public static <T> MinMaxNormalization<T> running(ToDoubleFn<T> value) {
        return new MinMaxNormalization<>(value, 0, false, 0, 1);
    }

    /**
     * By the last rows.
     *
     * @param rows how many, at least 1
     * @param value reads the value; NaN for none
     */
    public static <T> MinMaxNormalization<T> rolling(int rows, ToDoubleFn<T> value) {
        return new MinMaxNormalization<>(value, Arguments.atLeast(1, "rows", rows), false, 0, 1);
    }

    /** The same, by the values before the record alone. */
    public MinMaxNormalization<T> priorOnly() {
        return new MinMaxNormalization<>(value, rows, true, low, high);
    }

    /** The same with the least value becoming {@code low} and the greatest {@code high}. Default: 0 and 1. */
    public MinMaxNormalization<T> onto(double low, double high) {
        if (!(low < high) || !Double.isFinite(high - low)) {
            throw new IllegalArgumentException(
                    "range: " + low + " to " + high + " (expected: two finite numbers, the first less)");
        }
        return new MinMaxNormalization<>(value, rows, prior, low, high);
    }

    /** What is kept of a key. Belongs to one key and one thread. */
    public static final class State {
        private double minimum = Double.NaN;
        private double maximum = Double.NaN;
        private final @Nullable RollingWindow window;

        private State(int rows) {
            window = rows > 0 ? new RollingWindow(rows) : null;
        }

        private void add(double x) {
            if (window != null) {
                window.add(x);
                minimum = window.isFull() ? window.minimum() : Double.NaN;
                maximum = window.isFull() ? window.maximum() : Double.NaN;
            } else if (!Double.isNaN(x)) {
                minimum = Double.isNaN(minimum) || x < minimum ? x : minimum;
                maximum = Double.isNaN(maximum) || x > maximum ? x : maximum;
            }
        }
    }

    @Override
    public String name() {
        return "min-max-normalization";
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
        Normalized<T> result = normalize(record, x, state.minimum, state.maximum);
        if (prior) {
            state.add(x);
        }
        out.emit(result);
    }

    private Normalized<T> normalize(T record, double x, double minimum, double maximum) {
        double range = maximum - minimum;
        double scale = range / (high - low);
        boolean known = range > 0 && range < Double.POSITIVE_INFINITY;
        double normalized = known ? low + (x - minimum) / range * (high - low) : Double.NaN;
        return new Normalized<>(record, normalized, minimum - low * scale, scale);
    }

    @Override
    public StateCodec<State> stateCodec() {
        return StateCodec.of(MinMaxNormalization::write, this::read);
    }

    private static void write(State state, DataOutput out) throws IOException {
        if (state.window != null) {
            state.window.write(out);
        } else {
            out.writeDouble(state.minimum);
            out.writeDouble(state.maximum);
        }
    }

    private State read(DataInput in) throws IOException {
        State state = new State(rows);
        if (state.window != null) {
            state.window.read(in);
            if (state.window.isFull()) {
                state.minimum = state.window.minimum();
                state.maximum = state.window.maximum();
            }
        } else {
            state.minimum = in.readDouble();
            state.maximum = in.readDouble();
        }
        return state;
    }
}
