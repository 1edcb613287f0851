package io.datastream.soak;

import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import java.util.concurrent.TimeUnit;

/** Counts and averages the records of a key in order of time, one result for each, and tells when a key falls quiet. */
final class RunningAverage implements KeyedProcessor<String, Reading, RunningAverage.State, Average> {
    static final double WEIGHT = 0.3;
    static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long serialVersionUID = 1L;

    static final class State {
        long count;
        double average;
        long timer = NO_TIMER;
    }

    @Override
    public State newState(String key) {
        return new State();
    }

    @Override
    public void process(String key, long time, Reading reading, State state, Emitter<Average> out) {
        state.count++;
        state.average += WEIGHT * (reading.value() - state.average);
        state.timer = time + QUIET_NANOS;
        out.emit(new Average(key, time, state.count, state.average, reading.value(), false));
    }

    @Override
    public long nextTimer(State state) {
        return state.timer;
    }

    @Override
    public void onTimer(String key, long time, State state, Emitter<Average> out) {
        state.timer = NO_TIMER;
        out.emit(new Average(key, time, state.count, state.average, 0, true));
    }

    @Override
    public StateCodec<State> stateCodec() {
        return StateCodec.of(
                (state, out) -> {
                    out.writeLong(state.count);
                    out.writeDouble(state.average);
                    out.writeLong(state.timer);
                },
                in -> {
                    State state = new State();
                    state.count = in.readLong();
                    state.average = in.readDouble();
                    state.timer = in.readLong();
                    return state;
                });
    }
}
