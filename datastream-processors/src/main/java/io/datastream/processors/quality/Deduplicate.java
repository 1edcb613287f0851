package io.datastream.processors.quality;

import io.datastream.codec.Codec;
import io.datastream.function.BiFn;
import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.processors.internal.CompensatedSum;
import io.datastream.processors.internal.RecordState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes one record of those a key has at the same time.
 *
 * <p>In: records of a key, some at the same time (to the nanosecond). Out: one record for each time, in order, with that
 * time.
 *
 * <ul>
 *   <li>{@link #keepFirst}, {@link #keepLast}: the first or last to arrive, whatever its value.
 *   <li>{@link #keepGreatest}, {@link #keepLeast}: the one with the greatest or least value, of equal ones the first to
 *       arrive; the first to arrive if no record has a value.
 *   <li>{@link #mean}, {@link #sum}: the last to arrive, changed by a function that is given the mean or sum of the
 *       values; NaN if no record has a value.
 * </ul>
 *
 * <p><b>Missing.</b> A value of NaN is left out of greatest, least, mean and sum. Records that are behind the watermark
 * of their origin are late before they come here; they do not open a time again.
 *
 * <p><b>Delay.</b> The first is given out at once, all others one nanosecond after their time, when no further one can
 * come.
 *
 * <p><b>Cost.</b> Constant for a record. State of a key: one record and two numbers for one nanosecond, then nothing.
 * The record is written to checkpoints in a built-in form unless {@link #withCodec} gives a codec.
 *
 * <p><b>Example.</b> Values 1, 5, 3 at one time: {@code keepFirst()} gives 1, {@code keepLast()} 3,
 * {@code keepGreatest(Reading::value)} 5, {@code mean(Reading::value, Reading::withValue)} the last with the value 3.
 *
 * @param <T> the records
 */
public final class Deduplicate<T> implements KeyedProcessor<Object, T, Deduplicate.State<T>, T> {
    private enum Keep {
        FIRST,
        LAST,
        GREATEST,
        LEAST,
        MEAN,
        SUM
    }

    private final Keep keep;
    private final @Nullable ToDoubleFn<? super T> value;
    private final @Nullable BiFn<? super T, ? super Double, ? extends T> change;
    private final RecordState<T> records;

    private Deduplicate(
            Keep keep,
            @Nullable ToDoubleFn<? super T> value,
            @Nullable BiFn<? super T, ? super Double, ? extends T> change,
            RecordState<T> records) {
        this.keep = keep;
        this.value = value;
        this.change = change;
        this.records = records;
    }

    /** The first to arrive. */
    public static <T> Deduplicate<T> keepFirst() {
        return new Deduplicate<>(Keep.FIRST, null, null, RecordState.builtIn());
    }

    /** The last to arrive. */
    public static <T> Deduplicate<T> keepLast() {
        return new Deduplicate<>(Keep.LAST, null, null, RecordState.builtIn());
    }

    /** The one with the greatest value. */
    public static <T> Deduplicate<T> keepGreatest(ToDoubleFn<T> value) {
        return new Deduplicate<>(Keep.GREATEST, value, null, RecordState.builtIn());
    }

    /** The one with the least value. */
    public static <T> Deduplicate<T> keepLeast(ToDoubleFn<T> value) {
        return new Deduplicate<>(Keep.LEAST, value, null, RecordState.builtIn());
    }

    /**
     * The last to arrive, with the mean of the values.
     *
     * @param value reads the value; NaN for none
     * @param withValue makes the result from the last record and the mean
     */
    public static <T> Deduplicate<T> mean(ToDoubleFn<T> value, BiFn<? super T, ? super Double, ? extends T> withValue) {
        return new Deduplicate<>(Keep.MEAN, value, withValue, RecordState.builtIn());
    }

    /**
     * The last to arrive, with the sum of the values.
     *
     * @param value reads the value; NaN for none
     * @param withValue makes the result from the last record and the sum
     */
    public static <T> Deduplicate<T> sum(ToDoubleFn<T> value, BiFn<? super T, ? super Double, ? extends T> withValue) {
        return new Deduplicate<>(Keep.SUM, value, withValue, RecordState.builtIn());
    }

    /** The same, with the record that waits written to checkpoints by this codec. */
    public Deduplicate<T> withCodec(Codec<T> codec) {
        return new Deduplicate<>(keep, value, change, RecordState.with(codec));
    }

    /**
     * What is kept of a key. Belongs to one key and one thread.
     *
     * @param <T> the records
     */
    public static final class State<T> {
        private long count;
        private long time;
        private @Nullable T record;
        private long values;
        private double best = Double.NaN;
        private final CompensatedSum sum = new CompensatedSum();

        private State() {}

        private void clear() {
            count = 0;
            record = null;
            values = 0;
            best = Double.NaN;
            sum.clear();
        }
    }

    @Override
    public String name() {
        return "deduplicate";
    }

    @Override
    public State<T> newState(Object key) {
        return new State<>();
    }

    @Override
    public void process(Object key, long time, T record, State<T> state, Emitter<T> out) throws Exception {
        double x = value == null ? Double.NaN : value.applyAsDouble(record);
        boolean first = state.count == 0;
        state.count++;
        state.time = time;
        switch (keep) {
            case FIRST -> {
                if (first) {
                    out.emit(record);
                }
            }
            case LAST -> state.record = record;
            case GREATEST -> keepIf(first || better(x, state.best, x > state.best), record, x, state);
            case LEAST -> keepIf(first || better(x, state.best, x < state.best), record, x, state);
            case MEAN, SUM -> {
                state.record = record;
                if (!Double.isNaN(x)) {
                    state.values++;
                    state.sum.add(x);
                }
            }
        }
    }

    private static boolean better(double x, double best, boolean beyond) {
        return beyond || (Double.isNaN(best) && !Double.isNaN(x));
    }

    private static <T> void keepIf(boolean better, T record, double x, State<T> state) {
        if (better) {
            state.record = record;
            state.best = x;
        }
    }

    @Override
    public long nextTimer(State<T> state) {
        return state.count == 0 ? NO_TIMER : state.time + 1;
    }

    @Override
    public void onTimer(Object key, long time, State<T> state, Emitter<T> out) throws Exception {
        T record = state.record;
        double result = result(state);
        // first, so that a record whose change fails is not tried for ever
        state.clear();
        if (record != null) {
            out.emit(state.time, change == null ? record : change.apply(record, result));
        }
    }

    private double result(State<T> state) {
        if (state.values == 0) {
            return Double.NaN;
        }
        return keep == Keep.MEAN ? state.sum.value() / state.values : state.sum.value();
    }

    @Override
    public boolean isEmpty(State<T> state) {
        return state.count == 0;
    }

    @Override
    public long outputDelayNanos() {
        return keep == Keep.FIRST ? 0 : 1;
    }

    @Override
    public StateCodec<State<T>> stateCodec() {
        return StateCodec.of(this::write, this::read);
    }

    private void write(State<T> state, DataOutput out) throws IOException {
        out.writeLong(state.count);
        out.writeLong(state.time);
        out.writeLong(state.values);
        out.writeDouble(state.best);
        state.sum.write(out);
        T record = state.record;
        out.writeBoolean(record != null);
        if (record != null) {
            records.write(record, out);
        }
    }

    private State<T> read(DataInput in) throws IOException {
        State<T> state = new State<>();
        state.count = in.readLong();
        state.time = in.readLong();
        state.values = in.readLong();
        state.best = in.readDouble();
        state.sum.read(in);
        if (in.readBoolean()) {
            state.record = records.read(in);
        }
        return state;
    }
}
