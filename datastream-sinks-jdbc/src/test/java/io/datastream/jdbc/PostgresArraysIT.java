package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.row.ColumnType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists and arrays as columns, by COPY and by upserts. */
class PostgresArraysIT {
    private static PostgresServer server;
    private TestDatabase database;

    @SuppressWarnings("ArrayRecordComponent") // columns of arrays are supported
    record Tagged(String id, List<String> tags, double[] values) {}

    @SuppressWarnings("ArrayRecordComponent") // columns of arrays are supported
    record All(
            String id,
            List<Boolean> flags,
            short[] smalls,
            List<Integer> wholes,
            long[] bigs,
            List<Float> singles,
            Double[] numbers,
            List<BigDecimal> decimals,
            List<Instant> moments,
            LocalDate[] days,
            List<UUID> tokens,
            byte[][] parts,
            String[] texts) {}

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

    @Test
    void arraysAreCreatedAndReplaced() {
        JdbcSink<Tagged> sink = JdbcSink.upsertInto("t", Tagged.class, database.dataSource())
                .keyedBy("id")
                .createTable();
        String hostile = "\\\" , {NULL} ' \t\n \u00e9 NULL";
        database.write(sink, new Tagged("a", List.of("old"), new double[] {1}));
        database.write(
                sink,
                new Tagged("a", Arrays.asList("x", null, hostile, "NULL", ""), new double[] {1.5, Double.NaN}),
                new Tagged("b", List.of(), new double[0]),
                new Tagged("c", null, null));

        assertThat(database.rows("SELECT id, tags[3], cardinality(tags), values FROM t ORDER BY id"))
                .containsExactly("a|" + hostile + "|5|{1.5,NaN}", "b|null|0|{}", "c|null|null|null");
        assertThat(database.rows("SELECT tags[2] IS NULL, tags[4] = 'NULL', tags[5] = '' FROM t WHERE id = 'a'"))
                .containsExactly("t|t|t");
        assertThat(database.rows("SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                        + " WHERE attrelid = 't'::regclass AND attname IN ('tags', 'values') ORDER BY attname"))
                .containsExactly("text[]", "double precision[]");
    }

    private static <V> List<V> some(Random random, java.util.function.Supplier<V> each) {
        List<V> values = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            values.add(random.nextInt(4) == 0 ? null : each.get());
        }
        return values;
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(6)];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void copiedArraysEqualUpsertedOnes() {
        long seed = 5;
        Random random = new Random(seed);
        All[] all = new All[300];
        for (int i = 0; i < all.length; i++) {
            all[i] = new All(
                    "id" + i,
                    some(random, random::nextBoolean),
                    new short[] {(short) random.nextInt()},
                    some(random, random::nextInt),
                    random.longs(random.nextInt(3)).toArray(),
                    some(random, random::nextFloat),
                    some(random, random::nextDouble).toArray(Double[]::new),
                    some(random, () -> BigDecimal.valueOf(random.nextLong(), random.nextInt(20))),
                    some(random, () -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000))),
                    some(random, () -> LocalDate.ofEpochDay(random.nextInt(100_000)))
                            .toArray(LocalDate[]::new),
                    some(random, () -> new UUID(random.nextLong(), random.nextLong())),
                    some(random, () -> bytes(random)).toArray(byte[][]::new),
                    some(random, () -> "t\\\"{" + random.nextInt()).toArray(String[]::new));
        }
        database.write(
                JdbcSink.appendTo("copied", All.class, database.dataSource()).createTable(), all);
        database.write(
                JdbcSink.upsertInto("upserted", All.class, database.dataSource())
                        .keyedBy("id")
                        .createTable(),
                all);

        assertThat(database.rows(
                        "(SELECT * FROM copied EXCEPT SELECT * FROM upserted) UNION ALL (SELECT * FROM upserted"
                                + " EXCEPT SELECT * FROM copied)"))
                .as("seed %d", seed)
                .isEmpty();
        assertThat(database.value("SELECT count(*) FROM copied", Long.class)).isEqualTo(all.length);
    }

    @Test
    void elementsMayBeOfAWiderType() {
        record Wide(String id, List<Float> reals, List<Long> wholes) {}
        database.execute("CREATE TABLE t (id varchar(9) PRIMARY KEY, reals float8[], wholes numeric[])");
        Wide row = new Wide("a", List.of(1.1f), List.of(7L));

        database.write(JdbcSink.appendTo("t", Wide.class, database.dataSource()), row);
        assertThat(database.value("SELECT reals[1] FROM t", Double.class)).isEqualTo(1.1f);
        database.write(JdbcSink.upsertInto("t", Wide.class, database.dataSource()), row);
        assertThat(database.value("SELECT reals[1] FROM t", Double.class)).isEqualTo(1.1f);
        assertThat(database.rows("SELECT wholes FROM t")).containsExactly("{7}");
    }

    @Test
    void columnOfAnotherElementTypeIsTold() {
        database.execute("CREATE TABLE t (id text PRIMARY KEY, tags integer[], values double precision)");

        assertThatThrownBy(() -> JdbcSink.upsertInto("t", Tagged.class, database.dataSource())
                        .open(TestDatabase.context()))
                .hasMessage("""
                        table "t": 2 problems
                          column "tags": integer[] (expected: text[])
                          column "values": double precision (expected: double precision[])""");
    }

    @Test
    void arraysAreGivenByHandToo() {
        JdbcSink<Tagged> sink = JdbcSink.<Tagged>appendTo("t", database.dataSource())
                .column("id", Tagged::id, ColumnType.TEXT)
                .arrayColumn("tags", Tagged::tags, ColumnType.TEXT)
                .createTable();

        database.write(sink, new Tagged("a", List.of("x", "y"), null));

        assertThat(database.rows("SELECT id, tags[2] FROM t")).containsExactly("a|y");
    }

    @Test
    void elementThatDoesNotFitIsRefusedWithItsColumn() {
        JdbcSink<Tagged> sink = JdbcSink.<Tagged>appendTo("t", database.dataSource())
                .arrayColumn("numbers", Tagged::tags, ColumnType.INTEGER)
                .createTable();

        assertThat(database.refused(sink, new Tagged("a", List.of("x"), null)))
                .singleElement()
                .asString()
                .startsWith("table \"t\", column \"numbers\": element 1: x of class java.lang.String");
    }

    @Test
    void exactlyOnceTakesArrays() {
        JdbcSink<Tagged> sink = JdbcSink.appendTo("t", Tagged.class, database.dataSource())
                .exactlyOnce()
                .createTable();
        try (var writer = sink.open(TestDatabase.context())) {
            writer.write(0, new Tagged("a", Arrays.asList("x", null), new double[] {1}));
            writer.flush();
            assertThat(writer.snapshot()).isNotNull();
            writer.committed();
        }

        assertThat(database.rows("SELECT id, tags, values FROM t")).containsExactly("a|{x,NULL}|{1}");
    }
}
