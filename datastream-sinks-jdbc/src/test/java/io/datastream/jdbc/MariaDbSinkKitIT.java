package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.SinkException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MariaDbSinkKitIT extends JdbcSinkKit {
    private static MariaDbServer server;

    @SuppressWarnings("ArrayRecordComponent") // columns of bytes are supported
    record Mixed(
            String id,
            boolean flag,
            short small,
            int whole,
            long big,
            float single,
            double number,
            BigDecimal decimal,
            Instant moment,
            LocalDate day,
            UUID token,
            byte[] bytes,
            String text) {}

    @BeforeAll
    static void start() throws Exception {
        server = MariaDbServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void create() throws Exception {
        database = server.database();
        createTable();
    }

    @Override
    String numbered() {
        return "id bigint AUTO_INCREMENT PRIMARY KEY";
    }

    @Override
    JdbcConnection connection() {
        return JdbcConnection.of(server.url(), MariaDbServer.USER, () -> "x");
    }

    @Override
    protected Server server() {
        return new Server() {
            @Override
            public void stop() {
                server.kill();
            }

            @Override
            public void start() throws Exception {
                server.restart();
            }
        };
    }

    @Test
    void everyTypeComesBack() {
        Mixed row = new Mixed(
                "a",
                true,
                Short.MIN_VALUE,
                Integer.MAX_VALUE,
                Long.MIN_VALUE,
                1.5f,
                Math.PI,
                new BigDecimal("12345678901234567890.125"),
                Instant.parse("2013-11-25T23:59:59.123456789Z"),
                LocalDate.of(1999, 12, 31),
                new UUID(1, 2),
                new byte[] {0, -1, 39, 92},
                "it's `\"\\\n\0 \uD83D\uDE80");
        JdbcSink<Mixed> sink = JdbcSink.upsertInto("mixed", Mixed.class, connection())
                .keyedBy("id")
                .createTable();

        database.write(sink, row, new Mixed("A", false, (short) 0, 0, 0, 0, 0, null, null, null, null, null, null));

        assertThat(database.rows(
                        "SELECT id, flag, small, whole, big, single, number, moment, day, token, text, hex(bytes)"
                                + " FROM mixed WHERE id = 'a'"))
                .containsExactly("a|1|-32768|2147483647|-9223372036854775808|1.5|3.141592653589793|2013-11-25"
                        + " 23:59:59.123456|1999-12-31|00000000-0000-0001-0000-000000000002|" + row.text()
                        + "|00FF275C");
        assertThat(database.value(
                        "SELECT decimal FROM mixed WHERE id = 'a'".replace("decimal", "`decimal`"), BigDecimal.class))
                .isEqualByComparingTo(row.decimal());
        assertThat(database.value("SELECT count(*) FROM mixed", Long.class)).isEqualTo(2);
    }

    @Test
    void numbersThatTheDatabaseDoesNotHaveAreRefused() {
        record Value(String id, double value) {}
        JdbcSink<Value> sink = JdbcSink.upsertInto("v", Value.class, connection())
                .keyedBy("id")
                .createTable();

        List<String> refused = database.refused(
                sink, new Value("good", 1), new Value("bad", Double.NaN), new Value("worse", Double.NEGATIVE_INFINITY));

        assertThat(refused).hasSize(2);
        assertThat(refused.get(0)).startsWith("table \"v\", row id=bad: NaN (expected: a finite number");
        assertThat(database.rows("SELECT id FROM v")).containsExactly("good");
    }

    @Test
    void aSecondUniqueKeyIsRefusedAsItWouldReplaceOtherRows() {
        database.execute("CREATE TABLE two (sensor varchar(9) PRIMARY KEY, value int UNIQUE)");

        assertThatThrownBy(() ->
                        JdbcSink.upsertInto("two", Reading.class, connection()).open(TestDatabase.context()))
                .isInstanceOf(SinkException.class)
                .hasMessageStartingWith("table \"two\", unique keys: [[")
                .hasMessageContaining("(expected: one, as MariaDB would replace rows by any of them)");
    }
}
