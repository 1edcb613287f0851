package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

class SqliteSinkKitTest extends JdbcSinkKit {
    @TempDir
    Path folder;

    private String url;

    @SuppressWarnings("ArrayRecordComponent") // columns of bytes are supported
    record Mixed(
            String id,
            boolean flag,
            long big,
            double number,
            BigDecimal decimal,
            Instant moment,
            LocalDate day,
            UUID token,
            byte[] bytes) {}

    @BeforeEach
    void create() {
        url = "jdbc:sqlite:" + folder.resolve("test.db");
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl(url);
        database = new TestDatabase(source);
        createTable();
    }

    @Override
    void createTable() {
        database.execute("CREATE TABLE t (sensor varchar(100) PRIMARY KEY, value integer CHECK (value >= 0))");
    }

    @Override
    JdbcConnection connection() {
        return JdbcConnection.of(url);
    }

    @Test
    void everyTypeComesBack() {
        Mixed row = new Mixed(
                "it's \"\\\n\uD83D\uDE80",
                true,
                Long.MIN_VALUE,
                Double.NEGATIVE_INFINITY,
                new BigDecimal("123456789012345678901234567890.123456789"),
                Instant.parse("2013-11-25T23:59:59.123456789Z"),
                LocalDate.of(1999, 12, 31),
                new UUID(1, 2),
                new byte[] {0, -1, 39, 92});

        database.write(
                JdbcSink.upsertInto("mixed", Mixed.class, connection())
                        .keyedBy("id")
                        .createTable(),
                row);

        assertThat(database.rows("SELECT id, flag, big, number, decimal, moment, day, token, hex(bytes) FROM mixed"))
                .containsExactly(row.id() + "|1|-9223372036854775808|-Inf|123456789012345678901234567890.123456789|"
                        + "2013-11-25 23:59:59.123456|1999-12-31|00000000-0000-0001-0000-000000000002|00FF275C");
    }

    @Test
    void rowsOfOneTaskAreExactlyOnce() {
        database.execute("CREATE TABLE added (sensor text, value integer)");
        JdbcSink<Reading> sink =
                JdbcSink.appendTo("added", Reading.class, connection()).exactlyOnce();
        byte[] committed;
        try (SinkWriter<Reading> crashed = sink.open(TestDatabase.context())) {
            crashed.write(0, new Reading("a", 1));
            crashed.flush();
            committed = crashed.snapshot();
        }
        for (int i = 0; i < 2; i++) {
            sink.open(new SinkContext("pipeline", "sink", 0, 1, committed)).close();
            assertThat(database.rows("SELECT sensor, value FROM added")).containsExactly("a|1");
        }
    }

    @Test
    void severalTasksCannotBeExactlyOnce() {
        JdbcSink<Reading> sink =
                JdbcSink.appendTo("t", Reading.class, connection()).exactlyOnce();

        assertThatThrownBy(() -> sink.open(SinkContext.fresh("p", "s", 0, 2)))
                .hasMessage(
                        "table \"t\": 2 tasks write (expected: one for rows that are exactly once, as SQLite lets one"
                                + " write at a time; or upsertInto())");
    }
}
