package io.datastream.testkit;

import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.ProcessorContext;
import io.datastream.processor.SideOutput;
import io.datastream.processor.StateCodec;
import io.datastream.testkit.VerifierSubject.Emission;
import io.datastream.testkit.VerifierSubject.Fed;
import io.datastream.time.EventTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/** Runs a processor under test, and checks at each call what the interface asks of it. */
final class WatchedProcessor implements KeyedProcessor<Object, Fed, WatchedProcessor.Watched, Emission> {
    private static final long serialVersionUID = 1L;

    private static final int MOST_TIMERS = 1_000_000;

    private final KeyedProcessor<Object, Object, Object, Object> processor;
    private final boolean frees;
    private final double roundTrips;
    private final Random random;

    /**
     * A processor under test.
     *
     * @param frees whether states are freed that it calls empty
     * @param roundTrips how often a state is written and read back before a call, from 0 to 1
     */
    WatchedProcessor(
            KeyedProcessor<Object, Object, Object, Object> processor, boolean frees, double roundTrips, Random random) {
        this.processor = processor;
        this.frees = frees;
        this.roundTrips = roundTrips;
        this.random = random;
    }

    /** The state of a key, with what is known of its past. */
    static final class Watched {
        private Object state;
        private long lastRecord = EventTime.MIN;
        private long lastEmitted = EventTime.MIN;
        private int timers;

        private Watched(Object state) {
            this.state = state;
        }
    }

    /** A call of the user's code. */
    private interface Call<R> {
        R run() throws Exception;
    }

    private static AssertionError failure(Object key, String message) {
        return new AssertionError("key " + key + ": " + message);
    }

    private static <R> R call(Object key, String what, Call<R> call) {
        try {
            return call.run();
        } catch (Exception e) {
            throw new AssertionError("key " + key + ": " + what + " threw " + e, e);
        }
    }

    private boolean ordered() {
        return processor.order() == Order.EVENT_TIME;
    }

    @Override
    public Watched newState(Object key) {
        return new Watched(call(key, "newState", () -> processor.newState(key)));
    }

    @Override
    public void process(Object key, long time, Fed fed, Watched watched, Emitter<Emission> out) {
        maybeRoundTrip(key, watched);
        watched.lastRecord = Math.max(watched.lastRecord, time);
        watched.timers = 0;
        String cause = "the record at " + EventTime.describe(time) + ", " + fed.value();
        Output output = new Output(key, cause, time, false, watched, out);
        call(key, "process, for " + cause + ",", () -> {
            processor.process(key, time, fed.value(), watched.state, output);
            return watched;
        });
        output.end();
        check(key, cause, time, ordered(), watched);
    }

    @Override
    public void onTimer(Object key, long time, Watched watched, Emitter<Emission> out) {
        maybeRoundTrip(key, watched);
        String cause =
                time == END_OF_INPUT ? "the timer at the end of the input" : "the timer at " + EventTime.describe(time);
        if (++watched.timers > MOST_TIMERS) {
            throw failure(
                    key,
                    MOST_TIMERS + " timers have fired since the last record, the last was " + cause
                            + " (expected: timers that come to an end, as a bounded input does)");
        }
        boolean end = time == END_OF_INPUT;
        Output output = new Output(key, cause, end ? watched.lastRecord : time, end, watched, out);
        call(key, "onTimer, for " + cause + ",", () -> {
            processor.onTimer(key, time, watched.state, output);
            return watched;
        });
        output.end();
        check(key, cause, time, true, watched);
    }

    private void check(Object key, String cause, long time, boolean later, Watched watched) {
        long timer = processor.nextTimer(watched.state);
        if (later && timer <= time) {
            throw failure(
                    key,
                    "nextTimer after " + cause + ": " + EventTime.describe(timer)
                            + " (expected: a later time, or NO_TIMER)");
        }
        if (processor.nextTimer(watched.state) != timer) {
            throw failure(
                    key,
                    "nextTimer after " + cause + ": " + EventTime.describe(timer) + ", then "
                            + EventTime.describe(processor.nextTimer(watched.state))
                            + " (expected: the same answer while the state is the same)");
        }
        boolean empty = processor.isEmpty(watched.state);
        if (empty != processor.isEmpty(watched.state)) {
            throw failure(
                    key, "isEmpty after " + cause + ": " + empty + ", then " + !empty + " (expected: the same answer)");
        }
        if (empty && timer != NO_TIMER) {
            throw failure(
                    key,
                    "isEmpty after " + cause + ": true, with a timer at " + EventTime.describe(timer)
                            + " (expected: no timer in a state that is as good as new)");
        }
    }

    @Override
    public long nextTimer(Watched watched) {
        return processor.nextTimer(watched.state);
    }

    @Override
    public boolean isEmpty(Watched watched) {
        return frees && processor.isEmpty(watched.state);
    }

    // the codec

    private void maybeRoundTrip(Object key, Watched watched) {
        if (random.nextDouble() >= roundTrips) {
            return;
        }
        long timer = processor.nextTimer(watched.state);
        boolean empty = processor.isEmpty(watched.state);
        StateCodec<Object> codec = processor.stateCodec();
        byte[] bytes = write(key, codec, watched.state);
        byte[] twice = write(key, codec, watched.state);
        if (!Arrays.equals(bytes, twice)) {
            throw failure(key, "state codec: a state written twice gave other bytes: " + difference(bytes, twice));
        }
        Object read = call(key, "state codec: reading " + bytes.length + " bytes of version " + codec.version(), () -> {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            Object state = codec.read(codec.version(), in);
            if (in.available() > 0) {
                throw new IOException(
                        in.available() + " bytes are left over (expected: all that were written are read)");
            }
            return state;
        });
        byte[] again = write(key, codec, read);
        if (!Arrays.equals(bytes, again)) {
            throw failure(
                    key, "state codec: a state that was read is written as other bytes: " + difference(bytes, again));
        }
        if (processor.nextTimer(read) != timer) {
            throw failure(
                    key,
                    "state codec: nextTimer of a state that was read: "
                            + EventTime.describe(processor.nextTimer(read)) + " (expected: "
                            + EventTime.describe(timer) + ", as before)");
        }
        if (processor.isEmpty(read) != empty) {
            throw failure(
                    key,
                    "state codec: isEmpty of a state that was read: " + !empty + " (expected: " + empty
                            + ", as before)");
        }
        watched.state = read;
    }

    private static byte[] write(Object key, StateCodec<Object> codec, Object state) {
        return call(key, "state codec: writing", () -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            codec.write(state, new DataOutputStream(bytes));
            return bytes.toByteArray();
        });
    }

    private static String difference(byte[] expected, byte[] actual) {
        int at = Arrays.mismatch(expected, actual);
        return at < expected.length && at < actual.length
                ? "byte " + at + " of " + expected.length + " is " + actual[at] + " (expected: " + expected[at] + ")"
                : actual.length + " bytes (expected: " + expected.length + ")";
    }

    @Override
    public StateCodec<Watched> stateCodec() {
        StateCodec<Object> codec = processor.stateCodec();
        return new StateCodec<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public int version() {
                return codec.version();
            }

            @Override
            public void write(Watched watched, DataOutput out) throws IOException {
                out.writeLong(watched.lastRecord);
                out.writeLong(watched.lastEmitted);
                codec.write(watched.state, out);
            }

            @Override
            public Watched read(int version, DataInput in) throws IOException {
                long lastRecord = in.readLong();
                long lastEmitted = in.readLong();
                Watched watched = new Watched(codec.read(version, in));
                watched.lastRecord = lastRecord;
                watched.lastEmitted = lastEmitted;
                return watched;
            }
        };
    }

    // what is handed through

    @Override
    public String name() {
        return processor.name();
    }

    @Override
    public Order order() {
        return processor.order();
    }

    @Override
    public long outputDelayNanos() {
        return processor.outputDelayNanos();
    }

    @Override
    public void open(ProcessorContext context) throws Exception {
        processor.open(context);
    }

    @Override
    public void close() throws Exception {
        processor.close();
    }

    /** Checks what is given out during one call. */
    private final class Output implements Emitter<Object> {
        private final Object key;
        private final String cause;
        private final long now;
        private final boolean isEnd;
        private final Watched watched;
        private final Emitter<Emission> out;
        private boolean ended;

        Output(Object key, String cause, long now, boolean isEnd, Watched watched, Emitter<Emission> out) {
            this.key = key;
            this.cause = cause;
            this.now = now;
            this.isEnd = isEnd;
            this.watched = watched;
            this.out = out;
        }

        void end() {
            ended = true;
        }

        @Override
        public void emit(Object value) {
            checkCall(value);
            // at the end of the input, now is the last record, and timers may have given out after it
            if (!isEnd) {
                checkOrder(now, value);
            }
            out.emit(new Emission(key, null, value, Snapshot.of(value)));
        }

        @Override
        public void emit(long time, Object value) {
            checkCall(value);
            long delay = isEnd ? UNBOUNDED : processor.outputDelayNanos();
            if (time > now || delay != UNBOUNDED && time < EventTime.minus(now, delay)) {
                throw failure(
                        key,
                        "emitted at " + EventTime.describe(time) + " for " + cause + ": " + value
                                + " (expected: a time "
                                + (delay == UNBOUNDED
                                        ? ""
                                        : "from " + EventTime.describe(EventTime.minus(now, delay)) + " ")
                                + "up to " + EventTime.describe(now) + ", as outputDelayNanos() says)");
            }
            if (!isEnd || watched.lastEmitted <= now) {
                checkOrder(time, value);
            }
            out.emit(time, new Emission(key, null, value, Snapshot.of(value)));
        }

        private void checkOrder(long time, Object value) {
            if (ordered() && time < watched.lastEmitted) {
                throw failure(
                        key,
                        "emitted at " + EventTime.describe(time) + " for " + cause + ": " + value
                                + " (expected: not before " + EventTime.describe(watched.lastEmitted)
                                + ", the time given last for the key)");
            }
            watched.lastEmitted = time;
        }

        @Override
        public <X> void emitTo(SideOutput<X> side, X value) {
            checkCall(value);
            if (!processor.sideOutputs().contains(side)) {
                throw failure(
                        key,
                        "emitted to side output " + side.name() + " for " + cause
                                + " (expected: one of those that sideOutputs() declares: " + processor.sideOutputs()
                                + ")");
            }
            out.emit(new Emission(key, side.name(), value, Snapshot.of(value)));
        }

        private void checkCall(Object value) {
            if (value == null) {
                throw failure(key, "emitted for " + cause + ": null (expected: a value)");
            }
            if (ended) {
                throw failure(
                        key, "emitted after the call for " + cause + ": " + value + " (expected: during the call)");
            }
        }
    }
}
