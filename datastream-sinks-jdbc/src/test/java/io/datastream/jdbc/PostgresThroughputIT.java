package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.sink.SinkWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * How fast rows are written beside what can be written by hand with the plain driver, from the same records, in
 * transactions of the same size, in turns on one server that waits for its disk.
 */
@EnabledIfSystemProperty(named = "throughput", matches = "true")
class PostgresThroughputIT {
    private static final int ROWS = Integer.getInteger("throughput.rows", 200_000);
    private static final int BATCH = Integer.getInteger("throughput.batch", JdbcSink.DEFAULT_BATCH_ROWS);
    private static final int ROUNDS = 5;
    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");
    private static final long EPOCH_2000_SECONDS = 946_684_800;
    private static final String COPY = "COPY means (sensor, at, mean, count) FROM STDIN";
    private static final String UPDATE =
            " ON CONFLICT (sensor, at) DO UPDATE SET mean = EXCLUDED.mean, count = EXCLUDED.count";

    private static PostgresServer server;

    record Mean(String sensor, Instant at, double mean, long count) {}

    @FunctionalInterface
    private interface Way {
        void write(String url) throws Exception;
    }

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

    private static Mean mean(int i) {
        return new Mean("sensor-" + i % 1000, START.plusSeconds(60L * (i / 1000)), i * 0.1, i);
    }

    @Test
    void appends() throws Exception {
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("sink", url -> write(JdbcSink.appendTo("means", Mean.class, connection(url))));
        ways.put("COPY of text", PostgresThroughputIT::copyText);
        ways.put("COPY of bytes", url -> {
            try (Connection connection = connected(url)) {
                for (int from = 0; from < ROWS; from += BATCH) {
                    copyBytes(connection, COPY, from);
                    connection.commit();
                }
            }
        });
        compare("appended", "", ways);
    }

    @Test
    void upserts() throws Exception {
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("sink", url -> write(JdbcSink.upsertInto("means", Mean.class, connection(url))));
        ways.put("batched INSERT", PostgresThroughputIT::insertBatches);
        ways.put("COPY and INSERT", PostgresThroughputIT::copyAndInsert);
        compare("upserted", ", PRIMARY KEY (sensor, at)", ways);
    }

    private static JdbcConnection connection(String url) {
        return JdbcConnection.of(url, "postgres", () -> "x");
    }

    private static void write(JdbcSink<Mean> sink) {
        try (SinkWriter<Mean> writer =
                sink.withBatch(BATCH, Duration.ofMinutes(1)).open(TestDatabase.context())) {
            for (int i = 0; i < ROWS; i++) {
                writer.write(0, mean(i));
            }
            writer.flush();
        }
    }

    // ---- by hand

    private static Connection connected(String url) throws SQLException {
        Connection connection = DriverManager.getConnection(url, "postgres", "x");
        connection.setAutoCommit(false);
        return connection;
    }

    private static CopyIn copy(Connection connection, String sql) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    }

    private static int end(int from) {
        return Math.min(ROWS, from + BATCH);
    }

    private static void copyText(String url) throws SQLException {
        try (Connection connection = connected(url)) {
            StringBuilder text = new StringBuilder();
            for (int from = 0; from < ROWS; from += BATCH) {
                CopyIn copy = copy(connection, COPY);
                for (int i = from; i < end(from); i++) {
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
                        send(copy, text);
                    }
                }
                send(copy, text);
                copy.endCopy();
                connection.commit();
            }
        }
    }

    private static void send(CopyIn copy, StringBuilder text) throws SQLException {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        text.setLength(0);
    }

    private static void copyBytes(Connection connection, String sql, int from) throws SQLException {
        CopyIn copy = copy(connection, sql + " (FORMAT binary)");
        ByteBuffer bytes = ByteBuffer.allocate(70_000);
        bytes.put("PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(0)
                .putInt(0);
        for (int i = from; i < end(from); i++) {
            Mean mean = mean(i);
            byte[] sensor = mean.sensor().getBytes(StandardCharsets.UTF_8);
            Instant at = mean.at();
            bytes.putShort((short) 4).putInt(sensor.length).put(sensor);
            bytes.putInt(8).putLong((at.getEpochSecond() - EPOCH_2000_SECONDS) * 1_000_000 + at.getNano() / 1000);
            bytes.putInt(8).putDouble(mean.mean()).putInt(8).putLong(mean.count());
            if (bytes.position() > 65_000) {
                copy.writeToCopy(bytes.array(), 0, bytes.position());
                bytes.clear();
            }
        }
        bytes.putShort((short) -1);
        copy.writeToCopy(bytes.array(), 0, bytes.position());
        copy.endCopy();
    }

    private static void insertBatches(String url) throws SQLException {
        try (Connection connection = connected(url + "?reWriteBatchedInserts=true");
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO means (sensor, at, mean, count) VALUES (?, ?, ?, ?)" + UPDATE)) {
            for (int from = 0; from < ROWS; from += BATCH) {
                for (int i = from; i < end(from); i++) {
                    Mean mean = mean(i);
                    insert.setString(1, mean.sensor());
                    insert.setTimestamp(2, Timestamp.from(mean.at()));
                    insert.setDouble(3, mean.mean());
                    insert.setLong(4, mean.count());
                    insert.addBatch();
                }
                insert.executeBatch();
                connection.commit();
            }
        }
    }

    private static void copyAndInsert(String url) throws SQLException {
        try (Connection connection = connected(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE fresh (LIKE means) ON COMMIT DELETE ROWS");
            for (int from = 0; from < ROWS; from += BATCH) {
                copyBytes(connection, COPY.replace("means", "fresh"), from);
                statement.execute("INSERT INTO means (sensor, at, mean, count) SELECT * FROM fresh" + UPDATE);
                connection.commit();
            }
        }
    }

    // ---- measuring

    private static void compare(String what, String key, Map<String, Way> ways) throws Exception {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int round = -1; round < ROUNDS; round++) { // the first one is not counted
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                double rate = rate(key, way.getValue());
                if (round >= 0) {
                    rates.computeIfAbsent(way.getKey(), name -> new ArrayList<>())
                            .add(rate);
                }
            }
        }
        rates.values().forEach(list -> list.sort(null));
        double ofSink = rates.get("sink").get(ROUNDS / 2);
        rates.forEach((way, list) -> System.out.printf(
                Locale.ROOT,
                "PostgreSQL, %,d rows of 4 columns %s, %,d to a transaction, median of %d: %-15s %,9.0f rows/s (%,.0f to"
                        + " %,.0f), sink is %.2f of it%n",
                ROWS,
                what,
                BATCH,
                ROUNDS,
                way,
                list.get(ROUNDS / 2),
                list.get(0),
                list.get(ROUNDS - 1),
                ofSink / list.get(ROUNDS / 2)));
    }

    private static double rate(String key, Way way) throws Exception {
        TestDatabase database = server.database();
        database.execute("CREATE TABLE means (sensor text, at timestamptz, mean float8, count bigint" + key + ")");
        long before = System.nanoTime();
        way.write(server.url(database));
        double seconds = (System.nanoTime() - before) / 1e9;
        assertThat(database.value("SELECT count(*) FROM means", Long.class)).isEqualTo(ROWS);
        return ROWS / seconds;
    }
}
