package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class H2SinkTest extends JdbcContract {
    @BeforeEach
    void create() {
        // the queries of the contract leave names unquoted, for which PostgreSQL means lower case
        database = TestDatabase.h2(";DATABASE_TO_LOWER=TRUE;NON_KEYWORDS=VALUE,KEY,DAY");
    }

    @AfterEach
    void drop() {
        database.execute("SHUTDOWN");
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
                "table \"t\": does not exist (expected: CREATE TABLE \"t\" (\"sensor\" CHARACTER VARYING NOT NULL,"
                        + " \"value\" DOUBLE PRECISION NOT NULL, PRIMARY KEY (\"sensor\")); createTable() does that)");
    }

    @Test
    void allProblemsOfATableAreReportedAtOnce() {
        database.execute("CREATE TABLE \"t\" (\"sensor\" integer, \"other\" integer NOT NULL)");

        assertRefused(
                readings().keyedBy("sensor"),
                "table \"t\": 3 problems\n"
                        + "  column \"sensor\": INTEGER (expected: CHARACTER VARYING)\n"
                        + "  column \"value\": missing (expected: ALTER TABLE \"public\".\"t\" ADD COLUMN \"value\""
                        + " DOUBLE PRECISION)\n"
                        + "  key: \"sensor\" is not unique in the table (expected: ALTER TABLE \"public\".\"t\" ADD"
                        + " UNIQUE (\"sensor\"))");
    }

    @Test
    void lockTimeoutIsRetryableAndTheSameCallGoesOn() throws Exception {
        database.execute("CREATE TABLE t (sensor varchar(9) PRIMARY KEY, value double precision)");
        database.execute("INSERT INTO t VALUES ('a', 0)");
        database.execute("SET DEFAULT_LOCK_TIMEOUT 50");
        try (SinkWriter<Reading> writer = readings().open(TestDatabase.context());
                Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE t SET value = 1 WHERE sensor = 'a'");
            writer.write(0, new Reading("a", 2));

            assertThatThrownBy(writer::flush)
                    .isInstanceOfSatisfying(
                            SinkException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageStartingWith("table \"t\": Timeout trying to lock table");
            other.rollback();
            writer.flush();
        }

        assertThat(database.rows("SELECT sensor, value FROM t")).containsExactly("a|2.0");
    }

    @Test
    void jsonAndHypertablesAreRefused() {
        assertRefused(
                readings().withJson("sensor"),
                "table \"t\", column \"sensor\": JSON (expected: PostgreSQL, as H2 takes it as text alone)");
        assertRefused(
                readings().asHypertable("value"),
                "table \"t\": hypertable: H2 has none (expected: PostgreSQL with TimescaleDB)");
    }

    @Test
    void arraysAreRefused() {
        record Tagged(String id, List<String> tags) {}

        assertThatThrownBy(() -> JdbcSink.appendTo(
                                "t", Tagged.class, TestDatabase.h2("").dataSource())
                        .createTable()
                        .open(TestDatabase.context()))
                .hasMessage("table \"t\", column \"tags\": an array (expected: PostgreSQL, as arrays are not written to"
                        + " H2; or text of it, by column())");
    }
}
