package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresSinkIT extends JdbcContract {
    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = PostgresServer.start(false);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void create() {
        database = server.database();
    }

    private JdbcSink<Reading> readings() {
        return JdbcSink.upsertInto("t", Reading.class, database.dataSource());
    }

    private void assertRefused(JdbcSink<?> sink, String message) {
        assertThatThrownBy(() -> sink.open(TestDatabase.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessage(message);
    }

    @Test
    void missingTableIsReportedWithItsStatement() {
        assertRefused(
                readings().keyedBy("sensor"),
                "table \"t\": does not exist (expected: CREATE TABLE \"t\" (\"sensor\" text NOT NULL,"
                        + " \"value\" double precision NOT NULL, PRIMARY KEY (\"sensor\")); createTable() does that)");
    }

    @Test
    void wrongTypeIsReported() {
        database.execute("CREATE TABLE t (sensor text PRIMARY KEY, value numeric(10, 2))");

        assertRefused(readings(), "table \"t\", column \"value\": numeric(10,2) (expected: double precision)");
    }

    @Test
    void allProblemsOfATableAreReportedAtOnce() {
        database.execute("CREATE TABLE t (sensor integer, other integer NOT NULL)");

        assertRefused(
                readings().keyedBy("sensor"),
                "table \"t\": 3 problems\n"
                        + "  column \"sensor\": integer (expected: text)\n"
                        + "  column \"value\": missing (expected: ALTER TABLE \"public\".\"t\" ADD COLUMN \"value\""
                        + " double precision)\n"
                        + "  key: \"sensor\" is not unique in the table (expected: ALTER TABLE \"public\".\"t\" ADD"
                        + " UNIQUE (\"sensor\"))");
    }

    @Test
    void columnThatMustBeWrittenButIsNotIsReported() {
        database.execute("CREATE TABLE t (sensor text PRIMARY KEY, value float8, site text NOT NULL,"
                + " n bigint GENERATED ALWAYS AS IDENTITY)");

        assertRefused(
                readings(),
                "table \"t\", column \"site\": not null, but not written (expected: ALTER TABLE \"public\".\"t\""
                        + " ALTER COLUMN \"site\" DROP NOT NULL, or a default)");
    }

    @Test
    void uniqueIndexThatAnUpsertCannotUseIsNotTakenForAKey() {
        database.execute("CREATE TABLE t (sensor text, value float8)");
        database.execute("CREATE UNIQUE INDEX ON t (sensor) WHERE value > 0");
        database.execute("CREATE UNIQUE INDEX ON t (lower(sensor))");
        database.execute("CREATE UNIQUE INDEX ON t (sensor, value)");
        database.execute("ALTER TABLE t ADD UNIQUE (sensor) DEFERRABLE");

        assertRefused(
                readings().keyedBy("sensor"),
                "table \"t\", key: \"sensor\" is not unique in the table (expected: ALTER TABLE \"public\".\"t\" ADD"
                        + " UNIQUE (\"sensor\"))");
    }

    @Test
    void uniqueIndexWithFurtherColumnsIncludedIsAKey() {
        database.execute("CREATE TABLE t (sensor text, value float8)");
        database.execute("CREATE UNIQUE INDEX ON t (sensor) INCLUDE (value)");

        database.write(readings().keyedBy("sensor"), new Reading("a", 1), new Reading("a", 2));

        assertThat(database.rows("SELECT sensor, value FROM t")).containsExactly("a|2");
    }

    @Test
    void textGoesToEnumsDomainsAndJson() {
        record Row(String id, Side side, String json, String word, int count) {}
        database.execute("CREATE TYPE \"Odd \"\"side\" AS ENUM ('BUY', 'SELL')");
        database.execute("CREATE DOMAIN word AS varchar(5) CHECK (value <> 'bad')");
        database.execute("CREATE TABLE t (id text PRIMARY KEY, side \"Odd \"\"side\", json jsonb, word word,"
                + " count numeric)");
        JdbcSink<Row> sink = JdbcSink.upsertInto("t", Row.class, database.dataSource());

        database.write(sink, new Row("a", Side.SELL, "{\"x\": [1, null]}", "good", 1));
        List<String> refused = database.refused(
                sink,
                new Row("b", Side.BUY, "{", "good", 1),
                new Row("c", Side.BUY, "{}", "bad", 1),
                new Row("d", null, null, null, 1));

        assertThat(refused).hasSize(2);
        assertThat(refused.get(0)).startsWith("table \"t\", row id=b: ");
        assertThat(refused.get(1)).startsWith("table \"t\", row id=c: ");

        assertThat(database.rows("SELECT id, side, json, word, count FROM t ORDER BY id"))
                .containsExactly("a|SELL|{\"x\": [1, null]}|good|1", "d|null|null|null|1");
    }

    @Test
    void nameLongerThanTheLimitIsRefusedInsteadOfCut() {
        String fits = "\u00e9".repeat(31) + "x";
        JdbcSink<Reading> sink = JdbcSink.upsertInto(fits, Reading.class, database.dataSource());
        database.write(sink.keyedBy("sensor").createTable(), new Reading("a", 1));

        assertThat(database.rows("SELECT sensor FROM \"" + fits + "\"")).containsExactly("a");
        assertRefused(
                JdbcSink.upsertInto(fits + "y", Reading.class, database.dataSource())
                        .keyedBy("sensor")
                        .createTable(),
                "table \"" + fits + "y\": the name has 64 bytes (expected: at most 63, PostgreSQL's limit)");
        assertRefused(
                readings().renaming("value", fits + "z").keyedBy("sensor").createTable(),
                "table \"t\", column \"" + fits + "z\": the name has 64 bytes (expected: at most 63, PostgreSQL's"
                        + " limit)");
    }

    @Test
    void textWithANulCharacterIsRefusedAndNamed() {
        assertThat(database.refused(
                        readings().keyedBy("sensor").createTable(), new Reading("good", 1), new Reading("b\0d", 2)))
                .singleElement()
                .asString()
                .startsWith("table \"t\", row sensor=b\\u0000d: ");

        assertThat(database.rows("SELECT sensor FROM t")).containsExactly("good");
    }

    @Test
    void deferredConstraintBlamesTheRow() {
        database.execute("CREATE TABLE site (name text PRIMARY KEY)");
        database.execute("INSERT INTO site VALUES ('known')");
        database.execute("CREATE TABLE t (sensor text PRIMARY KEY REFERENCES site DEFERRABLE INITIALLY DEFERRED,"
                + " value float8)");

        assertThat(database.refused(readings(), new Reading("unknown", 1), new Reading("known", 2)))
                .singleElement()
                .asString()
                .startsWith("table \"t\", row sensor=unknown: ");

        assertThat(database.rows("SELECT sensor FROM t")).containsExactly("known");
    }

    @Test
    void keysThatOnlyTheDatabaseTakesAsEqualAreWrittenInOrder() {
        database.execute("CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
        database.execute("CREATE TABLE t (sensor text COLLATE nocase PRIMARY KEY, value float8)");

        database.write(readings(), new Reading("a", 1), new Reading("b", 2), new Reading("A", 3));

        assertThat(database.rows("SELECT sensor, value FROM t ORDER BY value")).containsExactly("b|2", "a|3");
    }

    @Test
    void tableThatVanishesIsFatalAndBlamesNoRow() {
        database.execute("CREATE TABLE t (sensor text PRIMARY KEY, value float8)");
        try (SinkWriter<Reading> writer = readings().open(TestDatabase.context())) {
            database.execute("ALTER TABLE t RENAME TO elsewhere");
            writer.write(0, new Reading("a", 1));

            assertThatThrownBy(writer::flush)
                    .isInstanceOfSatisfying(
                            SinkException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessage("table \"t\": ERROR: relation \"public.t\" does not exist (SQLSTATE 42P01)");
        }
    }

    @Test
    void databaseThatDoesNotExistIsFatal() {
        JdbcConnection nowhere = JdbcConnection.of(server.url(database) + "x", "postgres", () -> "hunter2");

        assertThatThrownBy(() -> JdbcSink.upsertInto("t", nowhere).open(TestDatabase.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("(SQLSTATE 3D000)")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void otherValuesOfARefusedRowAreNotTold() {
        record Secretive(String id, String note, int count) {}
        database.execute("CREATE TABLE t (id text PRIMARY KEY, note text, count int CHECK (count > 0))");
        JdbcConnection connection = JdbcConnection.of(server.url(database), "postgres", () -> "x");

        assertThatThrownBy(() -> database.write(
                        JdbcSink.upsertInto("t", Secretive.class, connection), new Secretive("a", "private", 0)))
                .hasMessageContaining("row id=a: ")
                .hasStackTraceContaining("t_count_check")
                .satisfies(e -> assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                        .doesNotContain("private"));
    }

    @Test
    void connectionEndedByTheServerIsRetryableAndTheSameCallGoesOn() throws Exception {
        database.execute("CREATE TABLE t (sensor text PRIMARY KEY, value float8)");
        try (SinkWriter<Reading> writer =
                        readings().withBatch(2, JdbcSink.DEFAULT_BATCH_TIME).open(TestDatabase.context());
                Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            writer.write(0, new Reading("a", 1));
            writer.write(0, new Reading("b", 2));
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE pid <> pg_backend_pid() AND datname = current_database()");

            Reading third = new Reading("c", 3);
            assertThatThrownBy(() -> writer.write(0, third))
                    .isInstanceOfSatisfying(
                            SinkException.class,
                            e -> assertThat(e.isRetryable()).isTrue());
            writer.write(0, third);
            writer.flush();
        }

        assertThat(database.rows("SELECT sensor FROM t ORDER BY sensor")).containsExactly("a", "b", "c");
    }

    @Test
    void noTransactionStaysOpenBetweenBatches() {
        try (SinkWriter<Reading> writer =
                readings().keyedBy("sensor").createTable().open(TestDatabase.context())) {
            assertThat(openTransactions()).isZero();
            writer.write(0, new Reading("a", 1));
            writer.flush();
            assertThat(openTransactions()).isZero();
        }
    }

    private long openTransactions() {
        return database.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND state LIKE 'idle in transaction%'",
                Long.class);
    }

    @Test
    void tasksThatCreateTheTableAtTheSameMomentAllGoOn() throws Exception {
        int tasks = 8;
        JdbcSink<Reading> sink = readings().keyedBy("sensor").createTable();
        CyclicBarrier barrier = new CyclicBarrier(tasks);
        ExecutorService threads = Executors.newFixedThreadPool(tasks);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                Reading reading = new Reading("s" + i, i);
                running.add(threads.submit(() -> {
                    barrier.await();
                    database.write(sink, reading);
                    return null;
                }));
            }
            for (Future<?> task : running) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(database.value("SELECT count(*) FROM t", Long.class)).isEqualTo(tasks);
    }
}
