package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.Sinks;
import io.datastream.sink.row.ColumnType;
import io.datastream.source.ListSource;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sink does on every database. */
abstract class JdbcContract {
    enum Side {
        BUY,
        SELL
    }

    record Reading(String sensor, double value) {}

    record Bounds(double low, double high) {}

    record Finding(String sensor, Bounds bounds, String reason) {}

    record Stats(long count, double mean, Double variance) {}

    record Place(String country, int station) {}

    @SuppressWarnings("ArrayRecordComponent") // columns of bytes are supported
    record Everything(
            String id,
            char letter,
            boolean flag,
            Boolean maybe,
            byte tiny,
            short small,
            int whole,
            Integer maybeWhole,
            long big,
            float single,
            double number,
            Double maybeNumber,
            BigDecimal decimal,
            BigInteger huge,
            Instant moment,
            OffsetDateTime zoned,
            LocalDate day,
            UUID token,
            Side side,
            byte[] bytes) {}

    TestDatabase database;

    private <T> JdbcSink<T> sink(Class<T> type, String... key) {
        return JdbcSink.upsertInto("t", type, database.dataSource())
                .keyedBy(key)
                .createTable();
    }

    private static Everything full(String id) {
        return new Everything(
                id,
                'x',
                true,
                false,
                (byte) -128,
                (short) 32767,
                Integer.MIN_VALUE,
                7,
                Long.MAX_VALUE,
                1.5f,
                Math.PI,
                -0.1,
                new BigDecimal("123456789012345678901234567890.123456789"),
                BigInteger.TEN.pow(40),
                Instant.parse("2013-11-25T23:59:59.123456789Z"),
                OffsetDateTime.of(2024, 2, 29, 12, 0, 0, 0, ZoneOffset.ofHours(5)),
                LocalDate.of(1999, 12, 31),
                new UUID(1, 2),
                Side.SELL,
                new byte[] {0, -1, 39, 92});
    }

    @Test
    void everyTypeComesBack() {
        database.write(sink(Everything.class, "id"), full("a"));

        assertThat(database.rows("SELECT id, letter, flag, maybe, tiny, small, whole, maybe_whole, big, side FROM t")
                        .get(0)
                        .replace("TRUE", "t")
                        .replace("FALSE", "f"))
                .isEqualTo("a|x|t|f|-128|32767|-2147483648|7|9223372036854775807|SELL");
        assertThat(database.value("SELECT single FROM t", Float.class)).isEqualTo(1.5f);
        assertThat(database.value("SELECT number FROM t", Double.class)).isEqualTo(Math.PI);
        assertThat(database.value("SELECT maybe_number FROM t", Double.class)).isEqualTo(-0.1);
        assertThat(database.value("SELECT decimal FROM t", BigDecimal.class))
                .isEqualByComparingTo("123456789012345678901234567890.123456789");
        assertThat(database.value("SELECT huge FROM t", BigDecimal.class)).isEqualByComparingTo("1e40");
        assertThat(database.value("SELECT moment FROM t", OffsetDateTime.class).toInstant())
                .isEqualTo(Instant.parse("2013-11-25T23:59:59.123456Z"));
        assertThat(database.value("SELECT zoned FROM t", OffsetDateTime.class).toInstant())
                .isEqualTo(Instant.parse("2024-02-29T07:00:00Z"));
        assertThat(database.value("SELECT day FROM t", LocalDate.class)).isEqualTo(LocalDate.of(1999, 12, 31));
        assertThat(database.value("SELECT token FROM t", UUID.class)).isEqualTo(new UUID(1, 2));
        assertThat(database.value("SELECT bytes FROM t", byte[].class)).containsExactly(0, -1, 39, 92);
    }

    @Test
    void nullsComeBackAsNulls() {
        Everything row = new Everything(
                "n", 'x', true, null, (byte) 1, (short) 1, 1, null, 1, 1, 1, null, null, null, null, null, null, null,
                null, null);

        database.write(sink(Everything.class, "id"), row, full("f"));

        assertThat(database.rows("SELECT maybe, maybe_whole, maybe_number, decimal, huge, moment, zoned, day, token,"
                        + " side, bytes FROM t WHERE id = 'n'"))
                .containsExactly("null|null|null|null|null|null|null|null|null|null|null");
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                -0.0,
                0.1
            })
    void everyDoubleComesBack(double number) {
        database.write(sink(Reading.class, "sensor"), new Reading("a", number));

        // -0.0 is kept by PostgreSQL and turned to 0.0 by H2: the same number
        assertThat(database.value("SELECT value FROM t", Double.class) + 0.0).isEqualTo(Double.valueOf(number + 0.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-4712-01-01T00:00:00Z", "0000-06-01T00:00:00.000001Z", "12345-01-01T00:00:00Z"})
    void momentsFarAwayComeBack(String text) {
        record Moment(String id, Instant at, LocalDate day) {}
        Instant moment = Instant.parse(text.startsWith("1") ? "+" + text : text);
        LocalDate day = moment.atOffset(ZoneOffset.UTC).toLocalDate();

        database.write(sink(Moment.class, "id"), new Moment("a", moment, day));

        assertThat(database.value("SELECT at FROM t", OffsetDateTime.class).toInstant())
                .isEqualTo(moment);
        assertThat(database.value("SELECT day FROM t", LocalDate.class)).isEqualTo(day);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE t; --",
                "\"quoted\"",
                "\\",
                "{\"a\",NULL}",
                "NULL",
                "",
                " ",
                "?",
                "$1",
                "line\nbreak\ttab",
                "\uD83D\uDE80 \u00e9\u4e16",
                "%_"
            })
    void textIsNeverTakenForSql(String text) {
        database.write(sink(Reading.class, "sensor"), new Reading(text, 1), new Reading("other", 2));

        assertThat(database.rows("SELECT sensor FROM t ORDER BY value")).containsExactly(text, "other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\"; DROP TABLE t; --",
                "it's",
                "a b.c",
                "\uD83D\uDE80",
                "what?",
                "$1 $$",
                "{fn now()}",
                "back\\slash",
                "select",
                "Mixed Case",
                "-- comment",
                "/* comment",
                "percent%_underscore"
            })
    void namesAreNeverTakenForSql(String name) {
        JdbcSink<Reading> sink = JdbcSink.<Reading>upsertInto(name, database.dataSource())
                .column(name, Reading::sensor, ColumnType.TEXT)
                .column(name + " 2", Reading::value, ColumnType.DOUBLE)
                .keyedBy(name)
                .createTable();

        database.write(sink, new Reading("a", 1), new Reading("b", 2));
        database.write(sink, new Reading("b", 3));

        String table = '"' + name.replace("\"", "\"\"") + '"';
        assertThat(database.rows("SELECT " + table + " FROM " + table + " ORDER BY 1"))
                .containsExactly("a", "b");
    }

    @Test
    void rowWithTheSameKeyIsReplaced() {
        database.write(sink(Reading.class, "sensor"), new Reading("a", 1), new Reading("b", 2));
        database.write(sink(Reading.class, "sensor"), new Reading("b", 3));

        assertThat(database.rows("SELECT sensor, CAST(value AS integer) FROM t ORDER BY sensor"))
                .containsExactly("a|1", "b|3");
    }

    @Test
    void lastOfTheSameKeyInABatchCounts() {
        database.write(
                sink(Reading.class, "sensor"),
                new Reading("a", 1),
                new Reading("b", 2),
                new Reading("a", 3),
                new Reading("a", 4));

        assertThat(database.rows("SELECT sensor, CAST(value AS integer) FROM t ORDER BY sensor"))
                .containsExactly("a|4", "b|2");
    }

    @Test
    void keysThatTheDatabaseTakesAsEqualCountAsOne() {
        @SuppressWarnings("ArrayRecordComponent")
        record Odd(double number, BigDecimal decimal, byte[] bytes, String text) {}
        database.write(
                sink(Odd.class, "number", "decimal", "bytes"),
                new Odd(0.0, new BigDecimal("1.0"), new byte[] {1}, "first"),
                new Odd(-0.0, new BigDecimal("1.00"), new byte[] {1}, "second"),
                new Odd(Double.NaN, new BigDecimal("1"), new byte[] {1}, "third"),
                new Odd(Double.NaN, new BigDecimal("1"), new byte[] {1}, "fourth"));

        assertThat(database.rows("SELECT text FROM t ORDER BY text")).containsExactly("fourth", "second");
    }

    @Test
    void tableOfNothingButItsKeyTakesTheSameRowTwice() {
        record Seen(String name) {}
        database.write(sink(Seen.class, "name"), new Seen("a"));
        database.write(sink(Seen.class, "name"), new Seen("a"), new Seen("b"));

        assertThat(database.rows("SELECT name FROM t ORDER BY name")).containsExactly("a", "b");
    }

    @Test
    void appendedRowsAreAllThere() {
        JdbcSink<Reading> sink = JdbcSink.appendTo("t", Reading.class, database.dataSource())
                .withEventTime("at")
                .createTable();

        database.write(sink, new Reading("a", 1), new Reading("a", 1));
        database.write(sink, new Reading("a", 1));

        assertThat(database.value("SELECT count(*) FROM t", Long.class)).isEqualTo(3);
        assertThat(database.value("SELECT at FROM t", OffsetDateTime.class).toInstant())
                .isEqualTo(Instant.EPOCH);
    }

    @Test
    void windowsAreFlattened() {
        Instant start = Instant.parse("2024-01-01T00:00:00Z");
        Window window = new Window(nanos(start), nanos(start.plusSeconds(60)));
        JdbcSink<Object> sink = JdbcSink.upsertInto("t", database.dataSource()).createTable();

        database.write(sink, new Windowed<>("s-1", window, new Stats(3, 2.5, null)));
        database.write(sink, new Windowed<>("s-1", window, new Stats(4, 3.5, 1.0)));

        assertThat(database.rows("SELECT key, count, CAST(mean * 10 AS integer) FROM t"))
                .containsExactly("s-1|4|35");
        assertThat(database.value("SELECT window_start FROM t", OffsetDateTime.class)
                        .toInstant())
                .isEqualTo(start);
        assertThat(database.value("SELECT window_end FROM t", OffsetDateTime.class)
                        .toInstant())
                .isEqualTo(start.plusSeconds(60));
    }

    @Test
    void windowsOfRecordKeysHaveAColumnForEachPart() {
        Window window = new Window(0, 60_000_000_000L);
        JdbcSink<Windowed<Place, Double>> sink = JdbcSink.<Windowed<Place, Double>>upsertInto(
                        "t", database.dataSource())
                .forWindows(Place.class, Double.class)
                .renaming("value", "mean")
                .keyedBy("country", "station", "window_start")
                .createTable();

        database.write(
                sink,
                new Windowed<>(new Place("FR", 1), window, 1.0),
                new Windowed<>(new Place("FR", 2), window, null),
                new Windowed<>(new Place("FR", 1), window, 3.0));

        assertThat(database.rows("SELECT country, station, CAST(mean AS integer) FROM t ORDER BY station"))
                .containsExactly("FR|1|3", "FR|2|null");
    }

    @Test
    void recordsWithinRecordsAreFlattened() {
        JdbcSink<Finding> sink = sink(Finding.class, "sensor");

        database.write(sink, new Finding("a", new Bounds(1, 2), "high"), new Finding("b", null, null));

        assertThat(database.rows("SELECT sensor, CAST(bounds_low AS integer), CAST(bounds_high AS integer), reason"
                        + " FROM t ORDER BY sensor"))
                .containsExactly("a|1|2|high", "b|null|null|null");
    }

    @Test
    void primaryKeyOfTheTableIsTheKeyWhenNoneIsGiven() {
        database.execute("CREATE TABLE t (sensor varchar(20) PRIMARY KEY, value double precision)");
        JdbcSink<Reading> sink = JdbcSink.upsertInto("t", Reading.class, database.dataSource());

        database.write(sink, new Reading("a", 1));
        database.write(sink, new Reading("a", 2));

        assertThat(database.rows("SELECT sensor, CAST(value AS integer) FROM t"))
                .containsExactly("a|2");
    }

    @Test
    void columnsThatAreNotWrittenKeepTheirValues() {
        database.execute(
                "CREATE TABLE t (sensor varchar(20) PRIMARY KEY, value double precision, note varchar(9) DEFAULT"
                        + " 'new')");
        JdbcSink<Reading> sink = JdbcSink.upsertInto("t", Reading.class, database.dataSource());

        database.write(sink, new Reading("a", 1), new Reading("b", 1));
        database.execute("UPDATE t SET note = 'kept' WHERE sensor = 'a'");
        database.write(sink, new Reading("a", 2), new Reading("b", 2));

        assertThat(database.rows("SELECT sensor, CAST(value AS integer), note FROM t ORDER BY sensor"))
                .containsExactly("a|2|kept", "b|2|new");
    }

    @Test
    void existingTableIsNotChanged() {
        database.execute("CREATE TABLE t (sensor varchar(20) PRIMARY KEY)");

        assertThatThrownBy(() -> sink(Reading.class, "sensor").open(TestDatabase.context()))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("column \"value\": missing");
    }

    @Test
    void refusedRowsAreNamedAndTheOthersWritten() {
        database.execute("CREATE TABLE t (sensor varchar(4) PRIMARY KEY, value double precision CHECK (value < 100))");
        JdbcSink<Reading> sink = JdbcSink.upsertInto("t", Reading.class, database.dataSource());
        Reading[] readings = new Reading[300];
        for (int i = 0; i < readings.length; i++) {
            readings[i] = new Reading("s" + i, i == 77 ? 1e6 : 1);
        }
        readings[200] = new Reading("much too long", 1);

        List<String> refused = database.refused(sink, readings);

        assertThat(refused).hasSize(2);
        assertThat(refused.get(0)).startsWith("table \"t\", row sensor=s77: ");
        assertThat(refused.get(1)).startsWith("table \"t\", row sensor=much too long: ");
        assertThat(database.value("SELECT count(*) FROM t", Long.class)).isEqualTo(298);
    }

    @Test
    void writerGoesOnAfterARefusedRow() {
        database.execute("CREATE TABLE t (sensor varchar(4) PRIMARY KEY, value double precision)");
        JdbcSink<Reading> sink = JdbcSink.upsertInto("t", Reading.class, database.dataSource());

        try (SinkWriter<Reading> writer = sink.open(TestDatabase.context())) {
            writer.write(0, new Reading("much too long", 1));
            assertThatThrownBy(writer::flush)
                    .isInstanceOfSatisfying(
                            SinkException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageStartingWith("table \"t\", row sensor=much too long: ");
            writer.write(0, new Reading("b", 1));
            writer.flush();
        }

        assertThat(database.rows("SELECT sensor FROM t")).containsExactly("b");
    }

    @Test
    void nullInTheKeyIsRefusedWithItsColumn() {
        List<String> refused =
                database.refused(sink(Reading.class, "sensor"), new Reading(null, 1), new Reading("b", 2));

        assertThat(refused)
                .containsExactly("table \"t\", column \"sensor\": null (expected: a value, as it is part of the key)");
        assertThat(database.rows("SELECT sensor FROM t")).containsExactly("b");
    }

    @Test
    void refusedResultsOfAPipelineGoToItsDeadLettersWithTheirPlace() throws Exception {
        database.execute("CREATE TABLE t (sensor varchar(4) PRIMARY KEY, value double precision CHECK (value < 100))");
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            readings.add(new Reading(i == 200 ? "much too long" : "s" + i, i == 77 ? 1e6 : 1));
        }
        List<DeadLetter> letters = new ArrayList<>();

        try (PipelineController controller = LocalRuntime.create()
                .start(Pipeline.from(ListSource.of(readings).logTime())
                        .to(JdbcSink.upsertInto("t", Reading.class, database.dataSource()), ErrorPolicy.deadLetter())
                        .deadLettersTo(Sinks.collectInto(letters)))) {
            controller.awaitTermination();
        }

        assertThat(letters).extracting(DeadLetter::place).containsExactly("list@77", "list@200");
        assertThat(letters.get(0).value()).isEqualTo("Reading[sensor=s77, value=1000000.0]");
        assertThat(letters.get(0).message()).startsWith("table \"t\", row sensor=s77: ");
        assertThat(database.value("SELECT count(*) FROM t", Long.class)).isEqualTo(298);
    }

    @Test
    void unquotedNamesAreFound() {
        database.execute("CREATE TABLE Trades (Sensor varchar(9) PRIMARY KEY, VALUE double precision)");

        database.write(JdbcSink.upsertInto("trades", Reading.class, database.dataSource()), new Reading("a", 1));

        assertThat(database.rows("SELECT sensor FROM trades")).containsExactly("a");
    }

    @Test
    void nameThatDiffersInCaseAloneIsNotTakenWhenTheExactOneExists() {
        database.execute("CREATE TABLE \"T\" (\"sensor\" varchar(9) PRIMARY KEY, \"value\" double precision)");
        database.execute("CREATE TABLE \"t\" (\"sensor\" varchar(9) PRIMARY KEY, \"value\" double precision)");

        database.write(JdbcSink.upsertInto("t", Reading.class, database.dataSource()), new Reading("a", 1));

        assertThat(database.rows("SELECT \"sensor\" FROM \"t\"")).containsExactly("a");
        assertThat(database.rows("SELECT \"sensor\" FROM \"T\"")).isEmpty();
    }

    @Test
    void tableOfAnotherSchemaIsFound() {
        database.execute("CREATE SCHEMA \"o'ther\"");
        JdbcSink<Reading> sink = sink(Reading.class, "sensor").inSchema("o'ther");

        database.write(sink, new Reading("a", 1));

        assertThat(database.rows("SELECT \"sensor\" FROM \"o'ther\".\"t\"")).containsExactly("a");
    }

    @Test
    void randomWritesEqualTheModel() {
        long seed = 20240607;
        Random random = new Random(seed);
        Map<String, Integer> model = new TreeMap<>();
        JdbcSink<Reading> sink = sink(Reading.class, "sensor").withBatch(37, JdbcSink.DEFAULT_BATCH_TIME);
        for (int run = 0; run < 3; run++) {
            try (SinkWriter<Reading> writer = sink.open(TestDatabase.context())) {
                for (int i = 0; i < 1000; i++) {
                    int value = random.nextInt(1_000_000);
                    String key = "k" + random.nextInt(200);
                    model.put(key, value);
                    writer.write(i, new Reading(key, value));
                    if (random.nextInt(100) == 0) {
                        writer.flush();
                    }
                }
                writer.flush();
            }
        }

        List<String> expected = new ArrayList<>();
        model.forEach((key, value) -> expected.add(key + "|" + value));
        assertThat(database.rows("SELECT sensor, CAST(value AS integer) FROM t").stream()
                        .sorted()
                        .toList())
                .as("seed %d", seed)
                .isEqualTo(expected.stream().sorted().toList());
    }

    private static long nanos(Instant moment) {
        return io.datastream.time.EventTime.nanos(moment);
    }
}
