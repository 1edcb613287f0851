package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.Guarantee;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.row.ColumnType;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcSinkTest {
    record Reading(String sensor, double value) {}

    private final TestDatabase database = TestDatabase.h2("");

    private JdbcSink<Reading> sink() {
        return JdbcSink.upsertInto("t", Reading.class, database.dataSource());
    }

    private static <T> T shipped(T value) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked")
            T copy = (T) in.readObject();
            return copy;
        }
    }

    @Test
    void upsertIsEffectivelyOnceAndAppendAtLeastOnce() {
        assertThat(sink().guarantee()).isEqualTo(Guarantee.EFFECTIVELY_ONCE);
        assertThat(JdbcSink.appendTo("t", database.dataSource()).guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
    }

    @Test
    void sinkMadeOfAUrlCanBeShipped() throws Exception {
        String url = "jdbc:h2:mem:shipped;DB_CLOSE_DELAY=-1";
        JdbcSink<Reading> sink = JdbcSink.<Reading>upsertInto("t", JdbcConnection.of(url, "sa", () -> "secret"))
                .column("sensor", Reading::sensor, ColumnType.TEXT)
                .column("double", reading -> reading.value() * 2, ColumnType.DOUBLE)
                .withEventTime("at")
                .keyedBy("sensor", "at")
                .createTable();

        try (SinkWriter<Reading> writer = shipped(sink).open(TestDatabase.context())) {
            writer.write(1_000_000_000L, new Reading("a", 21));
            writer.flush();
        }

        org.h2.jdbcx.JdbcDataSource source = new org.h2.jdbcx.JdbcDataSource();
        source.setURL(url);
        source.setUser("sa");
        source.setPassword("secret");
        assertThat(new TestDatabase(source).rows("SELECT \"sensor\", \"double\", \"at\" FROM \"t\""))
                .containsExactly("a|42.0|1970-01-01 00:00:01+00");
    }

    @Test
    void shippedSinkThatLostItsDataSourceSaysSo() throws Exception {
        JdbcSink<Reading> shipped = shipped(sink());

        assertThat(shipped).hasToString("upsert into table \"t\" of a data source of another JVM");
        assertThatThrownBy(() -> shipped.open(TestDatabase.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessage("data source: lost, as the sink was shipped to another JVM (expected: a sink made with"
                        + " JdbcConnection.of(url, user, password))");
    }

    @Test
    void textShowsTheTableAndNoSecret() {
        JdbcConnection connection = JdbcConnection.of("jdbc:h2:mem:x;PASSWORD=hunter2", "u", () -> "hunter2");

        assertThat(JdbcSink.appendTo("t", connection).inSchema("s"))
                .hasToString("append to table \"s\".\"t\" of jdbc:h2:mem:x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b"})
    void nameThatNoDatabaseTakesIsRefused(String name) {
        assertThatThrownBy(() -> JdbcSink.upsertInto(name, database.dataSource()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("table: \"" + name.replace("\0", "\\0")
                        + "\" (expected: a name of at least one character, none of them NUL)");
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> sink().withBatch(0, Duration.ZERO)).hasMessage("rows: 0 (expected: from 1 to 100000)");
        assertThatThrownBy(() -> sink().withBatch(1, Duration.ofSeconds(-1)))
                .hasMessage("longest: PT-1S (expected: from 0 to a day)");
        assertThatThrownBy(() -> sink().withNetworkTimeout(Duration.ZERO))
                .hasMessage("timeout: PT0S (expected: from a second to a day)");
        assertThatThrownBy(() -> sink().keyedBy()).hasMessage("key: none (expected: at least one column)");
        assertThatThrownBy(() -> JdbcSink.appendTo("t", database.dataSource()).keyedBy("a"))
                .hasMessage("table \"t\": rows are appended (expected: no key, or upsertInto())");
    }

    @Test
    void upsertWithoutAKeyIsRefused() {
        assertThatThrownBy(() -> sink().createTable().open(TestDatabase.context()))
                .hasMessage("table \"t\": no key (expected: keyedBy() with some of \"sensor\", \"value\")");
        assertThatThrownBy(() -> sink().createTable().keyedBy("x").open(TestDatabase.context()))
                .hasMessage("table \"t\", key \"x\": is not a column of the sink (expected: one of \"sensor\","
                        + " \"value\")");
    }

    @Test
    void primaryKeyThatIsNotWrittenIsRefused() {
        database.execute("CREATE TABLE \"t\" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                + " \"sensor\" varchar, \"value\" double precision)");

        assertThatThrownBy(() -> sink().open(TestDatabase.context()))
                .hasMessage("table \"t\", primary key: \"ID\", of which \"ID\" is not written (expected: keyedBy()"
                        + " with columns of \"sensor\", \"value\" that are unique)");
    }

    @Test
    void tableIsLookedForAtTheStartEvenWhenItsColumnsAreNotKnownYet() {
        assertThatThrownBy(() -> JdbcSink.upsertInto("t", database.dataSource()).open(TestDatabase.context()))
                .hasMessage("table \"t\": does not exist (expected: a table made beforehand, or createTable())");
    }

    @Test
    void windowsInATableWithoutPrimaryKeyNeedAUniqueOne() {
        database.execute("CREATE TABLE \"t\" (\"key\" varchar, \"window_start\" timestamp(6) with time zone,"
                + " \"window_end\" timestamp(6) with time zone, \"value\" double precision)");
        JdbcSink<Object> sink = JdbcSink.upsertInto("t", database.dataSource());

        assertThatThrownBy(() -> database.write(sink, new Windowed<>("a", new Window(0, 1000), 1.0)))
                .hasMessage("table \"t\", key: \"key\", \"window_start\", \"window_end\" is not unique in the table"
                        + " (expected: ALTER TABLE \"PUBLIC\".\"t\" ADD UNIQUE (\"key\", \"window_start\","
                        + " \"window_end\"))");
    }

    @Test
    void namesThatTheTableStoresInUpperCaseAreFound() {
        database.execute("CREATE TABLE t (sensor varchar PRIMARY KEY, \"VALUE\" double precision)");

        database.write(sink(), new Reading("a", 1), new Reading("a", 2));

        assertThat(database.rows("SELECT sensor, \"VALUE\" FROM t")).containsExactly("a|2.0");
    }

    @Test
    void columnsThatDifferInCaseAloneCannotShareOne() {
        database.execute("CREATE TABLE t (a varchar PRIMARY KEY)");
        JdbcSink<Reading> sink = JdbcSink.<Reading>upsertInto("t", database.dataSource())
                .column("a", Reading::sensor, ColumnType.TEXT)
                .column("A", Reading::sensor, ColumnType.TEXT);

        assertThatThrownBy(() -> sink.open(TestDatabase.context()))
                .hasMessage("table \"t\", column \"A\": written twice (expected: names that differ by more than case)");
    }

    @Test
    void unknownDatabaseIsRefusedWithTheSupportedOnes() {
        assertThatThrownBy(() -> Dialects.named("Apache Derby", "10.17"))
                .hasMessage(
                        "database: Apache Derby 10.17 (expected: PostgreSQL or H2 or MariaDB or SQLite, or withDialect())");
    }
}
