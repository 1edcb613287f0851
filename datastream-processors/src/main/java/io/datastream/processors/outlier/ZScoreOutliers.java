package io.datastream.processors.outlier;

import io.datastream.codec.Codec;
import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.processors.internal.Arguments;
import io.datastream.processors.internal.Moments;
import io.datastream.processors.internal.RecordState;
import io.datastream.processors.internal.RollingWindow;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Flags values that are many standard deviations away from the mean.
 *
 * <p>In: records of a key, each a row of its series. Out: one {@link Outlier} for each, in order, with the record's time;
 * {@code score = (x - mean) / deviation}, an outlier if {@code |score|} is above the threshold.
 *
 * <ul>
 *   <li>{@link #running}: mean and deviation of all records before the one that is judged.
 *   <li>{@link #rolling}: of the n rows before it; outliers among them count as the others do. The first n rows are not
 *       judged.
 *   <li>{@link #ofWholeInput}: of all records of the key, itself included, once a bounded input has ended. For files and
 *       tables: without an end, nothing is given out and all records are kept.
 * </ul>
 *
 * <p><b>Missing.</b> A value of NaN occupies a row, is not judged and is left out of mean and deviation. A record is not
 * judged either where the deviation is zero or unknown. An infinite value makes the deviation unknown while it is among
 * the records that count.
 *
 * <p><b>Cost.</b> Constant for a record (rolling: on average). State of a key: 40 bytes (running), 56 bytes a row
 * (rolling), all records (whole input; written to checkpoints in a built-in form unless {@link #withCodec} gives a
 * codec).
 *
 * <p><b>Example.</b> {@code ZScoreOutliers.rolling(4, Reading::value)} on 2, 4, 4, 6, 10: the four before 10 have the
 * mean 4 and the sample deviation 1.633; 10 has the score 3.67 and is above 4 + 3 * 1.633 = 8.899: an outlier.
 *
 * @param <T> the records
 */
public final class ZScoreOutliers<T> implements KeyedProcessor<Object, T, ZScoreOutliers.State<T>, Outlier<T>> {
    /** How many standard deviations a value may be away from the mean: 3. */
    public static final double DEFAULT_THRESHOLD = 3;

    /** How many values there must have been before {@link #running} judges: 10. */
    public static final int DEFAULT_WARM_UP = 10;

    private static final int RUNNING = 0;
    private static final int WHOLE = -1;

    private static final Outlier.Words WORDS_WHOLE = new Outlier.Words("mean", "standard deviations", "values");
    private static final Outlier.Words WORDS_BEFORE =
            new Outlier.Words("mean", "standard deviations", "values before it");

    private final ToDoubleFn<T> value;
    private final int rows;
    private final double threshold;
    private final int ddof;
    private final int warmUp;
    private final RecordState<T> records;

    private ZScoreOutliers(
            ToDoubleFn<T> value, int rows, double threshold, int ddof, int warmUp, RecordState<T> records) {
        this.value = value;
        this.rows = rows;
        this.threshold = threshold;
        this.ddof = ddof;
        this.warmUp = warmUp;
        this.records = records;
    }

    private static <T> ZScoreOutliers<T> of(int rows, int warmUp, ToDoubleFn<T> value) {
        return new ZScoreOutliers<>(value, rows, DEFAULT_THRESHOLD, 1, warmUp, RecordState.builtIn());
    }

    /**
     * Compares each record with all before it.
     *
     * @param value reads the value; NaN for none
     */
    public static <T> ZScoreOutliers<T> running(ToDoubleFn<T> value) {
        return of(RUNNING, DEFAULT_WARM_UP, value);
    }

    /**
     * Compares each record with the rows before it.
     *
     * @param rows how many, at least 2
     * @param value reads the value; NaN for none
     */
    public static <T> ZScoreOutliers<T> rolling(int rows, ToDoubleFn<T> value) {
        return of(Arguments.atLeast(2, "rows", rows), 0, value);
    }

    /**
     * Compares each record with all of a bounded input.
     *
     * @param value reads the value; NaN for none
     */
    public static <T> ZScoreOutliers<T> ofWholeInput(ToDoubleFn<T> value) {
        return of(WHOLE, 0, value);
    }

    /** The same detector with another number of standard deviations. Default: {@value #DEFAULT_THRESHOLD}. */
    public ZScoreOutliers<T> withThreshold(double deviations) {
        double checked = deviations == 0 ? 0 : Arguments.positive("threshold", deviations);
        return new ZScoreOutliers<>(value, rows, checked, ddof, warmUp, records);
    }

    /** The same detector with the deviation of a population (divided by n) instead of a sample (by n - 1). */
    public ZScoreOutliers<T> population() {
        return new ZScoreOutliers<>(value, rows, threshold, 0, warmUp, records);
    }

    /**
     * The same detector, judging when there are this many values to compare with, missing ones not counted. Default:
     * {@value #DEFAULT_WARM_UP} for {@link #running}, as many as a deviation needs for the others.
     */
    public ZScoreOutliers<T> withWarmUp(int values) {
        return new ZScoreOutliers<>(value, rows, threshold, ddof, Arguments.atLeast(0, "warm-up", values), records);
    }

    /** The same detector, with the records that wait written to checkpoints by this codec. */
    public ZScoreOutliers<T> withCodec(Codec<T> codec) {
        return new ZScoreOutliers<>(value, rows, threshold, ddof, warmUp, RecordState.with(codec));
    }

    /**
     * What is kept of a key. Belongs to one key and one thread.
     *
     * @param <T> the records
     */
    public static final class State<T> {
        private final Moments moments = new Moments();
        private final @Nullable RollingWindow window;
        private final ArrayDeque<Waiting<T>> waiting = new ArrayDeque<>();

        private State(int rows) {
            window = rows > 0 ? new RollingWindow(rows) : null;
        }
    }

    private record Waiting<T>(long time, double x, T record) {}

    @Override
    public String name() {
        return "zscore";
    }

    @Override
    public State<T> newState(Object key) {
        return new State<>(rows);
    }

    @Override
    public void process(Object key, long time, T record, State<T> state, Emitter<Outlier<T>> out) throws Exception {
        double x = value.applyAsDouble(record);
        if (rows == WHOLE) {
            state.waiting.addLast(new Waiting<>(time, x, record));
            if (!Double.isNaN(x)) {
                state.moments.add(x);
            }
        } else if (state.window != null) {
            RollingWindow window = state.window;
            Outlier<T> result = window.isFull() ? judge(record, x, window.moments()) : Outlier.unjudged(record);
            window.add(x);
            out.emit(result);
        } else {
            Outlier<T> result = judge(record, x, state.moments);
            if (!Double.isNaN(x)) {
                state.moments.add(x);
            }
            out.emit(result);
        }
    }

    private Outlier<T> judge(T record, double x, Moments moments) {
        double deviation = moments.standardDeviation(ddof);
        if (Double.isNaN(x) || !(deviation > 0) || moments.count() < warmUp) {
            return Outlier.unjudged(record);
        }
        return Outlier.judged(
                record,
                x,
                moments.deviation(x),
                moments.mean(),
                deviation,
                threshold,
                moments.count(),
                rows == WHOLE ? WORDS_WHOLE : WORDS_BEFORE);
    }

    @Override
    public long nextTimer(State<T> state) {
        return state.waiting.isEmpty() ? NO_TIMER : END_OF_INPUT;
    }

    @Override
    public void onTimer(Object key, long time, State<T> state, Emitter<Outlier<T>> out) {
        for (Waiting<T> row : state.waiting) {
            out.emit(row.time, judge(row.record, row.x, state.moments));
        }
        state.waiting.clear();
        state.moments.clear();
    }

    @Override
    public long outputDelayNanos() {
        return rows == WHOLE ? UNBOUNDED : 0;
    }

    @Override
    public StateCodec<State<T>> stateCodec() {
        return StateCodec.of(this::write, this::read);
    }

    private void write(State<T> state, DataOutput out) throws IOException {
        if (state.window != null) {
            state.window.write(out);
            return;
        }
        state.moments.write(out);
        out.writeInt(state.waiting.size());
        for (Waiting<T> row : state.waiting) {
            out.writeLong(row.time);
            out.writeDouble(row.x);
            records.write(row.record, out);
        }
    }

    private State<T> read(DataInput in) throws IOException {
        State<T> state = newState("");
        if (state.window != null) {
            state.window.read(in);
            return state;
        }
        state.moments.read(in);
        for (int left = in.readInt(); left > 0; left--) {
            state.waiting.addLast(new Waiting<>(in.readLong(), in.readDouble(), records.read(in)));
        }
        return state;
    }
}
