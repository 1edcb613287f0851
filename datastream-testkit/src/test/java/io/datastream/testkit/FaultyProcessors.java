package io.datastream.testkit;

import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.SideOutput;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A correct processor, and others that each have one fault that the verifier must find. */
final class FaultyProcessors {
    private FaultyProcessors() {}

    /** A result. */
    record Sum(double sum, long count, String why) {}

    /** What is kept of a key. */
    static final class State {
        double sum;
        long count;
        long last;

        void write(DataOutput out) throws IOException {
            out.writeDouble(sum);
            out.writeLong(count);
            out.writeLong(last);
        }

        static State read(DataInput in) throws IOException {
            State state = new State();
            state.sum = in.readDouble();
            state.count = in.readLong();
            state.last = in.readLong();
            return state;
        }
    }

    /** Gives the sum so far for each record, and again when the key has been quiet for 50 ns; then forgets the key. */
    static class Sums implements KeyedProcessor<String, Double, State, Sum> {
        private static final long serialVersionUID = 1L;

        @Override
        public State newState(String key) {
            return new State();
        }

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) throws Exception {
            state.sum += value;
            state.count++;
            state.last = time;
            out.emit(new Sum(state.sum, state.count, "record"));
        }

        @Override
        public long nextTimer(State state) {
            return state.count == 0 ? NO_TIMER : state.last + 50;
        }

        @Override
        public void onTimer(String key, long time, State state, Emitter<Sum> out) {
            out.emit(time - 25, new Sum(state.sum, state.count, "quiet"));
            state.sum = 0;
            state.count = 0;
        }

        @Override
        public boolean isEmpty(State state) {
            return state.count == 0;
        }

        @Override
        public long outputDelayNanos() {
            return 25;
        }

        @Override
        public StateCodec<State> stateCodec() {
            return StateCodec.of(State::write, State::read);
        }
    }

    /** As records arrive; with a timer, and a side output. */
    static final class Arrivals extends Sums {
        private static final long serialVersionUID = 1L;
        static final SideOutput<Double> NEGATIVE = SideOutput.named("negative");

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) throws Exception {
            super.process(key, time, value, state, out);
            if (value < 0) {
                out.emitTo(NEGATIVE, value);
            }
        }

        @Override
        public List<SideOutput<?>> sideOutputs() {
            return List.of(NEGATIVE);
        }

        @Override
        public Order order() {
            return Order.ARRIVAL;
        }
    }

    static final class ForgetsCount extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean isEmpty(State state) {
            return false;
        }

        @Override
        public long nextTimer(State state) {
            return NO_TIMER;
        }

        @Override
        public StateCodec<State> stateCodec() {
            return StateCodec.of((state, out) -> out.writeDouble(state.sum), in -> {
                State state = new State();
                state.sum = in.readDouble();
                return state;
            });
        }
    }

    static final class LosesSignOfZero extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public State newState(String key) {
            State state = new State();
            state.sum = -0.0;
            return state;
        }

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) {
            out.emit(new Sum(state.sum, 0, "record"));
        }

        @Override
        public long nextTimer(State state) {
            return NO_TIMER;
        }

        @Override
        public boolean isEmpty(State state) {
            return false;
        }

        @Override
        public StateCodec<State> stateCodec() {
            return StateCodec.of((state, out) -> out.writeDouble(state.sum + 0.0), in -> {
                State state = new State();
                state.sum = in.readDouble();
                return state;
            });
        }
    }

    static final class WritesMoreEachTime extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public StateCodec<State> stateCodec() {
            return StateCodec.of(State::write, in -> {
                State state = State.read(in);
                state.last++;
                return state;
            });
        }
    }

    static final class LeavesBytes extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public StateCodec<State> stateCodec() {
            return StateCodec.of(
                    (state, out) -> {
                        state.write(out);
                        out.writeInt(7);
                    },
                    State::read);
        }
    }

    static final class OddVersion extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public StateCodec<State> stateCodec() {
            return new StateCodec<>() {
                private static final long serialVersionUID = 1L;

                @Override
                public int version() {
                    return 256;
                }

                @Override
                public void write(State state, DataOutput out) throws IOException {
                    state.write(out);
                }

                @Override
                public State read(int version, DataInput in) throws IOException {
                    return State.read(in);
                }
            };
        }
    }

    static final class StaticState extends Sums {
        private static final long serialVersionUID = 1L;
        private static double largest;

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) {
            state.count++;
            state.last = time;
            largest += 1;
            out.emit(new Sum(largest, state.count, "record"));
        }
    }

    static final class SharedField extends Sums {
        private static final long serialVersionUID = 1L;
        private long records;

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) {
            state.count++;
            state.last = time;
            records++;
            out.emit(new Sum(records, state.count, "record"));
        }
    }

    static final class FieldByKey extends Sums {
        private static final long serialVersionUID = 1L;
        private final HashMap<String, Long> records = new HashMap<>();

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) {
            out.emit(new Sum(records.merge(key, 1L, Long::sum), 0, "record"));
        }
    }

    static final class ReadsClock extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) {
            out.emit(new Sum(value, System.nanoTime(), "record"));
        }
    }

    static final class EmptyTooEarly extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public void onTimer(String key, long time, State state, Emitter<Sum> out) {
            state.count = 0;
        }
    }

    static final class EmptyWithTimer extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean isEmpty(State state) {
            return state.sum > 0;
        }
    }

    static final class TimerStands extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public void onTimer(String key, long time, State state, Emitter<Sum> out) {}
    }

    static final class TimerAtRecord extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public long nextTimer(State state) {
            return state.count == 0 ? NO_TIMER : state.last;
        }
    }

    static final class TimerForEver extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public void onTimer(String key, long time, State state, Emitter<Sum> out) {
            state.last = time;
        }
    }

    static final class TooEarly extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) {
            out.emit(time - 26, new Sum(value, 1, "record"));
        }
    }

    static final class TooLate extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) {
            out.emit(time + 1, new Sum(value, 1, "record"));
        }
    }

    static final class GoesBack extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) {
            out.emit(time, new Sum(value, 1, "first"));
            out.emit(time - 1, new Sum(value, 1, "second"));
        }
    }

    static final class UndeclaredSide extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) {
            out.emitTo(SideOutput.named("spare"), value);
        }
    }

    static final class Throws extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) {
            throw new IllegalStateException("no luck");
        }
    }

    static final class Silent extends Sums {
        private static final long serialVersionUID = 1L;

        @Override
        public void process(String key, long time, Double value, State state, Emitter<Sum> out) {}
    }

    /** Gives out distinct values of a key in the order in which a set has them. */
    abstract static class Distinct<V> implements KeyedProcessor<String, Double, Set<V>, List<String>> {
        private static final long serialVersionUID = 1L;

        abstract V make(double value);

        @Override
        public Set<V> newState(String key) {
            return new HashSet<>();
        }

        @Override
        public void process(String key, long time, Double value, Set<V> state, Emitter<List<String>> out) {
            state.add(make(value));
            out.emit(state.stream().map(Object::toString).toList());
        }
    }

    /** The order depends on where objects lie. */
    static final class IdentityOrder extends Distinct<IdentityOrder.Item> {
        private static final long serialVersionUID = 1L;

        static final class Item {
            final double value;

            Item(double value) {
                this.value = value;
            }

            @Override
            public String toString() {
                return Double.toString(value);
            }
        }

        @Override
        Item make(double value) {
            return new Item(value);
        }

        @Override
        public StateCodec<Set<Item>> stateCodec() {
            return StateCodec.of(
                    (state, out) -> out.writeUTF(String.join(
                            ",",
                            new TreeSet<>(state.stream().map(Item::toString).toList()))),
                    in -> {
                        in.readUTF();
                        return new HashSet<>();
                    });
        }
    }

    /** The order depends on which of two texts with the same hash came first, which the codec does not store. */
    static final class HashOrder extends Distinct<String> {
        private static final long serialVersionUID = 1L;

        @Override
        String make(double value) {
            return value > 0 ? "Aa" : "BB";
        }

        @Override
        public StateCodec<Set<String>> stateCodec() {
            return StateCodec.of((state, out) -> out.writeUTF(String.join(",", new TreeSet<>(state))), in -> {
                String text = in.readUTF();
                return text.isEmpty() ? new HashSet<>() : new HashSet<>(List.of(text.split(",")));
            });
        }
    }

    /** Gives out its own state. */
    static final class GivesStateAway implements KeyedProcessor<String, Double, Map<String, Double>, Object> {
        private static final long serialVersionUID = 1L;

        @Override
        public Map<String, Double> newState(String key) {
            return new HashMap<>();
        }

        @Override
        public void process(String key, long time, Double value, Map<String, Double> state, Emitter<Object> out) {
            state.merge("sum", value, Double::sum);
            out.emit(state);
        }

        @Override
        public StateCodec<Map<String, Double>> stateCodec() {
            return StateCodec.of(
                    (state, out) -> out.writeDouble(state.getOrDefault("sum", 0.0)),
                    in -> new HashMap<>(Map.of("sum", in.readDouble())));
        }
    }

    /** Changes the records. */
    static final class ChangesRecords implements KeyedProcessor<String, double[], State, Double> {
        private static final long serialVersionUID = 1L;

        @Override
        public State newState(String key) {
            return new State();
        }

        @Override
        public void process(String key, long time, double[] value, State state, Emitter<Double> out) {
            out.emit(value[0]++);
        }

        @Override
        public StateCodec<State> stateCodec() {
            return StateCodec.of(State::write, State::read);
        }
    }
}
