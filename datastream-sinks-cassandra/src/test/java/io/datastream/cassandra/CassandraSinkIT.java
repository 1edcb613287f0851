package io.datastream.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import io.datastream.SingleSeries;
import io.datastream.cassandra.testserver.CassandraServer;
import io.datastream.codec.CodecException;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.row.ColumnType;
import io.datastream.testkit.Await;
import io.datastream.testkit.FreePorts;
import io.datastream.time.EventTime;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a real Cassandra does with the results of a sink. */
@Timeout(240)
class CassandraSinkIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Instant NOON = Instant.parse("2024-01-01T12:00:00Z");

    private static CassandraServer server;
    private static CassandraConnection connection;

    private String keyspace;

    record Reading(String sensor, Instant time, @Nullable Double value) {}

    enum Color {
        RED
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Everything(
            String text,
            char letter,
            Color color,
            boolean flag,
            byte tiny,
            short small,
            int whole,
            long big,
            float real,
            double number,
            BigDecimal decimal,
            BigInteger huge,
            Instant moment,
            LocalDate day,
            UUID id,
            byte[] bytes) {}

    @BeforeAll
    static void start() {
        server = CassandraServer.get();
        connection = Fixtures.connection(server); // one for all tests, so that they share a session
    }

    @BeforeEach
    void create() {
        keyspace = server.keyspace();
    }

    private CassandraSink<Reading> readings() {
        return CassandraSink.into(keyspace, "readings", Reading.class, connection)
                .partitionedBy("sensor")
                .clusteredBy("time")
                .createTable();
    }

    /** Readings by sensor alone, of which only one stays. */
    private CassandraSink<Reading> latest() {
        return CassandraSink.into(keyspace, "latest", Reading.class, connection)
                .partitionedBy("sensor")
                .createTable();
    }

    private static Reading at(String sensor, long seconds, @Nullable Double value) {
        return new Reading(sensor, NOON.plusSeconds(seconds), value);
    }

    private static void write(CassandraSink<Reading> sink, List<Reading> readings) {
        try (SinkWriter<Reading> writer = sink.open(Fixtures.context())) {
            readings.forEach(reading -> writer.write(EventTime.nanos(reading.time()), reading));
            writer.flush();
        }
    }

    private static void write(CassandraSink<Reading> sink, Reading... readings) {
        write(sink, Arrays.asList(readings));
    }

    private static <T> void write(CassandraSink<T> sink, long time, T value) {
        try (SinkWriter<T> writer = sink.open(Fixtures.context())) {
            writer.write(time, value);
            writer.flush();
        }
    }

    private static void assertFatal(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining(message);
    }

    // ---- rows

    @Test
    void windowsAreRowsOfTheirKeyInOrderOfTheirEdges() {
        CassandraSink<Windowed<String, Double>> sink = CassandraSink.<Windowed<String, Double>>into(
                        keyspace, "means", connection)
                .createTable();
        long minute = 60_000_000_000L;
        for (int i = 2; i >= 0; i--) {
            Window window = new Window(i * minute, (i + 1) * minute);
            write(sink, window.endNanos() - 1, new Windowed<>("a", window, i * 0.5));
        }

        assertThat(server.rows("SELECT key, window_start, window_end, value FROM " + keyspace + ".means"))
                .containsExactly(
                        "a|1970-01-01T00:00:00Z|1970-01-01T00:01:00Z|0.0",
                        "a|1970-01-01T00:01:00Z|1970-01-01T00:02:00Z|0.5",
                        "a|1970-01-01T00:02:00Z|1970-01-01T00:03:00Z|1.0");
        assertThat(key("means")).isEqualTo("[key] [window_start, window_end]");
    }

    private String key(String table) {
        return columns(table, "partition_key") + " " + columns(table, "clustering");
    }

    private List<String> columns(String table, String kind) {
        return server
                .rows("SELECT kind, position, column_name FROM system_schema.columns WHERE keyspace_name = '" + keyspace
                        + "' AND table_name = '" + table + "'")
                .stream()
                .filter(row -> row.startsWith(kind + "|"))
                .sorted()
                .map(row -> row.substring(row.lastIndexOf('|') + 1))
                .toList();
    }

    @Test
    void everyTypeIsThereAndBack() {
        byte[] bytes = {0, -1, 127};
        UUID id = UUID.fromString("12345678-1234-5678-1234-567812345678");
        Everything value = new Everything(
                "ü😀'",
                'x',
                Color.RED,
                true,
                (byte) -128,
                (short) 32767,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                Float.NaN,
                Double.NEGATIVE_INFINITY,
                new BigDecimal("-0.10"),
                BigInteger.TWO.pow(100),
                Instant.parse("1969-12-31T23:59:59.9995Z"),
                LocalDate.of(-1, 2, 28),
                id,
                bytes);
        write(
                CassandraSink.into(keyspace, "everything", Everything.class, connection)
                        .partitionedBy("text")
                        .createTable(),
                0,
                value);

        Row row = server.session()
                .execute("SELECT * FROM " + keyspace + ".everything")
                .one();
        assertThat(row.getString("text")).isEqualTo("ü😀'");
        assertThat(row.getString("letter")).isEqualTo("x");
        assertThat(row.getString("color")).isEqualTo("RED");
        assertThat(row.getBoolean("flag")).isTrue();
        assertThat(row.getShort("tiny")).isEqualTo((short) -128);
        assertThat(row.getShort("small")).isEqualTo((short) 32767);
        assertThat(row.getInt("whole")).isEqualTo(Integer.MIN_VALUE);
        assertThat(row.getLong("big")).isEqualTo(Long.MAX_VALUE);
        assertThat(row.getFloat("real")).isNaN();
        assertThat(row.getDouble("number")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(row.getBigDecimal("decimal")).isEqualTo(new BigDecimal("-0.10"));
        assertThat(row.getBigDecimal("huge")).isEqualTo(new BigDecimal(BigInteger.TWO.pow(100)));
        assertThat(row.getInstant("moment")).as("cut to milliseconds").isEqualTo("1969-12-31T23:59:59.999Z");
        assertThat(row.getLocalDate("day")).isEqualTo(LocalDate.of(-1, 2, 28));
        assertThat(row.getUuid("id")).isEqualTo(id);
        assertThat(row.getByteBuffer("bytes")).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void widerTypesOfATableTakeNarrowerValues() {
        record Narrow(String key, short one, int two, long three, short four, float five) {}

        server.execute("CREATE TABLE " + keyspace
                + ".wide (key ascii PRIMARY KEY, one int, two bigint, three varint, four decimal, five double)");
        CassandraSink<Narrow> sink = CassandraSink.into(keyspace, "wide", Narrow.class, connection);
        write(sink, 0, new Narrow("a", (short) 1, 2, 3, (short) 4, 5.5f));

        assertThat(server.rows("SELECT key, one, two, three, four, five FROM " + keyspace + ".wide"))
                .containsExactly("a|1|2|3|4|5.5");
        assertThatThrownBy(() -> write(sink, 0, new Narrow("ü", (short) 1, 2, 3, (short) 4, 5.5f)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("table \"" + keyspace + "\".\"wide\", row key=ü: ");
    }

    @Test
    void columnsCanBeGivenOneByOne() {
        CassandraSink<Reading> sink = CassandraSink.<Reading>into(keyspace, "given", connection)
                .column("id", Reading::sensor, ColumnType.TEXT)
                .column("millis", reading -> reading.time().toEpochMilli(), ColumnType.BIGINT)
                .withEventTime("at")
                .renaming("id", "sensor")
                .partitionedBy("sensor", "millis")
                .createTable();
        write(sink, at("a", 1, 1.0));

        assertThat(server.rows("SELECT sensor, millis, at FROM " + keyspace + ".given"))
                .containsExactly("a|1704110401000|2024-01-01T12:00:01Z");
        assertThat(key("given")).isEqualTo("[sensor, millis] []");
    }

    // ---- delivery

    @Test
    void rowWithTheLatestEventTimeStaysWhateverTheOrder() {
        write(latest(), at("a", 5, 5.0), at("a", 7, 7.0), at("a", 6, 6.0));
        write(latest(), at("a", 6, 6.0));

        assertThat(server.rows("SELECT * FROM " + keyspace + ".latest")).containsExactly("a|2024-01-01T12:00:07Z|7.0");
    }

    @Test
    void randomWritesWithReplaysGiveTheRowsOfAModel() {
        long seed = 99;
        Random random = new Random(seed);
        Map<String, Reading> model = new TreeMap<>();
        List<Reading> all = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            Reading reading = new Reading(
                    "s" + random.nextInt(50),
                    Instant.ofEpochSecond(random.nextInt(-1_000_000, 1_000_000), i * 1_000_000L % 1_000_000_000L),
                    random.nextInt(4) == 0 ? null : random.nextDouble());
            if (all.stream().noneMatch(other -> other.time().equals(reading.time()))) {
                all.add(reading);
                model.merge(
                        reading.sensor(), reading, (one, other) -> one.time().isAfter(other.time()) ? one : other);
            }
        }
        List<Reading> replayed = new ArrayList<>(all.subList(1_000, all.size()));
        Collections.shuffle(replayed, random);
        write(latest().withBatch(37, Duration.ofDays(1)).withConcurrency(3), all);
        write(latest(), replayed);

        assertThat(server.rows("SELECT sensor, time, value FROM " + keyspace + ".latest"))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(model.values().stream()
                        .map(reading -> reading.sensor() + "|" + reading.time() + "|" + reading.value())
                        .toList());
    }

    @Test
    void timeOfWritingIsTheEventTimeInMicroseconds() {
        write(
                latest(),
                new Reading("a", NOON.plusNanos(1_999), 1.0),
                new Reading("b", Instant.EPOCH.minusNanos(1), 2.0));

        assertThat(server.rows("SELECT sensor, WRITETIME(value) FROM " + keyspace + ".latest"))
                .containsExactlyInAnyOrder("a|1704110400000001", "b|-1");
    }

    @Test
    void nullReplacesTheValueOfAnEarlierResult() {
        write(latest(), at("a", 1, 1.0));
        write(latest(), at("a", 2, null));

        assertThat(server.rows("SELECT value FROM " + keyspace + ".latest")).containsExactly("null");
    }

    @Test
    void rowsOfAPartitionAllArriveHoweverManyAndLong() {
        record Line(String file, int number, String text) {}

        CassandraSink<Line> sink = CassandraSink.into(keyspace, "lines", Line.class, connection)
                .partitionedBy("file")
                .clusteredBy("number")
                .createTable();
        try (SinkWriter<Line> writer = sink.open(Fixtures.context())) {
            for (int i = 0; i < 450; i++) {
                writer.write(i, new Line("a", i, "x".repeat(i % 90 == 0 ? 100_000 : i)));
            }
            writer.flush();
        }

        assertThat(server.rows("SELECT count(*) FROM " + keyspace + ".lines")).containsExactly("450");
    }

    @Test
    void fullBatchIsSentBeforeTheNextRowIsTaken() {
        try (SinkWriter<Reading> writer =
                readings().withBatch(2, Duration.ofDays(1)).open(Fixtures.context())) {
            for (int i = 0; i < 3; i++) {
                assertThat(server.rows("SELECT sensor FROM " + keyspace + ".readings"))
                        .isEmpty();
                writer.write(0, at("a", i, 1.0));
            }
            Await.until(
                    "the batch",
                    PATIENCE,
                    () -> server.rows("SELECT sensor FROM " + keyspace + ".readings")
                                    .size()
                            == 2);
        }
        assertThat(server.rows("SELECT sensor FROM " + keyspace + ".readings"))
                .as("not flushed")
                .hasSize(2);
    }

    @Test
    void rowsOfRequestsThatFailAreKeptAndSentAgain() {
        String table = keyspace + ".readings";
        try (SinkWriter<Reading> writer = readings()
                .withBatch(5, Duration.ofDays(1))
                .withConsistency(Consistency.TWO)
                .open(Fixtures.context())) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 20; i++) {
                            writer.write(0, at("s" + i, i, 1.0));
                        }
                        writer.flush();
                    })
                    .isInstanceOfSatisfying(
                            SinkException.class,
                            e -> assertThat(e.isRetryable()).isTrue());
            assertThatThrownBy(writer::flush).as("kept").hasMessageContaining("Not enough replicas");
        }
        assertThat(server.rows("SELECT sensor FROM " + table)).isEmpty();
    }

    @Test
    void refusedRowsOfEarlierBatchesAreToldByTheNextFlush() {
        List<String> refused = new ArrayList<>();
        SinkContext context =
                Fixtures.context().withReceipts(() -> error -> refused.add(String.valueOf(error.getMessage())));
        try (SinkWriter<Reading> writer =
                readings().withBatch(3, Duration.ofDays(1)).open(context)) {
            for (int i = 0; i < 20; i++) {
                writer.write(0, at(i == 1 ? "" : "s", i, 1.0));
            }
            writer.flush();
            assertThat(refused).hasSize(1).allMatch(text -> text.contains("Key may not be empty"));
            writer.flush();
        }
        assertThat(refused).hasSize(1);
        assertThat(server.rows("SELECT count(*) FROM " + keyspace + ".readings"))
                .containsExactly("19");
    }

    @Test
    void writersThatShareASessionMayAllHaveTheirMostRequestsUnderWay() throws Exception {
        CassandraSink<Reading> sink =
                readings().withBatch(3_000, Duration.ofDays(1)).withConcurrency(1_024);
        sink.open(Fixtures.context()).close(); // creates the table
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> tasks = new ArrayList<>();
            for (int task = 0; task < 3; task++) {
                String prefix = "s" + task + "-";
                tasks.add(threads.submit(() -> {
                    List<Reading> readings = new ArrayList<>();
                    for (int i = 0; i < 3_000; i++) {
                        readings.add(at(prefix + i, i, 1.0));
                    }
                    write(sink, readings);
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(server.rows("SELECT count(*) FROM " + keyspace + ".readings"))
                .containsExactly("9000");
    }

    @Test
    void rowsStayForTheirTimeToLive() {
        write(readings().withTimeToLive(Duration.ofHours(1)), at("a", 1, 1.0));

        assertThat(Integer.parseInt(server.rows("SELECT TTL(value) FROM " + keyspace + ".readings")
                        .get(0)))
                .isBetween(1, 3_600);
    }

    // ---- buckets

    @Test
    void partitionsAreDividedByTime() {
        CassandraSink<Reading> sink = CassandraSink.into(keyspace, "readings", Reading.class, connection)
                .partitionedBy("sensor")
                .bucketedBy("time", Duration.ofDays(1))
                .clusteredBy("time")
                .createTable();
        write(
                sink,
                new Reading("a", Instant.parse("2024-01-01T23:59:59.999Z"), 1.0),
                new Reading("a", Instant.parse("2024-01-02T00:00:00Z"), 2.0),
                new Reading("a", Instant.parse("1969-12-31T12:00:00Z"), 3.0));

        assertThat(key("readings")).isEqualTo("[sensor, bucket] [time]");
        assertThat(server.rows("SELECT bucket, value FROM " + keyspace + ".readings"))
                .containsExactlyInAnyOrder(
                        "2024-01-01T00:00:00Z|1.0", "2024-01-02T00:00:00Z|2.0", "1969-12-31T00:00:00Z|3.0");
    }

    @Test
    void windowsOfASingleSeriesNeedABucket() {
        CassandraSink<Windowed<SingleSeries, Double>> sink = CassandraSink.<Windowed<SingleSeries, Double>>into(
                        keyspace, "means", connection)
                .forWindows(SingleSeries.class, Double.class)
                .createTable();
        assertFatal(
                () -> sink.open(Fixtures.context()),
                ": no partition key (expected: partitionedBy() with some of \"window_start\", \"window_end\","
                        + " \"value\", or bucketedBy())");

        write(
                sink.bucketedBy("window_start", Duration.ofHours(1)),
                0,
                new Windowed<>(SingleSeries.INSTANCE, new Window(0, 1_000_000_000), 1.0));
        assertThat(key("means")).isEqualTo("[bucket] [window_start, window_end]");
    }

    @Test
    void bucketNeedsAColumnWithATime() {
        assertFatal(
                () -> readings().bucketedBy("value", Duration.ofDays(1)).open(Fixtures.context()),
                "bucket column: value (expected: one with a time, of sensor, time, value)");
        assertFatal(
                () -> readings()
                        .renaming("value", "bucket")
                        .bucketedBy("time", Duration.ofDays(1))
                        .open(Fixtures.context()),
                "column: bucket twice (expected: another name");
    }

    // ---- names and values that are meant to harm

    @Test
    void hostileNamesAndValuesAreJustText() {
        List<String> hostile =
                List.of("\"; DROP TABLE x; --", "'); TRUNCATE readings; --", "a\"b", "\n\t\0", "{}:?", "select", "ü😀");
        String name = "Odd \"name\" ) VALUES (?";
        CassandraSink<Reading> sink = CassandraSink.<Reading>into(keyspace, "Select", connection)
                .column(name, Reading::sensor, ColumnType.TEXT)
                .column("From", Reading::value, ColumnType.DOUBLE)
                .partitionedBy(name)
                .createTable();
        List<Reading> readings = new ArrayList<>();
        hostile.forEach(text -> readings.add(at(text, 1, 1.0)));
        write(sink, readings);

        assertThat(server.rows("SELECT \"Odd \"\"name\"\" ) VALUES (?\" FROM " + keyspace + ".\"Select\""))
                .containsExactlyInAnyOrderElementsOf(hostile);
    }

    // ---- refused rows

    @Test
    void rowsThatAreRefusedAreNamedAndTheirNeighboursWritten() {
        record Line(String file, String line, String text) {}

        CassandraSink<Line> sink = CassandraSink.into(keyspace, "lines", Line.class, connection)
                .partitionedBy("file")
                .clusteredBy("line")
                .createTable();
        String tooLong = "k".repeat(70_000);
        String tooLarge = "x".repeat(5_000_000);
        List<String> refused = new ArrayList<>();
        SinkContext context =
                Fixtures.context().withReceipts(() -> error -> refused.add(String.valueOf(error.getMessage())));
        try (SinkWriter<Line> writer = sink.open(context)) {
            for (int i = 0; i < 150; i++) {
                writer.write(0, new Line("a", "n" + i, "x"));
                if (i == 20) {
                    writer.write(0, new Line("a", tooLong, "x"));
                    writer.write(0, new Line("", "m", "x"));
                    writer.write(0, new Line("a", "large", tooLarge));
                }
            }
            writer.flush();
        }

        String table = "table \"" + keyspace + "\".\"lines\", row ";
        assertThat(refused)
                .hasSize(3)
                .anyMatch(text -> text.startsWith(table + "file=a, line=" + "k".repeat(60) + "...: "))
                .anyMatch(text -> text.startsWith(table + "file=, line=m: Key may not be empty"))
                .anyMatch(text -> text.startsWith(table + "file=a, line=large: "))
                .noneMatch(text -> text.contains("xxx"));
        assertThat(server.rows("SELECT count(*) FROM " + keyspace + ".lines")).containsExactly("150");
    }

    @Test
    void keyInAMessageStaysOnItsLine() {
        CassandraSink<Reading> sink = readings();
        write(sink, at("a", 1, 1.0));
        String hostile = "a\n12:00:00 ERROR all is lost\r\u2028";

        assertThatThrownBy(() -> write(sink, at(hostile + "k".repeat(70_000), 1, 1.0)))
                .hasMessageContaining("row sensor=a\\n12:00:00 ERROR all is lost\\r\\u2028kkk");
    }

    @Test
    void rowThatNoServerTakesIsRefusedBeforeItIsSent() {
        record Line(String file, String text) {}

        CassandraSink<Line> sink = CassandraSink.into(keyspace, "lines", Line.class, connection)
                .partitionedBy("file")
                .createTable();
        assertThatThrownBy(() -> write(sink, 0, new Line("a", "x".repeat(17_000_000))))
                .isInstanceOf(CodecException.class)
                .hasMessageEndingWith("row file=a: 17000009 bytes (expected: at most 16777216, as Cassandra takes)");
    }

    @Test
    void valueThatDoesNotFitIsRefusedWithItsColumn() {
        assertThatThrownBy(() -> write(readings(), new Reading(null, NOON, 1.0)))
                .isInstanceOf(CodecException.class)
                .hasMessageEndingWith(
                        "\"readings\", column \"sensor\": null (expected: a value, as it is part of the key)");
    }

    // ---- tables

    @Test
    void tableThatIsMissingIsNamedWithTheStatementThatHelps() {
        CassandraSink<Reading> sink = CassandraSink.into(keyspace, "none", Reading.class, connection)
                .partitionedBy("sensor")
                .clusteredBy("time");

        assertFatal(
                () -> sink.open(Fixtures.context()),
                "table \"" + keyspace + "\".\"none\": does not exist (expected: CREATE TABLE \"" + keyspace
                        + "\".\"none\" (\"sensor\" text, \"time\" timestamp, \"value\" double, PRIMARY KEY"
                        + " ((\"sensor\"), \"time\")); createTable() does that)");
        assertFatal(
                () -> CassandraSink.into(keyspace, "none", connection).open(Fixtures.context()),
                "\"none\": does not exist (expected: a table made beforehand, or createTable())");
        assertFatal(
                () -> CassandraSink.into("nowhere", "none", Reading.class, connection)
                        .open(Fixtures.context()),
                ": keyspace \"nowhere\" does not exist");
    }

    @Test
    void allThatDoesNotFitIsSaidAtOnce() {
        server.execute("CREATE TABLE " + keyspace + ".other (sensor text, time bigint, PRIMARY KEY (sensor))");

        assertFatal(
                () -> CassandraSink.into(keyspace, "other", Reading.class, connection)
                        .partitionedBy("sensor")
                        .clusteredBy("time")
                        .createTable()
                        .open(Fixtures.context()),
                "\"other\": 3 problems\n  column \"time\": bigint (expected: timestamp)\n  column \"value\": missing"
                        + " (expected: ALTER TABLE \"" + keyspace + "\".\"other\" ADD \"value\" double)\n  primary key:"
                        + " ((\"sensor\")) (expected: ((\"sensor\"), \"time\"))");
        server.execute("CREATE TABLE " + keyspace + ".counts (sensor text PRIMARY KEY, hits counter)");
        assertFatal(
                () -> CassandraSink.into(keyspace, "counts", Reading.class, connection)
                        .open(Fixtures.context()),
                "column \"hits\": counter (expected: a table without");
        server.execute("CREATE TABLE " + keyspace
                + ".more (sensor text, time timestamp, value double, zone text, PRIMARY KEY (zone, sensor))");
        assertFatal(
                () -> CassandraSink.into(keyspace, "more", Reading.class, connection)
                        .open(Fixtures.context()),
                "primary key: ((\"zone\"), \"sensor\"), of which not all columns are written (expected: a key of"
                        + " \"sensor\", \"time\", \"value\")");
    }

    @Test
    void keyOfATableThatExistsNeedNotBeSaid() {
        server.execute("CREATE TABLE " + keyspace + ".mine (sensor text, time timestamp, value double, note text,"
                + " PRIMARY KEY (sensor, time)) WITH CLUSTERING ORDER BY (time DESC)");
        write(CassandraSink.into(keyspace, "mine", Reading.class, connection), at("a", 1, 1.0), at("a", 2, 2.0));

        assertThat(server.rows("SELECT value, note FROM " + keyspace + ".mine"))
                .containsExactly("2.0|null", "1.0|null");
    }

    @Test
    void tasksThatCreateTheSameTableAtOnceAllWrite() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Reading reading = at("s" + i, i, 1.0);
                tasks.add(threads.submit(() -> write(readings(), reading)));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(server.rows("SELECT sensor FROM " + keyspace + ".readings")).hasSize(4);
    }

    @Test
    void tableThatVanishesIsFatal() {
        try (SinkWriter<Reading> writer = readings().open(Fixtures.context())) {
            writer.write(0, at("a", 1, 1.0));
            server.execute("DROP TABLE " + keyspace + ".readings");
            assertFatal(writer::flush, "\"readings\": ");
        }
    }

    // ---- access

    @Test
    void wrongPasswordIsFatalAndIsNotTold() {
        CassandraConnection wrong = Fixtures.plain(server).withUser(CassandraServer.USER, SecretSource.of("hunter2"));

        assertThatThrownBy(() -> CassandraSink.into(keyspace, "t", wrong).open(Fixtures.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("Provided username cassandra and/or password are incorrect")
                .satisfies(e -> {
                    StringWriter text = new StringWriter();
                    e.printStackTrace(new PrintWriter(text));
                    assertThat(text.toString()).doesNotContain("hunter2");
                });
        assertThat(CassandraSink.into(keyspace, "t", wrong).toString())
                .isEqualTo("insert into table \"" + keyspace + "\".\"t\" of cassandra " + server.address()
                        + " (datacenter1)");
        assertFatal(
                () -> CassandraSink.into(keyspace, "t", Fixtures.plain(server)).open(Fixtures.context()),
                "requires authentication");
        assertThat(Sessions.count()).as("sessions left open").isZero();
    }

    @Test
    void userWithoutTheRightToWriteIsRefused() {
        write(readings(), at("a", 1, 1.0));
        server.execute("CREATE ROLE reader_" + keyspace + " WITH PASSWORD = 'right' AND LOGIN = true");
        CassandraConnection reader = Fixtures.plain(server).withUser("reader_" + keyspace, SecretSource.of("right"));

        assertFatal(
                () -> write(CassandraSink.into(keyspace, "readings", Reading.class, reader), at("a", 1, 1.0)),
                "has no MODIFY permission on <table " + keyspace + ".readings>");
    }

    @Test
    void tlsChecksAuthorityAndHost() {
        CassandraConnection secure = Fixtures.connection(server)
                .withTls(Tls.trusting(server.authority().authority()));
        write(
                CassandraSink.into(keyspace, "t", Reading.class, secure)
                        .partitionedBy("sensor")
                        .createTable(),
                at("a", 1, 1.0));

        assertThat(server.rows("SELECT sensor FROM " + keyspace + ".t")).hasSize(1);
        assertFatal(
                () -> CassandraSink.into(
                                keyspace, "t", Fixtures.connection(server).withTls(Tls.ofSystem()))
                        .open(Fixtures.context()),
                "unable to find valid certification path");
        CassandraConnection byName = CassandraConnection.inDatacenter(
                        CassandraServer.DATACENTER, "localhost:" + server.port())
                .withUser(CassandraServer.USER, SecretSource.of(CassandraServer.PASSWORD));
        Tls trusting = Tls.trusting(server.authority().authority());
        assertFatal(
                () -> CassandraSink.into(keyspace, "t", byName.withTls(trusting))
                        .open(Fixtures.context()),
                "No name matching localhost found");
        CassandraSink.into(keyspace, "t", byName.withTls(trusting.withoutHostNameCheck()))
                .open(Fixtures.context())
                .close();
    }

    @Test
    void clusterThatIsAwayIsRetryable() {
        CassandraConnection nowhere = CassandraConnection.inDatacenter("dc", "127.0.0.1:" + FreePorts.next());

        assertThatThrownBy(() -> CassandraSink.into(keyspace, "t", nowhere).open(Fixtures.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageStartingWith("table \"" + keyspace + "\".\"t\": no node took it: ");
        assertThat(Sessions.count()).isZero();
    }

    @Test
    void replicasThatAreMissingAreWaitedFor() {
        try (SinkWriter<Reading> writer =
                readings().withConsistency(Consistency.TWO).open(Fixtures.context())) {
            writer.write(0, at("a", 1, 1.0));
            assertThatThrownBy(writer::flush)
                    .isInstanceOfSatisfying(
                            SinkException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageContaining("Not enough replicas available for query at consistency TWO");
        }
    }

    @Test
    void serverThatDoesNotAnswerIsRetryableAndGetsTheRowsLater() throws Exception {
        CassandraConnection impatient = Fixtures.connection(server).withTimeout(Duration.ofSeconds(1));
        CassandraSink<Reading> sink = CassandraSink.into(keyspace, "t", Reading.class, impatient);
        server.execute("CREATE TABLE " + keyspace + ".t (sensor text PRIMARY KEY, time timestamp, value double)");
        SinkContext context = Fixtures.context();
        List<SinkWriter<Reading>> opened = new ArrayList<>();
        Await.until("a writer", PATIENCE, () -> succeeds(() -> opened.add(sink.open(context))));
        try (SinkWriter<Reading> writer = opened.get(0)) {
            writer.write(0, at("a", 1, 1.0));
            server.freeze();
            try {
                assertThatThrownBy(writer::flush)
                        .isInstanceOfSatisfying(
                                SinkException.class,
                                e -> assertThat(e.isRetryable()).isTrue())
                        .hasMessage("table \"" + keyspace + "\".\"t\": Query timed out after PT1S");
            } finally {
                server.thaw();
            }
            Await.until("the row", PATIENCE, () -> succeeds(writer::flush));
        }

        assertThat(server.rows("SELECT sensor FROM " + keyspace + ".t")).containsExactly("a");
    }

    private static boolean succeeds(Runnable call) {
        try {
            call.run();
            return true;
        } catch (SinkException e) {
            assertThat(e.isRetryable()).as("whether another try helps: %s", e).isTrue();
            return false;
        }
    }

    // ---- sessions

    @Test
    void writersOfAConnectionShareASessionThatEndsWithTheLast() {
        CassandraConnection own = Fixtures.connection(server);
        CassandraSink<Reading> sink = CassandraSink.into(keyspace, "t", Reading.class, own)
                .partitionedBy("sensor")
                .createTable();
        SinkWriter<Reading> one = sink.open(Fixtures.context());
        SinkWriter<Reading> other = sink.withTimeToLive(Duration.ofHours(1)).open(Fixtures.context());
        assertThat(Sessions.count()).isEqualTo(1);
        one.close();
        one.close();
        assertThat(Sessions.count()).isEqualTo(1);
        other.write(0, at("a", 1, 1.0));
        other.flush();
        other.close();
        assertThat(Sessions.count()).isZero();
        assertThatThrownBy(other::flush).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sessionThatIsGivenIsNotClosed() {
        CqlSession session = server.session();
        write(
                CassandraSink.into(keyspace, "t", Reading.class, CassandraConnection.of(session))
                        .partitionedBy("sensor")
                        .createTable(),
                at("a", 1, 1.0));

        assertThat(session.isClosed()).isFalse();
        assertThat(Sessions.count()).isZero();
    }

    @Test
    void tablesAreFoundWithoutTheDriversPictureOfThem() {
        CqlSession session = server.session();
        assertThat(session.getMetadata().getKeyspaces()).isEmpty();
        CassandraSink<Reading> sink = CassandraSink.into(keyspace, "t", Reading.class, CassandraConnection.of(session));
        server.execute("CREATE TABLE " + keyspace + ".t (sensor text PRIMARY KEY, time timestamp, value double)");
        write(sink, at("a", 1, 1.0));

        assertThat(server.rows("SELECT sensor FROM " + keyspace + ".t")).containsExactly("a");
    }

    @Test
    void connectionOpensSessionsForOtherQueries() {
        try (CqlSession session = Fixtures.connection(server).openSession()) {
            assertThat(session.execute("SELECT release_version FROM system.local")
                            .all())
                    .hasSize(1);
        }
        assertThatThrownBy(() -> CassandraConnection.of(server.session()).openSession())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("session: exists already (expected: use the one that was given)");
    }
}
