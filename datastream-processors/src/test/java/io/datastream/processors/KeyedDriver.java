package io.datastream.processors;

import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.SideOutput;
import io.datastream.processor.StateCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Drives a keyed processor with the records of one key as a task does: by time, timers before records, at the end all
 * timers. It checks what the processor promises about the times of its results, and may write and read its state at
 * random moments.
 */
public final class KeyedDriver<S, O> {
    private static final int MOST_TIMERS = 1_000_000;

    /** A result and its time. */
    public record Timed<O>(long time, O value) {}

    private final KeyedProcessor<Object, ? super Row, S, O> processor;
    private final StateCodec<S> codec;
    private final Random restarts;
    private final double restartShare;
    private final List<Timed<O>> results = new ArrayList<>();
    private long current = Long.MIN_VALUE;
    private long lastEmitted = Long.MIN_VALUE;
    private S state;
    private int largestState;

    private KeyedDriver(KeyedProcessor<Object, ? super Row, S, O> processor, Random restarts, double restartShare) {
        this.processor = processor;
        this.codec = processor.stateCodec();
        this.restarts = restarts;
        this.restartShare = restartShare;
        this.state = processor.newState("key");
    }

    /** The results for all records, to the end of the input. */
    public static <S, O> List<Timed<O>> run(KeyedProcessor<Object, ? super Row, S, O> processor, List<Row> rows) {
        KeyedDriver<S, O> driver = new KeyedDriver<>(processor, new Random(0), 0);
        driver.feed(rows);
        driver.end();
        return driver.results;
    }

    /** The values of the results for all records, to the end of the input. */
    public static <S, O> List<O> values(KeyedProcessor<Object, ? super Row, S, O> processor, List<Row> rows) {
        return run(processor, rows).stream().map(Timed::value).toList();
    }

    /** The results, with the state written and read again at random moments. */
    public static <S, O> List<Timed<O>> runWithRestarts(
            KeyedProcessor<Object, ? super Row, S, O> processor, List<Row> rows, Random random) {
        KeyedDriver<S, O> driver = new KeyedDriver<>(processor, random, 0.3);
        driver.feed(rows);
        driver.end();
        return driver.results;
    }

    /** The results up to a watermark; nothing is known to have ended. */
    public static <S, O> List<Timed<O>> runUpTo(
            long watermark, KeyedProcessor<Object, ? super Row, S, O> processor, List<Row> rows) {
        KeyedDriver<S, O> driver = new KeyedDriver<>(processor, new Random(0), 0);
        driver.feed(rows);
        driver.fireUpTo(watermark);
        return driver.results;
    }

    /** Whether the state is free again when the watermark has come. */
    public static <S, O> boolean isEmptyAt(
            long watermark, KeyedProcessor<Object, ? super Row, S, O> processor, List<Row> rows) {
        KeyedDriver<S, O> driver = new KeyedDriver<>(processor, new Random(0), 0);
        driver.feed(rows);
        driver.fireUpTo(watermark);
        return processor.isEmpty(driver.state);
    }

    /** The size of the largest state, in bytes as written. */
    public static <S, O> int largestState(KeyedProcessor<Object, ? super Row, S, O> processor, List<Row> rows) {
        KeyedDriver<S, O> driver = new KeyedDriver<>(processor, new Random(0), 1);
        driver.feed(rows);
        return driver.largestState;
    }

    private void feed(List<Row> rows) {
        List<Row> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparingLong(Row::time));
        for (Row row : sorted) {
            fireUpTo(row.time());
            maybeRestart();
            current = row.time();
            try {
                processor.process("key", row.time(), row, state, emitter());
            } catch (Exception e) {
                throw new IllegalStateException(row.toString(), e);
            }
        }
    }

    private void end() {
        fireUpTo(KeyedProcessor.END_OF_INPUT);
    }

    private void fireUpTo(long watermark) {
        int fired = 0;
        for (long timer = processor.nextTimer(state); timer <= watermark; timer = processor.nextTimer(state)) {
            maybeRestart();
            check(timer >= current, "timer " + timer + " before " + current);
            check(timer == processor.nextTimer(state), "timer changed by a restart");
            current = timer;
            try {
                processor.onTimer("key", timer, state, emitter());
            } catch (Exception e) {
                throw new IllegalStateException("timer " + timer, e);
            }
            check(processor.nextTimer(state) > timer, "the timer after " + timer + " is not later");
            check(++fired < MOST_TIMERS, "timers without end");
        }
    }

    private void maybeRestart() {
        if (restarts.nextDouble() >= restartShare) {
            return;
        }
        if (processor.isEmpty(state)) {
            check(processor.nextTimer(state) == KeyedProcessor.NO_TIMER, "an empty state with a timer");
            state = processor.newState("key");
            return;
        }
        try {
            byte[] bytes = write(state);
            largestState = Math.max(largestState, bytes.length);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            state = codec.read(codec.version(), in);
            check(in.read() < 0, "bytes left over");
            check(Arrays.equals(bytes, write(state)), "a state that was read is written in another way");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] write(S written) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        codec.write(written, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private Emitter<O> emitter() {
        return new Emitter<>() {
            @Override
            public void emit(O value) {
                emit(current, value);
            }

            @Override
            public void emit(long time, O value) {
                long delay = processor.outputDelayNanos();
                check(time <= current, "result at " + time + " after " + current);
                check(
                        delay == KeyedProcessor.UNBOUNDED || time >= current - delay,
                        "result at " + time + ", now " + current + ", delay " + delay);
                check(time >= lastEmitted, "result at " + time + " after one at " + lastEmitted);
                lastEmitted = time;
                results.add(new Timed<>(time, value));
            }

            @Override
            public <X> void emitTo(SideOutput<X> side, X value) {
                throw new AssertionError("no side outputs");
            }
        };
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }
}
