package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that waits for its disk, is killed, and is fast enough. */
class PostgresCrashIT {
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(90);

    private static PostgresServer server;

    record Mean(String sensor, Instant windowStart, double mean, long count) {}

    @BeforeAll
    static void start() {
        server = PostgresServer.start(true);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static JdbcSink<Mean> sink(TestDatabase database) {
        return JdbcSink.upsertInto("means", Mean.class, JdbcConnection.of(server.url(database), "postgres", () -> "x"))
                .keyedBy("sensor", "window_start")
                .createTable();
    }

    /** Repeats a call as a runtime does, for as long as its errors are retryable. */
    private static void retrying(AtomicInteger retries, Runnable call) {
        long end = System.nanoTime() + GIVE_UP_NANOS;
        while (true) {
            try {
                call.run();
                return;
            } catch (SinkException e) {
                if (!e.isRetryable() || System.nanoTime() > end) {
                    throw e;
                }
                retries.incrementAndGet();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    @Test
    void contentsEqualTheModelAlthoughTheServerIsKilledTwiceInBetween() throws Exception {
        TestDatabase database = server.database();
        long seed = 77;
        int writes = 60_000;
        AtomicInteger retries = new AtomicInteger();
        AtomicInteger written = new AtomicInteger();
        Map<String, Mean> model = new TreeMap<>();
        List<CountDownLatch> milestones = List.of(new CountDownLatch(1), new CountDownLatch(1));
        List<CountDownLatch> back = List.of(new CountDownLatch(1), new CountDownLatch(1));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> writing = thread.submit(() -> {
                Random random = new Random(seed);
                try (SinkWriter<Mean> writer = sink(database).open(TestDatabase.context())) {
                    for (int i = 0; i < writes; i++) {
                        Mean mean = new Mean(
                                "s" + random.nextInt(40),
                                Instant.ofEpochSecond(60L * random.nextInt(200)),
                                random.nextDouble(),
                                i);
                        model.put(mean.sensor() + mean.windowStart(), mean);
                        retrying(retries, () -> writer.write(0, mean));
                        written.incrementAndGet();
                        if (i == 10_000 || i == 30_000) {
                            milestones.get(i / 30_000).countDown();
                        }
                        if (i == 29_000 || i == 59_000) { // so that both kills come while there is still work to do
                            back.get(i / 59_000).await(90, TimeUnit.SECONDS);
                        }
                        if (i % 1000 == 0) {
                            retrying(retries, writer::flush);
                        }
                    }
                    retrying(retries, writer::flush);
                }
                return null;
            });
            for (int kill = 0; kill < 2; kill++) {
                assertThat(milestones.get(kill).await(90, TimeUnit.SECONDS)).isTrue();
                server.kill();
                server.restart();
                back.get(kill).countDown();
            }
            writing.get(120, TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }

        List<String> expected = new ArrayList<>();
        model.values()
                .forEach(mean -> expected.add(mean.sensor() + "|"
                        + mean.windowStart().getEpochSecond() + "|" + mean.mean() + "|" + mean.count()));
        List<String> actual = new ArrayList<>();
        for (String row :
                database.rows("SELECT sensor, extract(epoch FROM window_start)::bigint, mean, count FROM means")) {
            String[] parts = row.split("\\|");
            actual.add(parts[0] + "|" + parts[1] + "|" + Double.parseDouble(parts[2]) + "|" + parts[3]);
        }
        System.out.printf(
                Locale.ROOT,
                "PostgreSQL killed twice while %,d rows were written: %,d retries, %,d rows as in the model%n",
                written.get(),
                retries.get(),
                actual.size());
        assertThat(actual).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(retries.get()).as("retries").isPositive();
    }

    @Test
    void closedPortIsRetryableAndTellsNoPassword() {
        JdbcConnection nowhere = JdbcConnection.of(
                "jdbc:postgresql://localhost:1/metrics?password=hunter2&user=me", "me", () -> "hunter3");

        assertThatThrownBy(() -> JdbcSink.upsertInto("t", nowhere).open(TestDatabase.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageStartingWith("table \"t\": Connection to localhost:1 refused.")
                .hasMessageNotContaining("hunter");
    }

    @Test
    void upsertsFiftyThousandRows() {
        TestDatabase database = server.database();
        int rows = 50_000;
        Instant start = Instant.parse("2024-01-01T00:00:00Z");
        Mean[] means = new Mean[rows];
        for (int i = 0; i < rows; i++) {
            means[i] = new Mean("s" + i % 1000, start.plusSeconds(60L * (i / 1000)), i * 0.1, i);
        }

        double inserting = seconds(database, means);
        double replacing = seconds(database, means);

        System.out.printf(
                Locale.ROOT,
                "PostgreSQL, %,d rows of 4 columns, batches of %d, fsync on: %,.0f rows/s inserted, %,.0f rows/s"
                        + " replaced%n",
                rows,
                JdbcSink.DEFAULT_BATCH_ROWS,
                rows / inserting,
                rows / replacing);
        assertThat(database.value("SELECT count(*) FROM means", Long.class)).isEqualTo(rows);
        assertThat(database.value("SELECT sum(count)::bigint FROM means", Long.class))
                .isEqualTo(rows * (rows - 1L) / 2);
    }

    private static double seconds(TestDatabase database, Mean[] means) {
        try (SinkWriter<Mean> writer = sink(database).open(TestDatabase.context())) {
            long before = System.nanoTime();
            for (Mean mean : means) {
                writer.write(0, mean);
            }
            writer.flush();
            return (System.nanoTime() - before) / 1e9;
        }
    }
}
