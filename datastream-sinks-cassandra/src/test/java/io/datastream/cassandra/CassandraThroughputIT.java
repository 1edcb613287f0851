package io.datastream.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.datastream.cassandra.testserver.CassandraServer;
import io.datastream.sink.SinkWriter;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How fast rows are written, beside the fastest that the driver does: a prepared statement for each row, sent without
 * waiting, a bounded number under way. Both in turns, on one node. Run it by
 *
 * <pre>
 * mvn verify -pl datastream-sinks-cassandra -am -Dthroughput=true -Dtest=none -Dit.test=CassandraThroughputIT \
 *   -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * </pre>
 */
@EnabledIfSystemProperty(named = "throughput", matches = "true")
@Timeout(600)
class CassandraThroughputIT {
    private static final int ROWS = Integer.getInteger("throughput.rows", 100_000);
    private static final int ROUNDS = 3;
    private static final int UNDER_WAY = 256;
    private static final int CONCURRENCY =
            Integer.getInteger("throughput.concurrency", CassandraSink.DEFAULT_CONCURRENCY);
    private static final long START = 1_704_067_200_000_000_000L; // 2024

    private static CassandraServer server;

    record Reading(String series, int slot, double value) {
        static Reading of(int number, int partitions) {
            return new Reading("s" + number % partitions, number / partitions, number * 0.5);
        }
    }

    @BeforeAll
    static void start() {
        server = CassandraServer.get();
    }

    private static long time(int number) {
        return START + number * 1_000L;
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 20_000})
    void writesBesideTheDriver(int partitions) throws Exception {
        double[] best = new double[2];
        for (int round = 0; round < ROUNDS; round++) {
            best[0] = Math.max(best[0], sink(partitions));
            best[1] = Math.max(best[1], driver(partitions));
        }
        System.out.printf(
                Locale.ROOT,
                "Cassandra, %,d rows in %,d partitions, best of %d: sink %,9.0f/s, driver %,9.0f/s, ratio %.2f%n",
                ROWS,
                partitions,
                ROUNDS,
                best[0],
                best[1],
                best[0] / best[1]);
    }

    private static String table() {
        String keyspace = server.keyspace();
        server.execute("CREATE TABLE " + keyspace
                + ".readings (series text, slot int, value double, PRIMARY KEY (series, slot))");
        return keyspace;
    }

    private static double sink(int partitions) {
        String keyspace = table();
        double rate;
        try (SinkWriter<Reading> writer = CassandraSink.into(
                        keyspace, "readings", Reading.class, Fixtures.connection(server))
                .withConcurrency(CONCURRENCY)
                .open(Fixtures.context())) {
            long before = System.nanoTime();
            for (int number = 0; number < ROWS; number++) {
                writer.write(time(number), Reading.of(number, partitions));
            }
            writer.flush();
            rate = rate(before);
        }
        check(keyspace, partitions);
        return rate;
    }

    private static double driver(int partitions) throws Exception {
        String keyspace = table();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        double rate;
        try (CqlSession session = Fixtures.connection(server).open()) {
            PreparedStatement insert = session.prepare(
                    "INSERT INTO " + keyspace + ".readings (series, slot, value) VALUES (?, ?, ?) USING TIMESTAMP ?");
            Semaphore free = new Semaphore(UNDER_WAY);
            long before = System.nanoTime();
            for (int number = 0; number < ROWS; number++) {
                Reading reading = Reading.of(number, partitions);
                free.acquire();
                session.executeAsync(
                                insert.bind(reading.series(), reading.slot(), reading.value(), time(number) / 1_000))
                        .whenComplete((rows, error) -> {
                            if (error != null) {
                                failed.set(error);
                            }
                            free.release();
                        });
            }
            free.acquire(UNDER_WAY);
            rate = rate(before);
        }
        assertThat(failed.get()).isNull();
        check(keyspace, partitions);
        return rate;
    }

    private static double rate(long before) {
        return ROWS / ((System.nanoTime() - before) / 1e9);
    }

    private static void check(String keyspace, int partitions) {
        assertThat(server.rows("SELECT count(*) FROM " + keyspace + ".readings WHERE series = 's1'"))
                .containsExactly(String.valueOf(ROWS / partitions));
        server.execute("DROP KEYSPACE " + keyspace);
    }
}
