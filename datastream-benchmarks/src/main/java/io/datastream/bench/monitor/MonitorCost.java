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
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The processor time of a pipeline that is given so many records a second, without a monitor, with one whose metrics are
 * scraped, and with one that a page follows as well. One pipeline runs all the time; the monitor comes and goes, in rounds
 * of shuffled order, so that whatever slows the machine slows all kinds. The second pipeline has a tap of every record.
 *
 * <p>{@code java -cp datastream-benchmarks/target/benchmarks.jar io.datastream.bench.monitor.MonitorCost 500000 40 5000}: so
 * many records a second, so many rounds, so many milliseconds of each kind in a round.
 */
public final class MonitorCost {
    private static final int KEYS = 1_000;
    private static final int WARMUP_ROUNDS = 3;
    private static final long SETTLE_MILLIS = 300;

    /** The threads of this program, whose time is that of browsers and scrapers elsewhere. */
    private static final String[] OUTSIDE = {"page-of-the-benchmark", "main"};

    private static final String[] MONITOR = {"datastream-monitor", "HTTP-Dispatcher"};
    private static final String[] PIPELINE = {"datastream-cost"};

    private enum Kind {
        ALONE,
        MONITORED,
        FOLLOWED
    }

    /** A record of a sensor. */
    private record Reading(String sensor, long time, double value) {}

    /**
     * What one kind took in one round: nanoseconds a record of all threads, with those of the JVM that compile and collect, and
     * of the pipeline's, and of the monitor's; and of the monitor's in microseconds a second.
     */
    private record Cost(
            double nanosPerRecord,
            double pipelineNanosPerRecord,
            double monitorNanosPerRecord,
            double monitorMicrosPerSecond) {}

    /** So many records a second, a microsecond of event time apart, until it is told to end. */
    private static final class Paced implements ReadableSource<Reading> {
        private final String[] names = new String[KEYS];
        private final long perSecond;
        private final AtomicLong given = new AtomicLong();
        private volatile boolean ended;

        Paced(long perSecond) {
            this.perSecond = perSecond;
            Arrays.setAll(names, i -> "sensor-" + i);
        }

        @Override
        public String name() {
            return "paced";
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
            long start = System.nanoTime();
            return new SourceReader<>() {
                private long next = position;

                @Override
                public Status poll(int max, Collector<? super Reading> out) {
                    if (ended) {
                        return Status.END;
                    }
                    long due = (long) ((System.nanoTime() - start) * 1e-9 * perSecond);
                    long end = Math.min(due, next + max);
                    while (next < end) {
                        long time = next * 1_000;
                        out.record(next, time, new Reading(names[(int) (next * 31 % KEYS)], time, next % 97), null);
                        next++;
                    }
                    given.set(next);
                    return next < due ? Status.MORE : Status.CAUGHT_UP;
                }

                @Override
                public void close() {}
            };
        }
    }

    private MonitorCost() {}

    /** Measures, and prints a line for each kind. */
    public static void main(String[] arguments) throws Exception {
        long perSecond = arguments.length > 0 ? Long.parseLong(arguments[0]) : 500_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 40;
        long millis = arguments.length > 2 ? Long.parseLong(arguments[2]) : 5_000;
        System.out.printf(
                Locale.ROOT, "%,d records a second, %d rounds of %,d ms of each kind%n", perSecond, rounds, millis);
        for (boolean tapped : new boolean[] {false, true}) {
            Map<Kind, List<Cost>> costs = measure(perSecond, rounds, millis, tapped);
            System.out.println(tapped ? "with a tap of every record" : "without a tap");
            costs.forEach((kind, all) -> print(kind, all, costs.getOrDefault(Kind.ALONE, List.of())));
        }
    }

    private static Map<Kind, List<Cost>> measure(long perSecond, int rounds, long millis, boolean tapped)
            throws Exception {
        SeriesTap<Reading> tap =
                SeriesTap.of("readings", Reading::sensor, r -> EventTime.instant(r.time()), Reading::value);
        Paced source = new Paced(perSecond);
        Stream<Reading> readings = Pipeline.from(source.eventTimeNanos(Reading::time));
        Pipeline pipeline = (tapped ? readings.process(tap) : readings)
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofSeconds(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .to(Sinks.calling("nowhere", (time, result) -> {}))
                .named("cost");
        Map<Kind, List<Cost>> costs = new EnumMap<>(Kind.class);
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        Random random = new Random(1);
        try (PipelineController controller =
                LocalRuntime.create().withThreads(1).start(pipeline)) {
            for (int round = -WARMUP_ROUNDS; round < rounds; round++) {
                Collections.shuffle(kinds, random);
                for (Kind kind : kinds) {
                    Cost cost = cost(kind, controller, tap, source, millis);
                    if (round >= 0) {
                        costs.computeIfAbsent(kind, any -> new ArrayList<>()).add(cost);
                    }
                }
            }
            source.ended = true;
            controller.awaitTermination();
        }
        return costs;
    }

    private static Cost cost(
            Kind kind, PipelineController controller, SeriesTap<Reading> tap, Paced source, long millis)
            throws Exception {
        if (kind == Kind.ALONE) {
            return cost(null, source, millis);
        }
        try (MonitorServer server = Monitor.of(controller).withSeries(tap).start()) {
            Thread page = kind == Kind.FOLLOWED ? follow(server) : null;
            Cost cost = cost(server, source, millis);
            if (page != null && !page.isAlive()) {
                throw new IllegalStateException("the page ended before the round did (expected: events to the end)");
            }
            return cost;
        }
    }

    /** A round of one kind, where a monitor is scraped once. */
    private static Cost cost(@Nullable MonitorServer server, Paced source, long millis) throws Exception {
        Thread.sleep(SETTLE_MILLIS);
        long start = System.nanoTime();
        long records = source.given.get();
        long processor = ProcessorTime.ofProcess() - ProcessorTime.ofThreads(OUTSIDE);
        long pipeline = ProcessorTime.ofThreads(PIPELINE);
        long monitor = ProcessorTime.ofThreads(MONITOR);
        if (server != null) {
            scrape(server);
        }
        Thread.sleep(millis);
        double seconds = (System.nanoTime() - start) * 1e-9;
        double read = source.given.get() - records;
        double byMonitor = ProcessorTime.ofThreads(MONITOR) - monitor;
        return new Cost(
                (ProcessorTime.ofProcess() - ProcessorTime.ofThreads(OUTSIDE) - processor) / read,
                (ProcessorTime.ofThreads(PIPELINE) - pipeline) / read,
                byMonitor / read,
                byMonitor * 1e-3 / seconds);
    }

    private static void scrape(MonitorServer server) throws IOException {
        try (InputStream in = server.uri().resolve("metrics").toURL().openStream()) {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** Reads all events on a thread of its own, whose time does not count. */
    private static Thread follow(MonitorServer server) {
        Thread reader = new Thread(
                () -> {
                    try (InputStream in = server.uri()
                            .resolve("api/pipelines/cost/events")
                            .toURL()
                            .openStream()) {
                        in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        System.getLogger("MonitorCost").log(System.Logger.Level.DEBUG, "the server is closed", e);
                    }
                },
                OUTSIDE[0]);
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    /** Medians of a kind, and of what it took more than the pipeline alone in the same round, with where it lies in 95 %. */
    private static void print(Kind kind, List<Cost> costs, List<Cost> alone) {
        System.out.printf(
                Locale.ROOT,
                "%-10s %s; pipeline's threads %s; monitor's threads %.0f us a second, %.1f %% of the pipeline's alone%n",
                kind,
                difference(Cost::nanosPerRecord, costs, alone),
                difference(Cost::pipelineNanosPerRecord, costs, alone),
                median(costs, Cost::monitorMicrosPerSecond),
                100 * median(costs, Cost::monitorNanosPerRecord) / median(alone, Cost::pipelineNanosPerRecord));
    }

    private static String difference(ToDoubleFunction<Cost> part, List<Cost> costs, List<Cost> alone) {
        double[] more = new double[costs.size()];
        Arrays.setAll(more, i -> 100 * (part.applyAsDouble(costs.get(i)) / part.applyAsDouble(alone.get(i)) - 1));
        Arrays.sort(more);
        int from = (int) Math.max(0, Math.floor(more.length / 2.0 - 0.98 * Math.sqrt(more.length)));
        return String.format(
                Locale.ROOT,
                "%.1f ns a record, %+.1f %% (%+.1f to %+.1f)",
                median(costs, part),
                more[more.length / 2],
                more[from],
                more[more.length - 1 - from]);
    }

    private static double median(List<Cost> costs, ToDoubleFunction<Cost> part) {
        return sorted(costs, part)[costs.size() / 2];
    }

    private static double[] sorted(List<Cost> costs, ToDoubleFunction<Cost> part) {
        return costs.stream().mapToDouble(part).sorted().toArray();
    }
}
