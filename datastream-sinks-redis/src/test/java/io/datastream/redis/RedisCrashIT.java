package io.datastream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that writes 200,000 results in each form, while its JVM or the server is killed. */
@Timeout(600)
class RedisCrashIT {
    private static final int RESULTS = 200_000;
    private static final int SERIES = 40;
    private static final long START = EventTime.nanos(Instant.parse("2024-01-01T00:00:00Z"));
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** So few between two commits that there are enough commits for all kills, however fast the machine is. */
    private static final int MOST_BETWEEN_COMMITS = 5_000;

    /** From this result on all go so slowly that none of them is the last, until the test has done what it has to. */
    private static volatile int slowFrom = Integer.MAX_VALUE;

    private static RedisServer server;

    @BeforeAll
    static void start() {
        server = RedisServer.start(RedisServer.embedded());
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void empty() {
        server.ask("FLUSHALL");
    }

    private static String series(int number) {
        return Integer.toString(number % SERIES);
    }

    /** Three results of a series in a row have the same time. */
    private static long time(int number) {
        return START + number / (3 * SERIES) * 1_000_000L;
    }

    private static byte[] value(int number) {
        return ("v" + number).getBytes(UTF_8);
    }

    /** The form that is written last, so that the others are flushed before it, stops after some flushes. */
    private static Pipeline pipeline(int port, int flushes) {
        RedisConnection connection = RedisConnection.at("127.0.0.1", port);
        List<Integer> numbers = new ArrayList<>();
        for (int number = 0; number < RESULTS; number++) {
            numbers.add(number);
        }
        Stream<Integer> results =
                Pipeline.from(ListSource.of(numbers).eventTime(number -> EventTime.instant(time(number))));
        return results.to(RedisSink.appendTo("appended:", RedisCrashIT::series, RedisCrashIT::value, connection))
                .and(results.to(RedisSink.latest("latest:", RedisCrashIT::series, RedisCrashIT::value, connection)))
                .and(results.to(RedisSink.stream("stream:", RedisCrashIT::series, RedisCrashIT::value, connection)))
                .and(results.to(new Stopping(
                        RedisSink.timeOrdered("set:", RedisCrashIT::series, RedisCrashIT::value, connection), flushes)))
                .named("crash");
    }

    private static PipelineController start(Path folder, Pipeline pipeline) {
        return LocalRuntime.create()
                .withCheckpoints(Checkpoints.to(folder).every(Duration.ofMillis(50)))
                .start(pipeline);
    }

    private static void assertContentsEqualTheModel() {
        for (int series = 0; series < SERIES; series++) {
            List<String> stream = new ArrayList<>();
            List<String> set = new ArrayList<>();
            String last = "";
            for (int number = series; number < RESULTS; number += SERIES) {
                String time = new String(Form.text(time(number)), UTF_8);
                stream.add(EventTime.toMillis(time(number)) + "-" + (1 + number / SERIES % 3) + " " + time + " v"
                        + number);
                set.add(time + " v" + number);
                last = "[time, " + time + ", value, v" + number + "]";
            }
            assertThat(server.ask("HGETALL", "latest:" + series)).hasToString(last);
            assertThat(server.stream("stream:" + series))
                    .extracting(entry -> entry.replaceAll("\\[(.*), \\[time, (.*), value, (.*)]]", "$1 $2 $3"))
                    .isEqualTo(stream);
            set.sort(String::compareTo);
            assertThat(server.texts("ZRANGE", "set:" + series, 0, -1)).isEqualTo(set);
        }
    }

    private static long appended() {
        long entries = 0;
        for (int series = 0; series < SERIES; series++) {
            entries += (Long) server.ask("XLEN", "appended:" + series);
        }
        return entries;
    }

    /** Passes on to another sink, and stops for ever after a number of flushes, before the commit that follows. */
    private record Stopping(Sink<Integer> sink, int flushes) implements Sink<Integer> {
        @Override
        public String name() {
            return sink.name();
        }

        @Override
        public Guarantee guarantee() {
            return sink.guarantee();
        }

        @Override
        public SinkWriter<Integer> open(SinkContext context) {
            SinkWriter<Integer> writer = sink.open(context);
            return new SinkWriter<>() {
                private int left = flushes;
                private int sinceFlush;

                @Override
                public void write(long time, Integer value) {
                    if (flushes > 0 && sinceFlush++ > MOST_BETWEEN_COMMITS || value >= slowFrom) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    writer.write(time, value);
                }

                @Override
                public void flush() {
                    sinceFlush = 0;
                    writer.flush();
                    if (--left == 0) {
                        System.out.println("flushed, not committed");
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

    /** Takes the port, the folder of its commits, and the number of flushes after which it stops; 0 for never. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] arguments) throws Exception {
            Pipeline pipeline = pipeline(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[2]));
            try (PipelineController controller = RedisCrashIT.start(Path.of(arguments[1]), pipeline)) {
                controller.awaitTermination();
            }
            System.out.println("complete");
        }
    }

    private static ChildJvm worker(Path folder, int flushes) {
        return ChildJvm.of(Worker.class)
                .withArguments(Integer.toString(server.port()), folder.toString(), Integer.toString(flushes))
                .start();
    }

    @Test
    void contentsEqualTheModelAlthoughTheWorkerIsKilledBetweenFlushAndCommit(@TempDir Path folder) {
        for (int flushes : new int[] {4, 5, 6}) {
            try (ChildJvm worker = worker(folder, flushes)) {
                worker.awaitOutput("flushed, not committed", PATIENCE);
                worker.kill();
            }
        }
        long before = appended();
        assertThat(before).as("killed in the middle").isBetween(1L, RESULTS - 1L);
        try (ChildJvm worker = worker(folder, 0)) {
            worker.awaitOutput("complete", PATIENCE);
        }
        long after = appended();

        System.out.printf(
                Locale.ROOT,
                "Redis: worker killed 3 times between flush and commit, %,d of %,d results written again, contents as"
                        + " in the model%n",
                after - RESULTS,
                RESULTS);
        assertThat(after).as("results written again").isGreaterThan(RESULTS);
        assertContentsEqualTheModel();
    }

    @Test
    void contentsEqualTheModelAlthoughTheServerIsKilledTwiceInBetween(@TempDir Path folder) throws Exception {
        slowFrom = 50_000;
        try (PipelineController controller = start(folder, pipeline(server.port(), 0))) {
            for (int kill : new int[] {50_000, 130_000}) {
                Await.until(kill + " results", PATIENCE, () -> appended() >= kill);
                server.kill();
                Await.until(
                        "the status says why nothing is written",
                        PATIENCE,
                        () -> controller
                                .status()
                                .toString()
                                .contains("waits for its sink and tries again: redis 127.0.0.1:" + server.port()));
                slowFrom = kill == 50_000 ? 130_000 : Integer.MAX_VALUE;
                server.restart();
            }
            controller.awaitTermination();
            assertThat(controller.status().restarts()).as("restarts").isZero();
        }
        long appended = appended();

        System.out.printf(
                Locale.ROOT,
                "Redis killed twice while %,d results were written in 4 forms: %,d written again, contents as in the"
                        + " model%n",
                RESULTS,
                appended - RESULTS);
        assertThat(appended).isGreaterThanOrEqualTo(RESULTS);
        assertContentsEqualTheModel();
    }
}
