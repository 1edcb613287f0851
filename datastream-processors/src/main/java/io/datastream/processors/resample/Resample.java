package io.datastream.processors.resample;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.processors.internal.Arguments;
import io.datastream.processors.internal.Grid;
import io.datastream.time.EventTime;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;

/**
 * Puts the values of each key on an even grid of time.
 *
 * <p>In: records in any rhythm. Out: one {@link GridPoint} for each grid point from the first value's time to the last
 * value's, both included, in order; the time of the result is the grid point. Nothing is extrapolated: before the first
 * value and after the last there are no grid points. {@link #hold} alone goes on after the last value.
 *
 * <p><b>Missing and repeated.</b> A value of NaN is left out as if its record were not there. Of several values at the
 * same time the last to arrive counts, so a value takes effect one nanosecond after its time, when no other can come.
 * Infinite values are taken as they are: between one and its neighbour, a linear result is infinite or NaN.
 *
 * <p><b>Gaps and delay.</b> What lies between two values is known when the second has come:
 *
 * <table>
 * <caption>What is given out in a gap, and how long results wait</caption>
 * <tr><td>no greatest gap (default)</td><td>any gap is filled</td><td>delay without bound</td></tr>
 * <tr><td>{@link #withMaxGap}</td><td>nothing in a gap longer than that</td><td>at most the greatest gap</td></tr>
 * <tr><td>and {@link #withEmpty}</td><td>points of kind {@link GridPoint.Kind#EMPTY} in a longer gap, once it has
 * ended</td><td>delay without bound</td></tr>
 * <tr><td>{@link #hold}</td><td>the last value, no longer than its limit</td><td>one nanosecond</td></tr>
 * </table>
 *
 * <p>Where the delay has no bound, windows and re-keying after this step are refused.
 *
 * <p><b>Cost.</b> Constant for a record and for a grid point; a gap of n steps is filled in one go. State of a key: two
 * values. With a greatest gap and without empty points, and with {@code hold}, the state of a key that has gone quiet is
 * freed.
 *
 * <p><b>Example.</b> {@code Resample.every(Duration.ofSeconds(1), Reading::value)}: readings of 10 at 0.5 s, 30 at 2.5 s
 * and 30 at 3 s give 15 at 1 s, 25 at 2 s (interpolated) and 30 at 3 s (a record). With {@code previous()}: 10, 10, 30.
 *
 * @param <T> the records
 */
public final class Resample<T> implements KeyedProcessor<Object, T, Resample.State, GridPoint> {
    private static final long NO_LIMIT = 0;

    private enum Method {
        LINEAR,
        PREVIOUS,
        HOLD
    }

    private final ToDoubleFn<T> value;
    private final long stepNanos;
    private final long offsetNanos;
    private final Method method;
    private final long limitNanos;
    private final boolean empty;

    private Resample(
            ToDoubleFn<T> value, long stepNanos, long offsetNanos, Method method, long limitNanos, boolean empty) {
        this.value = value;
        this.stepNanos = stepNanos;
        this.offsetNanos = offsetNanos;
        this.method = method;
        this.limitNanos = limitNanos;
        this.empty = empty;
    }

    /**
     * A grid with this step, aligned to 1970-01-01T00:00:00Z; {@link #linear} unless something else is said.
     *
     * @param step distance of two grid points, more than zero
     * @param value reads the value; NaN for none
     */
    public static <T> Resample<T> every(Duration step, ToDoubleFn<T> value) {
        return new Resample<>(value, Arguments.positive("step", step), 0, Method.LINEAR, NO_LIMIT, false);
    }

    /** The same grid, with values on the straight line between neighbours. */
    public Resample<T> linear() {
        return method(Method.LINEAR);
    }

    /** The same grid, with the last value at or before each grid point, once it is known that another follows. */
    public Resample<T> previous() {
        return method(Method.PREVIOUS);
    }

    private Resample<T> method(Method other) {
        return new Resample<>(
                value, stepNanos, offsetNanos, other, method == Method.HOLD ? NO_LIMIT : limitNanos, empty);
    }

    /**
     * The same grid, with the last value at or before each grid point, given out as soon as the grid point has passed,
     * whether or not another value follows. It also goes on after the last value, also at the end of a bounded input.
     * Replaces an earlier greatest gap.
     *
     * @param limit for how long after its time a value is repeated at most, more than zero
     */
    public Resample<T> hold(Duration limit) {
        return new Resample<>(value, stepNanos, offsetNanos, Method.HOLD, Arguments.positive("limit", limit), false);
    }

    /** The same grid shifted by this much, in either direction. */
    public Resample<T> withOffset(Duration offset) {
        return new Resample<>(value, stepNanos, EventTime.nanos(offset), method, limitNanos, empty);
    }

    /**
     * The same grid, with no values strictly between two values that are more than this apart.
     *
     * @param maxGap greatest time between two values that is filled, more than zero
     * @throws IllegalStateException after {@link #hold}, which has its own limit
     */
    public Resample<T> withMaxGap(Duration maxGap) {
        if (method == Method.HOLD) {
            throw new IllegalStateException("max gap: " + maxGap + " (expected: linear() or previous(), not hold("
                    + Duration.ofNanos(limitNanos) + "))");
        }
        return new Resample<>(value, stepNanos, offsetNanos, method, Arguments.positive("max gap", maxGap), empty);
    }

    /**
     * The same grid, with points of kind {@link GridPoint.Kind#EMPTY} and value NaN where the gap is too long. They
     * leave when the gap has ended, so nothing is known of how long they wait.
     *
     * @throws IllegalStateException without {@link #withMaxGap}: then no gap is too long
     */
    public Resample<T> withEmpty() {
        if (method == Method.HOLD || limitNanos == NO_LIMIT) {
            throw new IllegalStateException("empty points: without max gap (expected: withMaxGap(...) before)");
        }
        return new Resample<>(value, stepNanos, offsetNanos, method, limitNanos, true);
    }

    /** What is kept of a key. Belongs to one key and one thread. */
    public static final class State {
        private boolean hasPrevious;
        private long previousTime;
        private double previousValue;
        private boolean hasLatest;
        private long latestTime;
        private double latestValue;
        /** With {@code hold}: the grid point that comes next. */
        private long nextPoint;

        private State() {}
    }

    @Override
    public String name() {
        return "resample";
    }

    @Override
    public State newState(Object key) {
        return new State();
    }

    @Override
    public void process(Object key, long time, T record, State state, Emitter<GridPoint> out) throws Exception {
        double x = value.applyAsDouble(record);
        if (Double.isNaN(x)) {
            return;
        }
        if (method == Method.HOLD && !state.hasLatest) {
            state.nextPoint = Grid.atOrAfter(time, stepNanos, offsetNanos);
        }
        state.hasLatest = true;
        state.latestTime = time;
        state.latestValue = x;
        if (method == Method.HOLD && Grid.isFurther(time, state.nextPoint, limitNanos)) {
            state.hasLatest = false;
        }
    }

    @Override
    public long nextTimer(State state) {
        if (method == Method.HOLD) {
            return state.hasLatest ? EventTime.plus(state.nextPoint, 1) : NO_TIMER;
        }
        if (state.hasLatest) {
            return state.latestTime + 1;
        }
        // when no neighbour can be near enough any more
        return state.hasPrevious && isBounded()
                ? EventTime.plus(EventTime.plus(state.previousTime, limitNanos), 1)
                : NO_TIMER;
    }

    private boolean isBounded() {
        return limitNanos != NO_LIMIT && !empty;
    }

    @Override
    public void onTimer(Object key, long time, State state, Emitter<GridPoint> out) {
        if (method == Method.HOLD) {
            repeat(state, out);
        } else if (state.hasLatest) {
            fill(state, out);
            state.hasPrevious = true;
            state.previousTime = state.latestTime;
            state.previousValue = state.latestValue;
            state.hasLatest = false;
        } else {
            state.hasPrevious = false;
        }
    }

    private void repeat(State state, Emitter<GridPoint> out) {
        long point = state.nextPoint;
        GridPoint.Kind kind = point == state.latestTime ? GridPoint.Kind.RECORD : GridPoint.Kind.INTERPOLATED;
        out.emit(point, new GridPoint(point, state.latestValue, kind));
        state.nextPoint = EventTime.plus(point, stepNanos);
        if (Grid.isFurther(state.latestTime, state.nextPoint, limitNanos)) {
            state.hasLatest = false;
        }
    }

    private void fill(State state, Emitter<GridPoint> out) {
        long end = state.latestTime;
        long point = Grid.atOrAfter(end, stepNanos, offsetNanos);
        if (state.hasPrevious) {
            boolean tooLong = limitNanos != NO_LIMIT && Grid.isFurther(state.previousTime, end, limitNanos);
            if (!tooLong || empty) {
                point = Grid.atOrAfter(state.previousTime + 1, stepNanos, offsetNanos);
                for (; point < end; point = EventTime.plus(point, stepNanos)) {
                    double x = tooLong ? Double.NaN : between(state, point);
                    GridPoint.Kind kind = tooLong ? GridPoint.Kind.EMPTY : GridPoint.Kind.INTERPOLATED;
                    out.emit(point, new GridPoint(point, x, kind));
                }
            }
        }
        if (point == end) {
            out.emit(end, new GridPoint(end, state.latestValue, GridPoint.Kind.RECORD));
        }
    }

    private double between(State state, long point) {
        if (method == Method.PREVIOUS) {
            return state.previousValue;
        }
        double part = Grid.distance(state.previousTime, point) / Grid.distance(state.previousTime, state.latestTime);
        return state.previousValue + (state.latestValue - state.previousValue) * part;
    }

    @Override
    public boolean isEmpty(State state) {
        return !state.hasLatest && !state.hasPrevious;
    }

    @Override
    public long outputDelayNanos() {
        if (method == Method.HOLD) {
            return 1;
        }
        return isBounded() ? limitNanos : UNBOUNDED;
    }

    @Override
    public StateCodec<State> stateCodec() {
        return StateCodec.of(Resample::write, Resample::read);
    }

    private static void write(State state, DataOutput out) throws IOException {
        out.writeByte((state.hasPrevious ? 1 : 0) | (state.hasLatest ? 2 : 0));
        out.writeLong(state.previousTime);
        out.writeDouble(state.previousValue);
        out.writeLong(state.latestTime);
        out.writeDouble(state.latestValue);
        out.writeLong(state.nextPoint);
    }

    private static State read(DataInput in) throws IOException {
        State state = new State();
        int flags = in.readByte();
        state.hasPrevious = (flags & 1) != 0;
        state.hasLatest = (flags & 2) != 0;
        state.previousTime = in.readLong();
        state.previousValue = in.readDouble();
        state.latestTime = in.readLong();
        state.latestValue = in.readDouble();
        state.nextPoint = in.readLong();
        return state;
    }

    @Override
    public String toString() {
        return "Resample[" + method + " every " + Duration.ofNanos(stepNanos) + "]";
    }
}
