package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.row.ColumnType;
import io.datastream.sink.row.RowMapping;
import io.datastream.testkit.Await;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Appends by COPY give what inserts give. */
class PostgresCopyIT {
    private static PostgresServer server;
    private TestDatabase database;

    record Note(String text, int value) {}

    @SuppressWarnings("ArrayRecordComponent") // columns of bytes are supported
    record Mixed(
            Boolean flag,
            Short small,
            Integer whole,
            Long big,
            Float single,
            Double number,
            BigDecimal decimal,
            Instant moment,
            LocalDate day,
            UUID token,
            byte[] bytes,
            String text) {}

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

    private JdbcSink<Note> notes() {
        return JdbcSink.appendTo("t", Note.class, database.dataSource()).createTable();
    }

    private boolean wasCopied() {
        return database.value("SELECT bool_and(way = 'COPY') FROM ways", Boolean.class);
    }

    /** Has the server note by which statement each row came. */
    private void watch() {
        database.execute("CREATE TABLE ways (way text)");
        database.execute("CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ways VALUES"
                + " (upper(substr(ltrim(current_query()), 1, 4))); RETURN NEW; END $$");
        database.execute("CREATE TRIGGER watch BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION watch()");
    }

    @Test
    void appendedRowsAreCopiedAndReplacedOnesAreNot() {
        database.execute("CREATE TABLE t (text text PRIMARY KEY, value integer)");
        watch();

        database.write(notes(), new Note("a", 1), new Note("b", 2));
        assertThat(wasCopied()).isTrue();

        database.write(JdbcSink.upsertInto("t", Note.class, database.dataSource()), new Note("c", 3));
        assertThat(database.rows("SELECT way, count(*) FROM ways GROUP BY way ORDER BY way"))
                .containsExactly("COPY|2", "INSE|1");
    }

    @Test
    void partitionedTablesAreCopiedInto() {
        database.execute("CREATE TABLE t (text text, value integer) PARTITION BY RANGE (value)");
        database.execute("CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (10)");
        database.execute("CREATE TABLE high PARTITION OF t FOR VALUES FROM (10) TO (20)");
        watch();

        List<String> refused = database.refused(notes(), new Note("a", 1), new Note("nowhere", 20), new Note("b", 12));

        assertThat(database.rows("SELECT text FROM low")).containsExactly("a");
        assertThat(database.rows("SELECT text FROM high")).containsExactly("b");
        assertThat(refused).singleElement().asString().startsWith("table \"t\", row text=nowhere, value=20: ");
        assertThat(wasCopied()).isTrue();
    }

    @Test
    void rowsOfPartitionedTablesAreReplaced() {
        database.execute("CREATE TABLE t (text text, value integer, note integer, PRIMARY KEY (text, value))"
                + " PARTITION BY RANGE (value)");
        database.execute("CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (10)");
        database.execute("CREATE TABLE high PARTITION OF t FOR VALUES FROM (10) TO (20)");
        record Noted(String text, int value, int note) {}
        JdbcSink<Noted> sink = JdbcSink.upsertInto("t", Noted.class, database.dataSource());

        database.write(sink, new Noted("a", 1, 1), new Noted("a", 12, 1));
        List<String> refused = database.refused(sink, new Noted("a", 12, 2), new Noted("nowhere", 20, 2));

        assertThat(database.rows("SELECT text, note FROM low")).containsExactly("a|1");
        assertThat(database.rows("SELECT text, note FROM high")).containsExactly("a|2");
        assertThat(refused).singleElement().asString().startsWith("table \"t\", row text=nowhere, value=20: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE RULE r AS ON INSERT TO t WHERE false DO INSTEAD NOTHING",
                "ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u"
            })
    void whereCopyIsOfNoUseRowsAreInserted(String change) {
        database.execute("CREATE TABLE t (text text, value integer)");
        database.execute(change);

        database.write(notes(), new Note("a", 1));

        assertThat(database.rows("SELECT text, value FROM t")).containsExactly("a|1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\\N",
                "\\.",
                "\\",
                "\\\\x41",
                "tab\there",
                "line\nbreak\r\n",
                "'; DROP TABLE t; --",
                "\"",
                "NULL",
                "\b\f\u000b\u0001\u007f",
                "\u00e9\u4e16\uD83D\uDE80",
                "\u2028\uFEFF"
            })
    void everyTextComesBack(String text) {
        database.write(notes(), new Note(text, 1), new Note(null, 2), new Note("x" + text + text, 3));

        assertThat(database.rows("SELECT text FROM t ORDER BY value")).containsExactly(text, "null", "x" + text + text);
        assertThat(database.value("SELECT count(*) FROM t WHERE text IS NULL", Long.class))
                .isEqualTo(1);
    }

    @Test
    void veryLongTextComesBack() {
        String text = "\\ab\t\u00e9".repeat(500_000);

        database.write(notes(), new Note(text, 1));

        assertThat(database.value("SELECT text FROM t", String.class)).isEqualTo(text);
    }

    @Test
    void copiedValuesEqualInsertedOnes() {
        long seed = 11;
        Random random = new Random(seed);
        List<Mixed> rows = new ArrayList<>();
        rows.add(new Mixed(null, null, null, null, null, null, null, null, null, null, null, null));
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            rows.add(new Mixed(
                    random.nextBoolean(),
                    (short) random.nextInt(),
                    random.nextInt(),
                    random.nextLong(),
                    i == 1 ? Float.NaN : Float.intBitsToFloat(random.nextInt()),
                    i == 2 ? Double.NEGATIVE_INFINITY : Double.longBitsToDouble(random.nextLong()),
                    new BigDecimal(random.nextLong()).scaleByPowerOfTen(random.nextInt(60) - 30),
                    Instant.ofEpochSecond(random.nextInt() * 40L, random.nextInt(1_000_000_000)),
                    LocalDate.ofEpochDay(random.nextInt(1_000_000) - 500_000),
                    new UUID(random.nextLong(), random.nextLong()),
                    bytes,
                    "text " + i));
        }
        Mixed[] all = rows.toArray(new Mixed[0]);
        JdbcSink<Mixed> copied =
                JdbcSink.appendTo("copied", Mixed.class, database.dataSource()).createTable();
        database.write(copied, all);
        database.execute("CREATE TABLE t (LIKE copied)");
        database.execute("ALTER TABLE t ENABLE ROW LEVEL SECURITY"); // so that rows are inserted
        database.write(JdbcSink.appendTo("t", Mixed.class, database.dataSource()), all);

        assertThat(database.rows(
                        "(SELECT * FROM copied EXCEPT SELECT * FROM t) UNION ALL (SELECT * FROM t EXCEPT SELECT"
                                + " * FROM copied)"))
                .as("seed %d", seed)
                .isEmpty();
        assertThat(database.value("SELECT count(*) FROM copied", Long.class)).isEqualTo(501);
    }

    @Test
    void columnsOfOtherTypesReadTheirValues() {
        database.execute("CREATE TYPE side AS ENUM ('BUY', 'SELL')");
        database.execute("CREATE DOMAIN positive AS integer CHECK (value > 0)");
        database.execute("CREATE TABLE t (side side, json jsonb, value positive, real float8, big numeric)");
        record Order(String side, String json, int value, float real, long big) {}

        List<String> refused = database.refused(
                JdbcSink.appendTo("t", Order.class, database.dataSource()),
                new Order("SELL", "{\"a\": [1, null, \"\\n\"]}", 1, 1.1f, Long.MAX_VALUE),
                new Order("HOLD", "{}", 1, 1, 1),
                new Order("BUY", "{", 1, 1, 1),
                new Order("BUY", "{}", 0, 1, 1));

        assertThat(database.rows("SELECT side, json, value, real::float4, big FROM t"))
                .containsExactly("SELL|{\"a\": [1, null, \"\\n\"]}|1|1.1|9223372036854775807");
        assertThat(database.value("SELECT real FROM t", Double.class)).isEqualTo(1.1f);
        assertThat(refused).hasSize(3);
    }

    @Test
    void refusedRowsStopNoNeighbours() {
        database.execute("CREATE TABLE t (text varchar(5), value integer CHECK (value >= 0))");
        Note[] notes = new Note[1000];
        for (int i = 0; i < notes.length; i++) {
            notes[i] = new Note(i == 500 ? "long er" : "n" + i, i == 3 || i == 999 ? -1 : i);
        }
        notes[700] = new Note("n\0", 1);

        List<String> refused = database.refused(notes(), notes);

        assertThat(refused).hasSize(4);
        assertThat(refused.get(0)).startsWith("table \"t\", row text=n3, value=-1: ERROR: new row");
        assertThat(database.value("SELECT count(*) FROM t", Long.class)).isEqualTo(996);
    }

    /** A note that is long, so that the first ones are on their way before the last ones come. */
    private static Note longNote(int value) {
        return new Note("x".repeat(100), value);
    }

    private long count() {
        return database.value("SELECT count(*) FROM t", Long.class);
    }

    @Test
    void refusedRowsStopNoNeighboursThatAreOnTheirWayAlready() {
        database.execute("CREATE TABLE t (text text, value integer CHECK (value >= 0))");
        Note[] notes = new Note[3000];
        for (int i = 0; i < notes.length; i++) {
            notes[i] = longNote(i == 1 || i == 2000 ? -i : i);
        }

        List<String> refused = database.refused(notes(), notes);

        assertThat(refused).hasSize(2);
        assertThat(count()).isEqualTo(2998);
    }

    @Test
    void rowsThatAreOnTheirWayWhenTheWriterIsClosedAreNotThere() {
        try (SinkWriter<Note> writer = notes().open(TestDatabase.context())) {
            for (int i = 0; i < 3000; i++) {
                writer.write(0, longNote(i));
            }
        }

        assertThat(count()).isZero();
    }

    @Test
    void rowsThatAreOnTheirWayWhenTheConnectionIsLostAreSentAgain() throws Exception {
        try (SinkWriter<Note> writer = notes().open(TestDatabase.context());
                Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            for (int i = 0; i < 2000; i++) {
                writer.write(0, longNote(i));
            }
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE pid <> pg_backend_pid() AND datname = current_database()");
            for (int i = 2000; i < 5000; i++) {
                writer.write(0, longNote(i));
            }
            Await.until("the flush", Duration.ofSeconds(30), () -> {
                try {
                    writer.flush();
                    return true;
                } catch (SinkException e) {
                    assertThat(e.isRetryable()).isTrue();
                    return false;
                }
            });
        }

        assertThat(count()).isEqualTo(5000);
        assertThat(database.value("SELECT count(DISTINCT value) FROM t", Long.class))
                .isEqualTo(5000);
    }

    @Test
    @Timeout(60)
    void rowsThatAreOnTheirWayForLongAreWritten() {
        database.execute("CREATE TABLE t (text text, value integer)");
        AtomicLong nanos = new AtomicLong();
        Definition definition = new Definition(
                "t", null, false, false, false, List.of(), Set.of(), null, 10_000, 1_000_000_000L, 30_000);
        try (SinkWriter<Note> writer = new JdbcWriter<Note>(
                        definition,
                        RowMapping.INFERRED.forClass(Note.class),
                        JdbcConnection.of(database.dataSource()),
                        TestDatabase.context(),
                        nanos::get)
                .opened()) {
            for (int i = 0; i < 3000; i++) {
                writer.write(0, longNote(i));
            }
            nanos.addAndGet(Duration.ofSeconds(11).toNanos()); // a connection that is idle for so long is checked
            writer.write(0, longNote(3000));
            writer.flush();
        }

        assertThat(count()).isEqualTo(3001);
    }

    @Test
    void hostileNamesAreQuoted() {
        String name = "x\"; DROP TABLE t; -- \\ \t \uD83D\uDE80";
        JdbcSink<Note> sink = JdbcSink.<Note>appendTo(name, database.dataSource())
                .column(name, Note::text, ColumnType.TEXT)
                .createTable();

        database.write(sink, new Note("a", 1));

        assertThat(database.rows("SELECT * FROM \"" + name.replace("\"", "\"\"") + "\""))
                .containsExactly("a");
    }
}
