package io.datastream.bench.core;

import io.datastream.Pipeline;
import io.datastream.WindowedStream;
import io.datastream.aggregate.Aggregations;
import io.datastream.engine.KeyedTask;
import io.datastream.engine.SourceTask;
import io.datastream.plan.Plan;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Windows;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What it costs that windows are {@code explained()}: processor time and memory for a record of 1,000 keys, through a source
 * task and a keyed task on one thread, with and without, in turns within one JVM, so that what slows the machine slows both.
 * With 1,000 records a second of event time nearly every record has a window of its own; with 1,000,000 windows are rare.
 *
 * <p>{@code java -cp datastream-benchmarks/target/benchmarks.jar io.datastream.bench.core.ExplainCost 1000000 9}: so many
 * records a turn, so many turns of each kind after two that do not count.
 */
public final class ExplainCost {
    private static final int KEYS = 1_000;
    private static final int BATCH = 256;

    /** What a turn cost for one record. */
    private record Cost(double nanos, double bytes) {}

    /** A record of a sensor. */
    private record Reading(String sensor, long time, double value) {}

    private ExplainCost() {}

    /** Measures, and prints a line for each kind of windows. */
    public static void main(String[] arguments) {
        int records = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
        Map<String, Windows> kinds = Map.of(
                "tumbling-1s",
                Tumbling.of(Duration.ofSeconds(1)),
                "sliding-60s-1s",
                Sliding.of(Duration.ofSeconds(60)).every(Duration.ofSeconds(1)));
        for (String kind : List.of("tumbling-1s", "sliding-60s-1s")) {
            Windows windows = kinds.getOrDefault(kind, Tumbling.of(Duration.ofSeconds(1)));
            for (long perSecond : new long[] {1_000, 1_000_000}) {
                compare(kind, windows, perSecond, records, turns);
            }
        }
    }

    private static void compare(String kind, Windows windows, long perSecond, int records, int turns) {
        List<Cost> plain = new ArrayList<>();
        List<Cost> explained = new ArrayList<>();
        for (int turn = -2; turn < turns; turn++) {
            Cost without = turn(windows, false, perSecond, records);
            Cost with = turn(windows, true, perSecond, records);
            if (turn >= 0) {
                plain.add(without);
                explained.add(with);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-15s %,9d a second: %s without, %s explained%n",
                kind,
                perSecond,
                text(plain),
                text(explained));
    }

    private static String text(List<Cost> costs) {
        List<Double> nanos = costs.stream().map(Cost::nanos).sorted().toList();
        List<Double> bytes = costs.stream().map(Cost::bytes).sorted().toList();
        return String.format(
                Locale.ROOT,
                "%.0f ns (%.0f to %.0f), %.0f bytes",
                nanos.get(nanos.size() / 2),
                nanos.get(0),
                nanos.get(nanos.size() - 1),
                bytes.get(bytes.size() / 2));
    }

    private static Cost turn(Windows windows, boolean explained, long perSecond, int records) {
        WindowedStream<String, Reading> windowed = Pipeline.from(ListSource.<Reading>of(List.of())
                        .eventTimeNanos(Reading::time)
                        .disorderUpTo(Duration.ofMillis(200))
                        .maxFuture(Duration.ofDays(100_000)))
                .keyedBy(Reading::sensor)
                .window(windows);
        Plan plan = (explained ? windowed.explained() : windowed)
                .aggregate(Aggregations.mean(Reading::value))
                .to(Sinks.calling("nowhere", (time, value) -> {}))
                .plan();
        AtomicLong results = new AtomicLong();
        JoinedTasks tasks = JoinedTasks.of(plan, (time, key, value) -> results.setPlain(results.getPlain() + 1));
        SourceTask source = tasks.source();
        KeyedTask keyed = tasks.keyed();
        long step = 1_000_000_000L / perSecond;
        Reading[] readings = new Reading[records];
        for (int i = 0; i < records; i++) {
            readings[i] = new Reading("s-" + i * 31L % KEYS, i * step, i % 97);
        }
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long bytesBefore = threads.getThreadAllocatedBytes(thread);
        long before = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < records; ) {
            for (int end = Math.min(records, i + BATCH); i < end; i++) {
                source.record(i, 0, readings[i], null);
            }
            keyed.watermark(source.origin(), source.watermark());
            keyed.advance();
        }
        long nanos = threads.getCurrentThreadCpuTime() - before;
        long bytes = threads.getThreadAllocatedBytes(thread) - bytesBefore;
        if (results.getPlain() > records) {
            throw new IllegalStateException(results + " results of " + records + " records");
        }
        return new Cost((double) nanos / records, (double) bytes / records);
    }
}
