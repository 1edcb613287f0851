package io.datastream.processors.smooth;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.processors.internal.Arguments;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The exponentially weighted average by count: each further record makes a value weigh {@code 1 - alpha} times as much.
 *
 * <p>In: records of a key, each a row of its series. Out: one {@link EwmaResult} for each, in order, with the record's
 * time.
 *
 * <p>Weights are {@code (1 - alpha)^age}, divided by their sum, so that the first values are not given too much
 * ({@code adjust=True} of pandas). {@link #recursive} is the plain recursion {@code y = alpha * x + (1 - alpha) * y} from
 * the first value on.
 *
 * <p><b>Missing.</b> A value of NaN leaves the average as it is; before the first value it is NaN. The weight of the past
 * falls over it as over any row, unless {@link #ignoringMissing} makes it a row that was never there. An infinite value
 * stays in the average for ever.
 *
 * <p><b>Cost.</b> Constant for a record; state of a key: 48 bytes. A series of equal values has exactly their value as
 * average and a variance of 0.
 *
 * <p><b>Example.</b> {@code Ewma.alpha(0.5, Reading::value)} on 1, 2, 4, NaN, 8: means 1, 1.6667, 3, 3, 6.4783;
 * {@code recursive()}: 1, 1.5, 2.75, 2.75, 6.25; and {@code ignoringMissing()}: ends with 5.375.
 *
 * <p>References: J. S. Hunter, The exponentially weighted moving average, Journal of Quality Technology 18(4), 1986; the
 * user guide of pandas, section Exponentially weighted window, whose results these are.
 *
 * @param <T> the records
 */
public final class Ewma<T> implements KeyedProcessor<Object, T, Ewma.State, EwmaResult<T>> {
    private final ToDoubleFn<T> value;
    private final double alpha;
    private final boolean recursive;
    private final boolean ignoringMissing;

    private Ewma(ToDoubleFn<T> value, double alpha, boolean recursive, boolean ignoringMissing) {
        this.value = value;
        this.alpha = alpha;
        this.recursive = recursive;
        this.ignoringMissing = ignoringMissing;
    }

    /**
     * By the weight of the newest value in the recursion.
     *
     * @param alpha more than 0, at most 1
     * @param value reads the value; NaN for none
     */
    public static <T> Ewma<T> alpha(double alpha, ToDoubleFn<T> value) {
        if (!(alpha > 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha: " + alpha + " (expected: more than 0 and at most 1)");
        }
        return new Ewma<>(value, alpha, false, false);
    }

    /**
     * By the length of a simple average of about the same lag: {@code alpha = 2 / (span + 1)}.
     *
     * @param span at least 1
     * @param value reads the value; NaN for none
     */
    public static <T> Ewma<T> span(double span, ToDoubleFn<T> value) {
        if (!(span >= 1 && span < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("span: " + span + " (expected: at least 1 and finite)");
        }
        return alpha(2 / (span + 1), value);
    }

    /**
     * By the mean age of the weights: {@code alpha = 1 / (1 + com)}.
     *
     * @param records the center of mass, at least 0
     * @param value reads the value; NaN for none
     */
    public static <T> Ewma<T> centerOfMass(double records, ToDoubleFn<T> value) {
        if (!(records >= 0 && records < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("center of mass: " + records + " (expected: at least 0 and finite)");
        }
        return alpha(1 / (1 + records), value);
    }

    /**
     * By the number of records after which a weight has halved: {@code alpha = 1 - 0.5^(1 / halfLife)}.
     *
     * @param records more than 0
     * @param value reads the value; NaN for none
     */
    public static <T> Ewma<T> halfLife(double records, ToDoubleFn<T> value) {
        Arguments.positive("half-life", records);
        return alpha(-StrictMath.expm1(StrictMath.log(0.5) / records), value);
    }

    /** The same average by plain recursion, starting with the first value. */
    public Ewma<T> recursive() {
        return new Ewma<>(value, alpha, true, ignoringMissing);
    }

    /** The same average, with records without a value taken as if they were not there. */
    public Ewma<T> ignoringMissing() {
        return new Ewma<>(value, alpha, recursive, true);
    }

    /** What is kept of a key. Belongs to one key and one thread. */
    public static final class State {
        private long values;
        private double mean = Double.NaN;
        private double weight;
        private double squaredWeights;
        private double variance = Double.NaN;

        private State() {}
    }

    @Override
    public String name() {
        return "ewma";
    }

    @Override
    public State newState(Object key) {
        return new State();
    }

    @Override
    public void process(Object key, long time, T record, State state, Emitter<EwmaResult<T>> out) throws Exception {
        double x = value.applyAsDouble(record);
        if (!Double.isNaN(x)) {
            add(state, x);
        } else if (!ignoringMissing) {
            age(state);
        }
        out.emit(new EwmaResult<>(record, state.mean, sampleVariance(state), state.variance));
    }

    private void age(State state) {
        double kept = 1 - alpha;
        state.weight *= kept;
        state.squaredWeights *= kept * kept;
    }

    private void add(State state, double x) {
        if (state.values == 0) {
            state.values = 1;
            state.mean = x;
            state.weight = 1;
            state.squaredWeights = 1;
            state.variance = Double.isInfinite(x) ? Double.NaN : 0;
            return;
        }
        state.values++;
        age(state);
        double newest = recursive ? alpha : 1;
        double total = state.weight + newest;
        double before = state.mean;
        if (x != before) {
            // not before + share * (x - before): that would round to a unit of a spike that no longer has weight
            state.mean = before * (state.weight / total) + x * (newest / total);
        }
        double moved = state.mean - before;
        double after = x - state.mean;
        state.variance = (state.weight * (state.variance + moved * moved) + newest * (after * after)) / total;
        state.squaredWeights += newest * newest;
        state.weight = total;
        if (recursive) {
            // only ratios of weights count; the recursion gives all of the past the weight 1
            state.squaredWeights /= total * total;
            state.weight = 1;
        }
    }

    private static double sampleVariance(State state) {
        double square = state.weight * state.weight;
        double rest = square - state.squaredWeights;
        return state.values > 1 && rest > 0 ? state.variance * (square / rest) : Double.NaN;
    }

    @Override
    public boolean isEmpty(State state) {
        return state.values == 0;
    }

    @Override
    public StateCodec<State> stateCodec() {
        return StateCodec.of(Ewma::write, Ewma::read);
    }

    private static void write(State state, DataOutput out) throws IOException {
        out.writeLong(state.values);
        out.writeDouble(state.mean);
        out.writeDouble(state.weight);
        out.writeDouble(state.squaredWeights);
        out.writeDouble(state.variance);
    }

    private static State read(DataInput in) throws IOException {
        State state = new State();
        state.values = in.readLong();
        state.mean = in.readDouble();
        state.weight = in.readDouble();
        state.squaredWeights = in.readDouble();
        state.variance = in.readDouble();
        return state;
    }
}
