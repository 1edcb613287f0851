package io.datastream.testkit;

import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.SideOutput;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/** Processors for the simulator, as a user would write them. */
final class SimProcessors {
    static final SideOutput<Num> LARGE = SideOutput.named("large");

    private SimProcessors() {}

    static final class State {
        double value;
        long time;
        long count;

        void write(DataOutput out) throws IOException {
            out.writeDouble(value);
            out.writeLong(time);
            out.writeLong(count);
        }

        static State read(DataInput in) throws IOException {
            State read = new State();
            read.value = in.readDouble();
            read.time = in.readLong();
            read.count = in.readLong();
            return read;
        }
    }

    abstract static class Base implements KeyedProcessor<String, Num, State, Num> {
        private static final long serialVersionUID = 1L;

        @Override
        public State newState(String key) {
            return new State();
        }

        @Override
        public StateCodec<State> stateCodec() {
            return StateCodec.of(State::write, State::read);
        }
    }

    /** An exponential mean; large values also leave by a side output. */
    static final class Ewma extends Base {
        private static final long serialVersionUID = 1L;

        @Override
        public void process(String key, long time, Num num, State state, Emitter<Num> out) {
            state.value = state.count == 0 ? num.value() : state.value + 0.3 * (num.value() - state.value);
            state.count++;
            if (num.value() > 1e6) {
                out.emitTo(LARGE, num);
            }
            out.emit(Num.of(key, time, state.value, num.trace() * 7 + state.count));
        }

        @Override
        public List<SideOutput<?>> sideOutputs() {
            return List.of(LARGE);
        }
    }

    /** Says so up to three times when a key has been quiet for a while, then forgets it. */
    static final class Deadman extends Base {
        private static final long serialVersionUID = 1L;
        private final long quiet;

        Deadman(long quiet) {
            this.quiet = quiet;
        }

        @Override
        public void process(String key, long time, Num num, State state, Emitter<Num> out) {
            if (state.value != 0) {
                out.emit(Num.of(key, time, state.value, time - state.time));
            }
            state.value += num.value() + 1;
            state.time = time;
            state.count = 1;
        }

        @Override
        public long nextTimer(State state) {
            return state.count == 0 ? NO_TIMER : state.time + quiet * state.count;
        }

        @Override
        public void onTimer(String key, long time, State state, Emitter<Num> out) {
            out.emit(Num.of(key, time, state.value, state.count));
            state.count++;
            if (state.count > 3) {
                state.count = 0;
                state.value = 0;
                state.time = 0;
            }
        }

        @Override
        public boolean isEmpty(State state) {
            return state.count == 0;
        }
    }

    /** Gives a value halfway between two records that are near enough, which lies before the second one. */
    static final class Midpoints extends Base {
        private static final long serialVersionUID = 1L;
        private final long near;

        Midpoints(long near) {
            this.near = near;
        }

        @Override
        public void process(String key, long time, Num num, State state, Emitter<Num> out) {
            long distance = time - state.time;
            if (state.count > 0 && distance <= 2 * near) {
                out.emit(time - distance / 2, Num.of(key, time, (state.value + num.value()) / 2, state.count));
            }
            out.emit(Num.of(key, time, num.value(), distance));
            state.value = num.value();
            state.time = time;
            state.count++;
        }

        @Override
        public long outputDelayNanos() {
            return near;
        }
    }

    /** Forgets a key at every third record. */
    static final class Triples extends Base {
        private static final long serialVersionUID = 1L;

        @Override
        public void process(String key, long time, Num num, State state, Emitter<Num> out) {
            state.value += num.value();
            state.count++;
            if (state.count == 3) {
                out.emit(Num.of(key, time, state.value, 3));
                state.count = 0;
                state.value = 0;
            }
        }

        @Override
        public boolean isEmpty(State state) {
            return state.count == 0;
        }
    }

    /** Gives what is left of each key at the end of the input. */
    static final class Rest extends Base {
        private static final long serialVersionUID = 1L;

        @Override
        public void process(String key, long time, Num num, State state, Emitter<Num> out) {
            state.value += num.value();
            state.count++;
        }

        @Override
        public long nextTimer(State state) {
            return state.count == 0 ? NO_TIMER : END_OF_INPUT;
        }

        @Override
        public void onTimer(String key, long time, State state, Emitter<Num> out) {
            out.emit(Num.of(key, 0, state.value, state.count));
            state.count = 0;
            state.value = 0;
        }

        @Override
        public boolean isEmpty(State state) {
            return state.count == 0;
        }
    }
}
