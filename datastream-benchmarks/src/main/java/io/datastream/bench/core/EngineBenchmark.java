package io.datastream.bench.core;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.engine.KeyedTask;
import io.datastream.engine.SourceTask;
import io.datastream.plan.Plan;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Windows;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What a record costs the engine: decoded readings of 1,000 keys, disorder up to 200 ms, through a source task and a
 * keyed task on one thread, with the watermark moved once in 256 records, as the runtimes do.
 *
 * <p>With {@code perSecond = 1000} a record of event time a millisecond comes, as in the comparison with other engines:
 * then nearly every record has a result of its own, or ten. With {@code perSecond = 1000000} results are rare, and what
 * is left is the cost of a record.
 *
 * <p>{@code java -jar datastream-benchmarks/target/benchmarks.jar EngineBenchmark -prof gc}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class EngineBenchmark {
    private static final int BATCH = 256;
    private static final int RECORDS = BATCH * 400;
    private static final int KEYS = 1_000;
    private static final long DISORDER = 200_000_000L;

    /** The windows. */
    @Param({"tumbling-1s", "sliding-60s-1s", "sliding-60s-100ms"})
    public String windows = "";

    /** Records a second of event time. */
    @Param({"1000", "1000000"})
    public long perSecond;

    /** A reading, as a decoder would have made it. */
    record Reading(String sensor, long time, double value) {}

    private final Reading[] readings = new Reading[RECORDS];
    private @Nullable SourceTask source;
    private @Nullable KeyedTask keyed;
    private long offset;
    private long shift;
    private long span;

    /** For the harness. */
    public EngineBenchmark() {}

    /** Makes tasks and readings. */
    @Setup(Level.Iteration)
    public void setUp(Blackhole blackhole) {
        Windows chosen = switch (windows) {
            case "tumbling-1s" -> Tumbling.of(Duration.ofSeconds(1));
            case "sliding-60s-1s" -> Sliding.of(Duration.ofSeconds(60)).every(Duration.ofSeconds(1));
            default -> Sliding.of(Duration.ofSeconds(60)).every(Duration.ofMillis(100));
        };
        Plan plan = Pipeline.from(ListSource.<Shifted>of(List.of())
                        .eventTimeNanos(Shifted::time)
                        .disorderUpTo(Duration.ofNanos(DISORDER))
                        .maxFuture(Duration.ofDays(100_000)))
                .keyedBy(r -> r.reading().sensor())
                .window(chosen)
                .aggregate(Aggregations.mean(r -> r.reading().value()))
                .to(Sinks.calling("blackhole", (time, value) -> blackhole.consume(value)))
                .plan();
        JoinedTasks tasks = JoinedTasks.of(plan, (time, key, value) -> blackhole.consume(value));
        source = tasks.source();
        keyed = tasks.keyed();
        SplittableRandom random = new SplittableRandom(7);
        long step = 1_000_000_000L / perSecond;
        span = step * RECORDS;
        shift = 1_700_000_000_000_000_000L;
        String[] keys = new String[KEYS];
        for (int i = 0; i < KEYS; i++) {
            keys[i] = "s-" + (1_000 + i);
        }
        for (int i = 0; i < RECORDS; i++) {
            long time = step * i - random.nextLong(Math.min(DISORDER, step * 200));
            readings[i] = new Reading(keys[random.nextInt(KEYS)], time, random.nextInt(10_000) / 100.0);
        }
    }

    /** A reading moved in time, so that the same array can be fed again and again as one long stream. */
    private static final class Shifted {
        private Reading reading = new Reading("", 0, 0);
        private long shift;

        Reading reading() {
            return reading;
        }

        long time() {
            return shift + reading.time();
        }
    }

    /** Feeds the readings once more. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long records() {
        SourceTask from = source;
        KeyedTask to = keyed;
        if (from == null || to == null) {
            throw new IllegalStateException("not set up");
        }
        Shifted shifted = new Shifted();
        shifted.shift = shift;
        for (int i = 0; i < RECORDS; ) {
            for (int end = i + BATCH; i < end; i++) {
                shifted.reading = readings[i];
                from.record(offset++, shift + span, shifted, null);
            }
            to.watermark(from.origin(), from.watermark());
            to.advance();
        }
        shift += span;
        return to.recordsOut();
    }
}
