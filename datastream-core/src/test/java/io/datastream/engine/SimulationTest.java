package io.datastream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregation;
import io.datastream.plan.Plan;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Session;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Runs one pipeline through random schedules: how many records are read at once, how origins interleave, when watermarks
 * arrive, when tasks commit and when they crash and go on from their last commit. What leaves for each key must be what a
 * model says that sorts and folds: the same bits in the same order.
 *
 * <p>Sums are plain, so that any change in the order of additions shows. A seed is repeated with
 * {@code -Ddatastream.seed=...}.
 */
class SimulationTest {
    static final int SEEDS = SeedCount.of(2_500);
    static final long FIRST_SEED = Long.getLong("datastream.seed", 1);
    static final int WIDE = 12;
    static final int STEP = 4;
    static final int NARROW = 5;
    static final int GAP = 3;
    static final int QUIET = 7;

    record Reading(String key, int group, long time, double value) {}

    @Test
    void givesWhatTheModelSaysOnEverySchedule() {
        long crashes = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int disorder = random.nextInt(12);
            List<List<Reading>> logs = logs(random, disorder);
            int shards = 1 + random.nextInt(3);
            SimulatedRun run = run(seed, plan(logs, disorder), logs, shards, random);
            assertThat(run.results())
                    .as("seed " + seed)
                    .isEqualTo(new SimulationModel(logs, disorder, shards).results());
            crashes += run.crashes();
        }
        assertThat(crashes).as("crashes survived").isGreaterThan(SEEDS);
    }

    private static SimulatedRun run(
            long seed, Plan plan, List<List<Reading>> logs, int shards, SplittableRandom random) {
        try {
            return new SimulatedRun(plan, logs, shards, random);
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e, e);
        }
    }

    private static List<List<Reading>> logs(SplittableRandom random, int disorder) {
        List<List<Reading>> logs = new ArrayList<>();
        int partitions = 1 + random.nextInt(4);
        for (int partition = 0; partition < partitions; partition++) {
            List<Reading> log = new ArrayList<>();
            long time = random.nextInt(20);
            int size = random.nextInt(60);
            for (int i = 0; i < size; i++) {
                time += random.nextInt(20) == 0 ? random.nextInt(60) : random.nextInt(4);
                int back = random.nextInt(1 + disorder * (random.nextInt(10) == 0 ? 4 : 1));
                int key = random.nextInt(4);
                double value = random.nextDouble(-1, 1) * Math.pow(10, random.nextInt(18) - 9);
                log.add(new Reading("k" + key, key % 2, Math.max(0, time - back), value));
            }
            logs.add(log);
        }
        return logs;
    }

    private static Plan plan(List<List<Reading>> logs, int disorder) {
        KeyedStream<String, Reading> keyed = Pipeline.from(ListSource.<Reading>partitioned(logs)
                        .eventTimeNanos(Reading::time)
                        .disorderUpTo(Duration.ofNanos(disorder)))
                .keyBy(Reading::key);
        KeyedStream<String, Windowed<String, Double>> narrow =
                keyed.window(Tumbling.of(Duration.ofNanos(NARROW))).aggregate(new Sum<>(Reading::value));
        return narrow.to(Sinks.<Object>calling("narrow", (time, value) -> {}))
                .and(keyed.window(Sliding.of(Duration.ofNanos(WIDE)).every(Duration.ofNanos(STEP)))
                        .aggregate(new Sum<>(Reading::value))
                        .to(Sinks.<Object>calling("wide", (time, value) -> {})))
                .and(keyed.window(Session.withGap(Duration.ofNanos(GAP)))
                        .aggregate(new Sum<>(Reading::value))
                        .to(Sinks.<Object>calling("sessions", (time, value) -> {})))
                .and(keyed.process(new Average()).to(Sinks.<Object>calling("averages", (time, value) -> {})))
                .and(narrow.values()
                        .keyBy(w -> w.key().charAt(1) % 2)
                        .window(Tumbling.of(Duration.ofNanos(2 * NARROW)))
                        .aggregate(new Sum<Windowed<String, Double>>(Windowed::value))
                        .to(Sinks.<Object>calling("groups", (time, value) -> {})))
                .plan();
    }

    /** A sum whose last bits depend on the order of its additions. */
    static final class Sum<T> implements Aggregation<T, double[], Double> {
        private static final long serialVersionUID = 1L;

        private final io.datastream.function.ToDoubleFn<T> value;

        Sum(io.datastream.function.ToDoubleFn<T> value) {
            this.value = value;
        }

        @Override
        public double[] create() {
            return new double[1];
        }

        @Override
        public void add(double[] sum, long time, T item) throws Exception {
            sum[0] += value.applyAsDouble(item);
        }

        @Override
        public void merge(double[] into, double[] later) {
            into[0] += later[0];
        }

        @Override
        public Double finish(double[] sum) {
            return sum[0];
        }

        @Override
        public StateCodec<double[]> codec() {
            return StateCodec.of((sum, out) -> out.writeDouble(sum[0]), in -> new double[] {in.readDouble()});
        }
    }

    /** A moving average, and a mark when a key was quiet. */
    static final class Average implements KeyedProcessor<String, Reading, Average.State, String> {
        private static final long serialVersionUID = 1L;

        static final class State {
            double average;
            long timer = NO_TIMER;
        }

        @Override
        public State newState(String key) {
            return new State();
        }

        @Override
        public void process(String key, long time, Reading reading, State state, Emitter<String> out) {
            state.average += 0.3 * (reading.value() - state.average);
            state.timer = time + QUIET;
            out.emit(time + " " + Double.toHexString(state.average));
        }

        @Override
        public long nextTimer(State state) {
            return state.timer;
        }

        @Override
        public void onTimer(String key, long time, State state, Emitter<String> out) {
            state.timer = NO_TIMER;
            out.emit(time + " quiet");
        }

        @Override
        public StateCodec<State> stateCodec() {
            return StateCodec.of(
                    (state, out) -> {
                        out.writeDouble(state.average);
                        out.writeLong(state.timer);
                    },
                    in -> {
                        State state = new State();
                        state.average = in.readDouble();
                        state.timer = in.readLong();
                        return state;
                    });
        }
    }
}
