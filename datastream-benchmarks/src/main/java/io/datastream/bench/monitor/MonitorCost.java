package io.datastream.bench.monitor;

import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregations;
import io.datastream.monitor.Monitor;
import io.datastream.monitor.MonitorServer;
import io.datastream.monitor.SeriesTap;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import io.datastream.time.EventTime;
import io.datastream.time.Tumbling;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The processor time of a record in a pipeline at full speed, without a monitor, with one, with one that a page follows, and
 * with a tap of every record as well. All in one JVM, in turns, so that what slows the machine slows all of them.
 *
 * <p>{@code java -cp datastream-benchmarks/target/benchmarks.jar io.datastream.bench.monitor.MonitorCost 20000000 7}: so many
 * records a run, so many runs of each kind after one that does not count.
 */
public final class MonitorCost {
    private static final int KEYS = 1_000;

    private enum Kind {
        ALONE,
        MONITORED,
        FOLLOWED,
        TAPPED
    }

    /** A record of a sensor. */
    private record Reading(String sensor, long time, double value) {}

    /** As many records as wanted, a microsecond apart. */
    private record Generated(long count) implements ReadableSource<Reading> {
        private static final String[] NAMES = new String[KEYS];

        static {
            for (int i = 0; i < KEYS; i++) {
                NAMES[i] = "sensor-" + i;
            }
        }

        @Override
        public String name() {
            return "generated";
        }

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public boolean isBounded() {
            return true;
        }

        @Override
        public SourceReader<Reading> open(int partition, long position) {
            return new SourceReader<>() {
                private long next = position;

                @Override
                public Status poll(int max, Collector<? super Reading> out) {
                    long end = Math.min(count, next + max);
                    while (next < end) {
                        long time = next * 1_000;
                        out.record(next, time, new Reading(NAMES[(int) (next * 31 % KEYS)], time, next % 97), null);
                        next++;
                    }
                    return next == count ? Status.END : Status.MORE;
                }

                @Override
                public void close() {}
            };
        }
    }

    private MonitorCost() {}

    /** Measures, and prints a line for each kind. */
    public static void main(String[] arguments) throws Exception {
        long records = arguments.length > 0 ? Long.parseLong(arguments[0]) : 10_000_000;
        int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Map<Kind, List<Double>> nanos = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            run(kind, records);
        }
        for (int i = 0; i < runs; i++) {
            for (Kind kind : Kind.values()) {
                nanos.computeIfAbsent(kind, any -> new ArrayList<>()).add(run(kind, records));
            }
        }
        double alone = median(nanos.getOrDefault(Kind.ALONE, List.of()));
        nanos.forEach((kind, all) -> System.out.printf(
                Locale.ROOT,
                "%-10s %7.1f ns of processor time a record (%.1f to %.1f), %+.1f %%%n",
                kind,
                median(all),
                Collections.min(all),
                Collections.max(all),
                100 * (median(all) / alone - 1)));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(null);
        return sorted.get(sorted.size() / 2);
    }

    private static double run(Kind kind, long records) throws Exception {
        SeriesTap<Reading> tap =
                SeriesTap.of("readings", Reading::sensor, r -> EventTime.instant(r.time()), Reading::value);
        Stream<Reading> readings = Pipeline.from(new Generated(records).eventTimeNanos(Reading::time));
        Pipeline pipeline = (kind == Kind.TAPPED ? readings.process(tap) : readings)
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofSeconds(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .to(Sinks.calling("nowhere", (time, result) -> {}))
                .named("cost");
        long before = processorNanos();
        try (PipelineController controller =
                LocalRuntime.create().withThreads(1).start(pipeline)) {
            if (kind == Kind.ALONE) {
                controller.awaitTermination();
            } else {
                try (MonitorServer server =
                        Monitor.of(controller).withSeries(tap).start()) {
                    if (kind != Kind.MONITORED) {
                        follow(server);
                    }
                    controller.awaitTermination();
                }
            }
        }
        return (double) (processorNanos() - before) / records;
    }

    /** Reads all events on a thread of its own, whose time counts as well. */
    private static void follow(MonitorServer server) {
        Thread reader = new Thread(() -> {
            try (InputStream in =
                    server.uri().resolve("api/pipelines/cost/events").toURL().openStream()) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException e) {
                System.getLogger("MonitorCost").log(System.Logger.Level.DEBUG, "the server is closed", e);
            }
        });
        reader.setDaemon(true);
        reader.start();
    }

    private static long processorNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
