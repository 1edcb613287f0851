package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.sink.SinkWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** How fast rows are written beside the plain driver's best way, in alternating rounds on one server. */
@EnabledIfSystemProperty(named = "throughput", matches = "true")
class PostgresThroughputIT {
    private static final int ROWS = Integer.getInteger("throughput.rows", 200_000);
    private static final int ROUNDS = 5;
    private static final int PLAIN_BATCH = 1_000;
    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");

    record Mean(String sensor, Instant at, double mean, long count) {}

    @FunctionalInterface
    private interface Way {
        void write(TestDatabase database, String url) throws Exception;
    }

    private static Mean mean(int i) {
        return new Mean("sensor-" + i % 1000, START.plusSeconds(60L * (i / 1000)), i * 0.1, i);
    }

    @Test
    void appends() throws Exception {
        compare(
                "appended",
                "",
                (database, url) -> {
                    try (Connection connection = DriverManager.getConnection(url, "postgres", "x")) {
                        connection.setAutoCommit(false);
                        CopyIn copy = connection
                                .unwrap(PGConnection.class)
                                .getCopyAPI()
                                .copyIn("COPY means (sensor, at, mean, count) FROM STDIN");
                        StringBuilder text = new StringBuilder();
                        for (int i = 0; i < ROWS; i++) {
                            Mean mean = mean(i);
                            text.append(mean.sensor())
                                    .append('\t')
                                    .append(mean.at())
                                    .append('\t')
                                    .append(mean.mean())
                                    .append('\t')
                                    .append(mean.count())
                                    .append('\n');
                            if (text.length() > 60_000) {
                                byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                                copy.writeToCopy(bytes, 0, bytes.length);
                                text.setLength(0);
                            }
                        }
                        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                        copy.writeToCopy(bytes, 0, bytes.length);
                        copy.endCopy();
                        connection.commit();
                    }
                },
                (database, url) -> write(JdbcSink.appendTo("means", Mean.class, connection(url))));
    }

    @Test
    void upserts() throws Exception {
        compare(
                "upserted",
                ", PRIMARY KEY (sensor, at)",
                (database, url) -> {
                    try (Connection connection =
                                    DriverManager.getConnection(url + "?reWriteBatchedInserts=true", "postgres", "x");
                            PreparedStatement insert = connection.prepareStatement(
                                    "INSERT INTO means (sensor, at, mean, count) VALUES (?, ?, ?, ?) ON CONFLICT"
                                            + " (sensor, at) DO UPDATE SET mean = EXCLUDED.mean, count ="
                                            + " EXCLUDED.count")) {
                        connection.setAutoCommit(false);
                        for (int i = 0; i < ROWS; i++) {
                            Mean mean = mean(i);
                            insert.setString(1, mean.sensor());
                            insert.setTimestamp(2, Timestamp.from(mean.at()));
                            insert.setDouble(3, mean.mean());
                            insert.setLong(4, mean.count());
                            insert.addBatch();
                            if (i % PLAIN_BATCH == PLAIN_BATCH - 1 || i == ROWS - 1) {
                                insert.executeBatch();
                                connection.commit();
                            }
                        }
                    }
                },
                (database, url) -> write(JdbcSink.upsertInto("means", Mean.class, connection(url))));
    }

    private static JdbcConnection connection(String url) {
        return JdbcConnection.of(url, "postgres", () -> "x");
    }

    private static void write(JdbcSink<Mean> sink) {
        try (SinkWriter<Mean> writer = sink.open(TestDatabase.context())) {
            for (int i = 0; i < ROWS; i++) {
                writer.write(0, mean(i));
            }
            writer.flush();
        }
    }

    private static void compare(String what, String key, Way plain, Way sink) throws Exception {
        double[] plainRates = new double[ROUNDS];
        double[] sinkRates = new double[ROUNDS];
        try (PostgresServer server = PostgresServer.start(true)) {
            for (int round = -1; round < ROUNDS; round++) { // the first one is not counted
                double ofPlain = rate(server, key, plain);
                double ofSink = rate(server, key, sink);
                if (round >= 0) {
                    plainRates[round] = ofPlain;
                    sinkRates[round] = ofSink;
                }
            }
        }
        Arrays.sort(plainRates);
        Arrays.sort(sinkRates);
        System.out.printf(
                Locale.ROOT,
                "PostgreSQL, %,d rows of 4 columns %s, median of %d rounds: plain driver %,.0f rows/s, sink %,.0f"
                        + " rows/s: %.2f of it%n",
                ROWS,
                what,
                ROUNDS,
                plainRates[ROUNDS / 2],
                sinkRates[ROUNDS / 2],
                sinkRates[ROUNDS / 2] / plainRates[ROUNDS / 2]);
    }

    private static double rate(PostgresServer server, String key, Way way) throws Exception {
        TestDatabase database = server.database();
        database.execute("CREATE TABLE means (sensor text, at timestamptz, mean float8, count bigint" + key + ")");
        long before = System.nanoTime();
        way.write(database, server.url(database));
        double seconds = (System.nanoTime() - before) / 1e9;
        assertThat(database.value("SELECT count(*) FROM means", Long.class)).isEqualTo(ROWS);
        return ROWS / seconds;
    }
}
