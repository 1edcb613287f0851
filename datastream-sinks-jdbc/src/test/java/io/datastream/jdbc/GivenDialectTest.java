package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.row.ColumnType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A dialect of the user, for a database whose own dialect is left aside. */
class GivenDialectTest {
    private final TestDatabase database = TestDatabase.h2(";DATABASE_TO_LOWER=TRUE;NON_KEYWORDS=VALUE,DAY");

    // region: dialect
    enum ByHand implements JdbcDialect {
        H2;

        @Override
        public String typeName(ColumnType type) {
            return switch (type) {
                case TEXT -> "varchar";
                case DOUBLE -> "double precision";
                case NUMERIC -> "decimal(40, 10)";
                case TIMESTAMP -> "timestamp(6) with time zone";
                case BYTES -> "varbinary";
                default -> type.name();
            };
        }

        @Override
        public String upsert(String table, List<String> columns, List<String> key) {
            return "MERGE INTO " + table + " (" + String.join(", ", columns) + ") KEY (" + String.join(", ", key)
                    + ") VALUES (" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
        }
    }
    // endregion

    @SuppressWarnings("ArrayRecordComponent") // columns of bytes are supported
    record All(
            String name,
            boolean flag,
            short small,
            int whole,
            long big,
            float single,
            double number,
            BigDecimal decimal,
            Instant moment,
            LocalDate day,
            byte[] bytes) {}

    @AfterEach
    void drop() {
        database.execute("SHUTDOWN");
    }

    private JdbcConnection connection() {
        return JdbcConnection.of(database.dataSource()).withDialect(ByHand.H2);
    }

    private static All all(String name, int number) {
        return new All(
                name,
                true,
                (short) 1,
                number,
                3,
                0.5f,
                1.5,
                new BigDecimal("2.5"),
                Instant.parse("2024-01-01T00:00:00.000001Z"),
                LocalDate.of(2024, 2, 29),
                new byte[] {1});
    }

    @Test
    void tableIsCreatedCheckedAndItsRowsReplaced() {
        JdbcSink<All> sink = JdbcSink.upsertInto("t", All.class, connection())
                .keyedBy("name")
                .createTable();
        database.write(sink, all("a", 1), all("b", 2));
        database.write(sink, all("b", 3));

        assertThat(database.rows(
                        "SELECT name, flag, small, whole, big, single, number, decimal, moment, day, bytes FROM t"
                                + " ORDER BY name"))
                .containsExactly(
                        "a|TRUE|1|1|3|0.5|1.5|2.5000000000|2024-01-01 00:00:00.000001+00|2024-02-29|\u0001",
                        "b|TRUE|1|3|3|0.5|1.5|2.5000000000|2024-01-01 00:00:00.000001+00|2024-02-29|\u0001");
    }

    @Test
    void tableThatDoesNotFitIsToldWithTheNamesOfTheDialect() {
        record Reading(String sensor, double value, String note) {}
        database.execute("CREATE TABLE t (sensor varchar PRIMARY KEY, value integer, need integer NOT NULL)");

        assertThatThrownBy(() ->
                        JdbcSink.upsertInto("t", Reading.class, connection()).open(TestDatabase.context()))
                .hasMessageContaining("column \"value\": INTEGER (expected: double precision)")
                .hasMessageContaining("column \"note\": missing (expected: ALTER TABLE \"public\".\"t\" ADD COLUMN"
                        + " \"note\" varchar)");
        assertThatThrownBy(() -> JdbcSink.upsertInto("t", Reading.class, connection())
                        .keyedBy("note")
                        .open(TestDatabase.context()))
                .hasMessageContaining("problems");
    }

    @Test
    void nameWithTheSignsOfAPatternIsOneName() {
        record Reading(String sensor, int value) {}
        database.execute("CREATE TABLE axb (sensor varchar, value varchar); CREATE TABLE \"a_b\" (sensor varchar, value"
                + " integer)");

        database.write(JdbcSink.appendTo("a_b", Reading.class, connection()), new Reading("a", 1));

        assertThat(database.rows("SELECT sensor FROM \"a_b\"")).containsExactly("a");
    }

    @Test
    void arraysAreRefused() {
        record Tagged(String id, List<String> tags) {}

        assertThatThrownBy(() -> JdbcSink.appendTo("t", Tagged.class, connection())
                        .createTable()
                        .open(TestDatabase.context()))
                .hasMessageContaining("an array (expected: PostgreSQL, as arrays are not written to H2");
    }
}
