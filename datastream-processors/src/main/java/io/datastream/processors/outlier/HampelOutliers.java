package io.datastream.processors.outlier;

import io.datastream.codec.Codec;
import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.processors.internal.Arguments;
import io.datastream.processors.internal.RecordState;
import io.datastream.processors.internal.SortedWindow;
import io.datastream.time.EventTime;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Flags values that are far from the median of the rows around them.
 *
 * <p>In: records of a key, each a row of its series. Out: one {@link Outlier} for each, in order, with the record's time;
 * {@code expected} is the median and may replace an outlier. For the row i, a half window k and the window's median m:
 * {@code scale = 1.4826 * median(|x - m|)}, an outlier if {@code |x_i - m| > threshold * scale}. With a scale of 0, that
 * is when more than half of the window is equal, any other value is an outlier. Flags are always computed on the values
 * as they came.
 *
 * <ul>
 *   <li>{@link #centered}: rows i-k to i+k. The first k and the last k rows are not judged. A row waits for k more, so
 *       nothing is known of its delay, unless {@link #withMaxDelay} says how long it waits at most.
 *   <li>{@link #trailing}: rows i-2k to i, without delay. The first 2k rows are not judged.
 * </ul>
 *
 * <p><b>Missing.</b> A value of NaN occupies a row, is not judged, and is left out of medians. Rows count, not time: gaps
 * are not seen (put the series on a grid first if they matter).
 *
 * <p><b>Cost.</b> A record costs O(k) with a small factor (about 0.15 us at k = 5, 0.25 us at k = 100). State of a key:
 * 32 bytes for each of the 2k+1 rows; centered, also the last k records. These are written to checkpoints in a built-in
 * form unless {@link #withCodec} gives a codec.
 *
 * <p><b>Example.</b> {@code HampelOutliers.centered(1, Reading::value)} on 1, 2, 30, 3: for 30 the window is 2, 30, 3,
 * the median 3, the distances 1, 27, 0, the scale 1.4826; 27 is above 3 * 1.4826, so 30 is an outlier with score 18.2,
 * bounds -1.4478 and 7.4478. For 2 the window is 1, 2, 30: no outlier.
 *
 * <p>References: F. R. Hampel, The influence curve and its role in robust estimation, JASA 69, 1974; R. K. Pearson et al.,
 * Generalized Hampel filters, EURASIP J. Adv. Signal Process. 2016:87. The same as {@code hampel} of R's pracma.
 *
 * @param <T> the records
 */
public final class HampelOutliers<T> implements KeyedProcessor<Object, T, HampelOutliers.State<T>, Outlier<T>> {
    /** How many scales a value may be away from the median: 3. */
    public static final double DEFAULT_THRESHOLD = 3;

    /** Makes the median distance of normally distributed values their standard deviation: 1 / 0.6745. */
    public static final double NORMAL_SCALE = 1.4826;

    private static final Outlier.Words WORDS = new Outlier.Words("median", "scales", "rows");

    private final ToDoubleFn<T> value;
    private final int halfWindow;
    private final boolean centered;
    private final double threshold;
    private final double factor;
    private final long maxDelayNanos;
    private final RecordState<T> records;

    private HampelOutliers(
            ToDoubleFn<T> value,
            int halfWindow,
            boolean centered,
            double threshold,
            double factor,
            long maxDelayNanos,
            RecordState<T> records) {
        this.value = value;
        this.halfWindow = halfWindow;
        this.centered = centered;
        this.threshold = threshold;
        this.factor = factor;
        this.maxDelayNanos = maxDelayNanos;
        this.records = records;
    }

    private static <T> HampelOutliers<T> of(int halfWindow, boolean centered, ToDoubleFn<T> value) {
        Arguments.atLeast(1, "half window", halfWindow);
        if (halfWindow > Integer.MAX_VALUE / 4) {
            throw new IllegalArgumentException(
                    "half window: " + halfWindow + " (expected: at most " + Integer.MAX_VALUE / 4 + ")");
        }
        return new HampelOutliers<>(
                value, halfWindow, centered, DEFAULT_THRESHOLD, NORMAL_SCALE, UNBOUNDED, RecordState.builtIn());
    }

    /**
     * Compares each row with the half window before it and the half window after it.
     *
     * @param halfWindow rows on each side, at least 1
     * @param value reads the value; NaN for none
     */
    public static <T> HampelOutliers<T> centered(int halfWindow, ToDoubleFn<T> value) {
        return of(halfWindow, true, value);
    }

    /**
     * Compares each row with the two half windows before it.
     *
     * @param halfWindow half of the rows before, at least 1
     * @param value reads the value; NaN for none
     */
    public static <T> HampelOutliers<T> trailing(int halfWindow, ToDoubleFn<T> value) {
        return of(halfWindow, false, value);
    }

    /** The same detector with another number of scales. Default: {@value #DEFAULT_THRESHOLD}. */
    public HampelOutliers<T> withThreshold(double scales) {
        double checked = scales == 0 ? 0 : Arguments.positive("threshold", scales);
        return new HampelOutliers<>(value, halfWindow, centered, checked, factor, maxDelayNanos, records);
    }

    /** The same detector with another factor of the median distance. Default: {@value #NORMAL_SCALE}. */
    public HampelOutliers<T> withScale(double factor) {
        double checked = Arguments.positive("scale", factor);
        return new HampelOutliers<>(value, halfWindow, centered, threshold, checked, maxDelayNanos, records);
    }

    /**
     * The same detector, with a row that has waited this long given out without being judged.
     *
     * @param maxDelay how long a row waits for the half window after it, in event time, more than zero
     * @throws IllegalStateException if the detector is trailing: it never waits
     */
    public HampelOutliers<T> withMaxDelay(Duration maxDelay) {
        if (!centered) {
            throw new IllegalStateException("max delay: " + maxDelay + " (expected: a centered window; this one is"
                    + " trailing and never waits)");
        }
        long nanos = Arguments.positive("max delay", maxDelay);
        return new HampelOutliers<>(value, halfWindow, true, threshold, factor, nanos, records);
    }

    /** The same detector, with the records that wait written to checkpoints by this codec. */
    public HampelOutliers<T> withCodec(Codec<T> codec) {
        return new HampelOutliers<>(
                value, halfWindow, centered, threshold, factor, maxDelayNanos, RecordState.with(codec));
    }

    /**
     * What is kept of a key. Belongs to one key and one thread.
     *
     * @param <T> the records
     */
    public static final class State<T> {
        private final SortedWindow window;
        /** Rows that have come, up to the size of the window. */
        private int rows;

        private final ArrayDeque<Waiting<T>> waiting = new ArrayDeque<>();

        private State(int rows) {
            window = new SortedWindow(rows);
        }
    }

    private record Waiting<T>(long time, double x, T record) {}

    private int windowRows() {
        return 2 * halfWindow + 1;
    }

    @Override
    public String name() {
        return "hampel";
    }

    @Override
    public State<T> newState(Object key) {
        return new State<>(windowRows());
    }

    @Override
    public void process(Object key, long time, T record, State<T> state, Emitter<Outlier<T>> out) throws Exception {
        double x = value.applyAsDouble(record);
        state.window.add(x);
        boolean full = state.rows >= 2 * halfWindow;
        if (!centered) {
            state.rows = full ? state.rows : state.rows + 1;
            out.emit(full ? judge(record, x, state.window) : Outlier.unjudged(record));
            return;
        }
        if (state.rows < halfWindow) {
            state.rows++;
            out.emit(Outlier.unjudged(record));
            return;
        }
        state.rows = full ? state.rows : state.rows + 1;
        state.waiting.addLast(new Waiting<>(time, x, record));
        if (state.waiting.size() > halfWindow) {
            Waiting<T> middle = state.waiting.removeFirst();
            out.emit(middle.time, judge(middle.record, middle.x, state.window));
        }
    }

    private Outlier<T> judge(T record, double x, SortedWindow window) {
        if (Double.isNaN(x)) {
            return Outlier.unjudged(record);
        }
        double median = window.median();
        double scale = factor * window.medianDistance(median);
        return Outlier.judged(record, x, x - median, median, scale, threshold, windowRows(), WORDS);
    }

    @Override
    public long nextTimer(State<T> state) {
        Waiting<T> first = state.waiting.peekFirst();
        if (first == null) {
            return NO_TIMER;
        }
        return maxDelayNanos == UNBOUNDED ? END_OF_INPUT : EventTime.plus(first.time, maxDelayNanos);
    }

    @Override
    public void onTimer(Object key, long time, State<T> state, Emitter<Outlier<T>> out) {
        for (Waiting<T> first = state.waiting.peekFirst(); first != null; first = state.waiting.peekFirst()) {
            if (maxDelayNanos != UNBOUNDED && EventTime.plus(first.time, maxDelayNanos) > time) {
                return;
            }
            state.waiting.removeFirst();
            out.emit(first.time, Outlier.unjudged(first.record));
        }
    }

    @Override
    public long outputDelayNanos() {
        return centered ? maxDelayNanos : 0;
    }

    @Override
    public StateCodec<State<T>> stateCodec() {
        return StateCodec.of(this::write, this::read);
    }

    private void write(State<T> state, DataOutput out) throws IOException {
        state.window.write(out);
        out.writeInt(state.rows);
        out.writeInt(state.waiting.size());
        for (Waiting<T> row : state.waiting) {
            out.writeLong(row.time);
            out.writeDouble(row.x);
            records.write(row.record, out);
        }
    }

    private State<T> read(DataInput in) throws IOException {
        State<T> state = newState("");
        state.window.read(in);
        state.rows = in.readInt();
        for (int left = in.readInt(); left > 0; left--) {
            state.waiting.addLast(new Waiting<>(in.readLong(), in.readDouble(), records.read(in)));
        }
        return state;
    }
}
