package io.datastream.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.cassandra.testserver.CassandraServer;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineStatus;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import io.datastream.source.ListSource;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.time.EventTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** 200,000 results, ten of which share a row, while the worker or the server is killed. */
@Timeout(600)
class CassandraCrashIT {
    private static final int RESULTS = 200_000;
    private static final int SERIES = 40;
    private static final int SLOTS = 500;
    private static final long START = EventTime.nanos(Instant.parse("2024-01-01T00:00:00Z"));
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** So few between two commits that there are enough commits for all kills, however fast the machine is. */
    private static final int MOST_BETWEEN_COMMITS = 5_000;

    /** While this is set, the second half of the results goes so slowly that none of them is the last. */
    private static volatile boolean slowly;

    private static CassandraServer server;

    private String keyspace;

    record Result(String series, int slot, int number) {
        static Result of(int number) {
            return new Result("s" + number % SERIES, number / SERIES % SLOTS, number);
        }
    }

    @BeforeAll
    static void start() {
        server = CassandraServer.get();
    }

    @BeforeEach
    void create() {
        keyspace = server.keyspace();
    }

    private static CassandraSink<Result> sink(int port, String keyspace) {
        return CassandraSink.into(keyspace, "results", Result.class, Fixtures.connection(port))
                .partitionedBy("series")
                .clusteredBy("slot")
                .createTable();
    }

    private static long time(int number) {
        return START + number * 1_000L; // a microsecond apart, the step of times of writing
    }

    private void assertContentsEqualTheModel() {
        List<String> expected = new ArrayList<>();
        for (int number = RESULTS - SERIES * SLOTS; number < RESULTS; number++) { // of each row the last result
            Result result = Result.of(number);
            expected.add(result.series() + "|" + result.slot() + "|" + number);
        }
        assertThat(server.rows("SELECT series, slot, number FROM " + keyspace + ".results"))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Passes on to another sink, and stops for ever after a number of flushes, before the commit that follows. */
    private record Stopping(Sink<Result> sink, int flushes) implements Sink<Result> {
        @Override
        public String name() {
            return sink.name();
        }

        @Override
        public Guarantee guarantee() {
            return sink.guarantee();
        }

        @Override
        public SinkWriter<Result> open(SinkContext context) {
            SinkWriter<Result> writer = sink.open(context);
            return new SinkWriter<>() {
                private int left = flushes;
                private int written;
                private int sinceFlush;

                @Override
                public void write(long time, Result value) {
                    if (flushes > 0 && sinceFlush++ > MOST_BETWEEN_COMMITS || slowly && value.number() >= RESULTS / 2) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    writer.write(time, value);
                    if (written++ == 0) {
                        System.out.println("first " + value.number());
                    }
                }

                @Override
                public void flush() {
                    sinceFlush = 0;
                    writer.flush();
                    if (--left == 0) {
                        System.out.println("flushed " + written + ", not committed");
                        while (true) {
                            LockSupport.park();
                        }
                    }
                }

                @Override
                public void close() {
                    writer.close();
                }
            };
        }
    }

    private static PipelineController start(int port, String keyspace, Path folder, int flushes) {
        List<Result> results = new ArrayList<>();
        for (int number = 0; number < RESULTS; number++) {
            results.add(Result.of(number));
        }
        Pipeline pipeline = Pipeline.from(
                        ListSource.of(results).eventTime(result -> EventTime.instant(time(result.number()))))
                .to(new Stopping(sink(port, keyspace), flushes))
                .named("crash");
        return LocalRuntime.create()
                .withCheckpoints(Checkpoints.to(folder).every(Duration.ofMillis(50)))
                .start(pipeline);
    }

    /** Takes the port, the keyspace, the folder of its commits, and after how many flushes it stops; 0 for never. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] arguments) throws Exception {
            try (PipelineController controller = CassandraCrashIT.start(
                    Integer.parseInt(arguments[0]),
                    arguments[1],
                    Path.of(arguments[2]),
                    Integer.parseInt(arguments[3]))) {
                controller.awaitTermination();
            }
            System.out.println("complete");
        }
    }

    private ChildJvm worker(Path folder, int flushes) {
        return ChildJvm.of(Worker.class)
                .withArguments(Integer.toString(server.port()), keyspace, folder.toString(), Integer.toString(flushes))
                .start();
    }

    private static int number(String line) {
        return Integer.parseInt(line.replaceAll("\\D+", ""));
    }

    @Test
    void contentsEqualTheModelAlthoughTheWorkerIsKilledBetweenFlushAndCommit(@TempDir Path folder) {
        int writtenAgain = 0;
        int end = 0;
        for (int flushes : new int[] {4, 6, 8, 0}) {
            try (ChildJvm worker = worker(folder, flushes)) {
                int first = number(worker.awaitOutput("first", PATIENCE));
                writtenAgain += end - first;
                if (flushes > 0) {
                    end = first + number(worker.awaitOutput("flushed", PATIENCE));
                    assertThat(end).as("killed in the middle").isLessThan(RESULTS);
                    worker.kill();
                } else {
                    worker.awaitOutput("complete", PATIENCE);
                }
            }
        }

        System.out.printf(
                Locale.ROOT,
                "Cassandra: worker killed 3 times between flush and commit, %,d of %,d results written again, contents"
                        + " as in the model%n",
                writtenAgain,
                RESULTS);
        assertThat(writtenAgain).as("results written again").isPositive();
        assertContentsEqualTheModel();
    }

    @Test
    void contentsEqualTheModelAlthoughTheServerIsKilledInBetween(@TempDir Path folder) throws Exception {
        slowly = true;
        try (PipelineController controller = start(server.port(), keyspace, folder, 0)) {
            Await.until("half of the results", PATIENCE, () -> position(controller) >= RESULTS / 2);
            server.kill();
            slowly = false;
            Await.until(
                    "the status says why nothing is written",
                    PATIENCE,
                    () -> controller
                            .status()
                            .toString()
                            .contains("waits for its sink and tries again: table \"" + keyspace + "\".\"results\": "));
            server.restart();
            controller.awaitTermination();
            assertThat(controller.status().restarts()).as("restarts").isZero();
        }

        System.out.printf(
                Locale.ROOT, "Cassandra killed while %,d results were written, contents as in the model%n", RESULTS);
        assertContentsEqualTheModel();
    }

    private static long position(PipelineController controller) {
        return controller.status().origins().stream()
                .mapToLong(PipelineStatus.OriginStatus::position)
                .max()
                .orElse(0);
    }
}
