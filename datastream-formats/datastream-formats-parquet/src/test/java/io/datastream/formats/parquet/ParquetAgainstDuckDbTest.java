package io.datastream.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.record.Decimal;
import io.datastream.formats.parquet.Shapes.Everything;
import io.datastream.formats.parquet.Shapes.Side;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DuckDB reads our files with the same values and types, and we read those that DuckDB writes. */
class ParquetAgainstDuckDbTest {
    @TempDir
    Path folder;

    private Connection duckdb;
    private Statement sql;

    record Inner(@Nullable Integer a, @Nullable String b) {}

    record FromDuckDb(
            boolean flag,
            byte tiny,
            short small,
            int whole,
            long large,
            long unsigned,
            float single,
            double fraction,
            String text,
            Side side,
            Instant time,
            LocalDateTime seconds,
            LocalDateTime millis,
            LocalDateTime micros,
            LocalDateTime nanos,
            LocalDate date,
            LocalTime timeOfDay,
            UUID id,
            @Decimal(precision = 4, scale = 1) BigDecimal small1,
            @Decimal(precision = 18, scale = 4) BigDecimal middle,
            @Decimal(precision = 38, scale = 10) BigDecimal big,
            List<@Nullable Integer> numbers,
            List<List<String>> nested,
            Map<String, @Nullable Double> map,
            Inner inner,
            List<@Nullable Inner> inners,
            @Nullable Long none) {}

    private static final String SELECT = "SELECT true AS flag, (-1)::TINYINT AS tiny, (-300)::SMALLINT AS small,"
            + " (i)::INTEGER AS whole, (i * 10000000000)::BIGINT AS large, 4294967295::UINTEGER AS unsigned,"
            + " 1.5::FLOAT AS single, i / 8 AS fraction, 'text ' || (i % 7) AS text,"
            + " CASE WHEN i % 2 = 0 THEN 'BUY' ELSE 'SELL' END AS side,"
            + " TIMESTAMPTZ '2024-01-31 12:00:00.000001+00' AS time,"
            + " TIMESTAMP_S '2024-01-31 12:00:01' AS seconds, TIMESTAMP_MS '2024-01-31 12:00:01.002' AS millis,"
            + " TIMESTAMP '1969-12-31 23:59:59.999999' AS micros,"
            + " TIMESTAMP_NS '2024-01-31 12:00:00.123456789' AS nanos,"
            + " DATE '1582-10-15' AS date, TIME '23:59:59.999999' AS timeOfDay,"
            + " UUID '00112233-4455-6677-8899-aabbccddeeff' AS id,"
            + " 12.5::DECIMAL(4,1) AS small1, -12345678901234.5678::DECIMAL(18,4) AS middle,"
            + " 1234567890123456789012345678.0123456789::DECIMAL(38,10) AS big,"
            + " [1, NULL, 3] AS numbers, [['a'], [], ['b', 'c']] AS nested,"
            + " MAP {'x': 1.5::DOUBLE, 'y': NULL} AS map, {'a': i::INTEGER, 'b': NULL::VARCHAR} AS inner,"
            + " [{'a': 1, 'b': 'one'}, NULL] AS inners, NULL::BIGINT AS none, 'left alone' AS \"other column\"";

    @BeforeEach
    void connect() throws SQLException {
        duckdb = DriverManager.getConnection("jdbc:duckdb:");
        sql = duckdb.createStatement();
        sql.execute("SET threads = 1");
        sql.execute("SET TimeZone = 'UTC'");
    }

    @AfterEach
    void disconnect() throws SQLException {
        duckdb.close();
    }

    @Test
    void duckDbSeesTheSameTypes() throws Exception {
        Path file = written(ParquetFormat.of(Everything.class));
        List<String> types = new ArrayList<>();
        try (ResultSet rows = sql.executeQuery("DESCRIBE SELECT * FROM '" + file + "'")) {
            while (rows.next()) {
                types.add(rows.getString(1) + " " + rows.getString(2));
            }
        }
        assertThat(types)
                .containsExactly(
                        "flag BOOLEAN",
                        "tiny TINYINT",
                        "small SMALLINT",
                        "whole INTEGER",
                        "large BIGINT",
                        "single FLOAT",
                        "fraction DOUBLE",
                        "text VARCHAR",
                        "bytes BLOB",
                        "side VARCHAR",
                        "time TIMESTAMPTZ_NS",
                        "local TIMESTAMP_NS",
                        "date DATE",
                        "timeOfDay TIME_NS",
                        "duration BIGINT",
                        "id UUID",
                        "price DECIMAL(38,9)",
                        "texts VARCHAR[]",
                        "legs MAP(VARCHAR, STRUCT(side VARCHAR, amount BIGINT))",
                        "leg STRUCT(side VARCHAR, amount BIGINT)",
                        "noLeg STRUCT(side VARCHAR, amount BIGINT)",
                        "maybe DOUBLE");
    }

    @ParameterizedTest
    @EnumSource(ParquetCompression.class)
    void duckDbReadsTheSameValues(ParquetCompression compression) throws Exception {
        Path file = written(ParquetFormat.of(Everything.class).withCompression(compression));
        try (ResultSet rows = sql.executeQuery("SELECT flag, tiny, small, whole, large, single, fraction, text, side,"
                + " epoch_ns(time) AS time, epoch_ns(local) AS nanos, date - DATE '1970-01-01' AS date,"
                + " timeOfDay::VARCHAR AS timeOfDay, duration, id::VARCHAR AS id, price, len(texts) AS texts,"
                + " legs['leg'].amount AS leg, leg.side AS legSide, noLeg IS NULL AS noLeg, maybe FROM '" + file
                + "'")) {
            for (Everything value : Shapes.ALL) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getBoolean("flag")).isEqualTo(value.flag());
                assertThat(rows.getByte("tiny")).isEqualTo(value.tiny());
                assertThat(rows.getShort("small")).isEqualTo(value.small());
                assertThat(rows.getInt("whole")).isEqualTo(value.whole());
                assertThat(rows.getLong("large")).isEqualTo(value.large());
                assertThat((Object) rows.getFloat("single")).isEqualTo(value.single());
                assertThat((Object) rows.getDouble("fraction")).isEqualTo(value.fraction());
                assertThat(rows.getString("text")).isEqualTo(value.text());
                assertThat(rows.getString("side")).isEqualTo(value.side().name());
                assertThat(rows.getLong("time")).isEqualTo(nanos(value.time()));
                long nanos = nanos(value.local().toInstant(ZoneOffset.UTC));
                // DuckDB takes the very last nanosecond for infinity, of which it has no number
                assertThat(rows.getLong("nanos")).isEqualTo(nanos == Long.MAX_VALUE ? 0 : nanos);
                assertThat(rows.getLong("date")).isEqualTo(value.date().toEpochDay());
                assertThat(LocalTime.parse(rows.getString("timeOfDay"))).isEqualTo(value.timeOfDay());
                assertThat(rows.getLong("duration")).isEqualTo(value.duration().toNanos());
                assertThat(rows.getString("id")).isEqualTo(value.id().toString());
                assertThat(rows.getBigDecimal("price")).isEqualTo(value.price());
                assertThat(rows.getInt("texts")).isEqualTo(value.texts().size());
                assertThat(rows.getString("legSide"))
                        .isEqualTo(value.leg().side().name());
                assertThat(rows.getBoolean("noLeg")).isEqualTo(value.noLeg() == null);
                assertThat(rows.getObject("maybe")).isEqualTo(value.maybe().orElse(null));
            }
            assertThat(rows.next()).isFalse();
        }
    }

    /** Over the whole range of a long, with the wrap that its first second needs. */
    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
    }

    private Path written(ParquetFormat<Everything> format) throws IOException {
        return Files.write(folder.resolve("ours.parquet"), ParquetFiles.write(format, Shapes.ALL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"uncompressed", "snappy", "gzip", "zstd", "lz4_raw"})
    void weReadWhatDuckDbWrites(String compression) throws Exception {
        checkDuckDb(3_000, "COMPRESSION " + compression);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ROW_GROUP_SIZE 2048", "PARQUET_VERSION V2, COMPRESSION zstd"})
    void weReadOtherLayoutsOfDuckDb(String layout) throws Exception {
        checkDuckDb(10_000, layout);
    }

    private void checkDuckDb(int count, String options) throws Exception {
        Path file = folder.resolve("duckdb.parquet");
        sql.execute("COPY (" + SELECT + " FROM range(" + count + ") t(i)) TO '" + file + "' (FORMAT parquet, " + options
                + ")");

        List<FromDuckDb> read = ParquetFiles.read(ParquetFormat.of(FromDuckDb.class), file);

        assertThat(read).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(read.get(i)).isEqualTo(expected(i));
        }
    }

    private static FromDuckDb expected(int i) {
        Map<String, @Nullable Double> map = new HashMap<>();
        map.put("x", 1.5);
        map.put("y", null);
        return new FromDuckDb(
                true,
                (byte) -1,
                (short) -300,
                i,
                i * 10_000_000_000L,
                4_294_967_295L,
                1.5f,
                i / 8.0,
                "text " + i % 7,
                i % 2 == 0 ? Side.BUY : Side.SELL,
                Instant.parse("2024-01-31T12:00:00.000001Z"),
                LocalDateTime.parse("2024-01-31T12:00:01"),
                LocalDateTime.parse("2024-01-31T12:00:01.002"),
                LocalDateTime.parse("1969-12-31T23:59:59.999999"),
                LocalDateTime.parse("2024-01-31T12:00:00.123456789"),
                LocalDate.parse("1582-10-15"),
                LocalTime.parse("23:59:59.999999"),
                UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                new BigDecimal("12.5"),
                new BigDecimal("-12345678901234.5678"),
                new BigDecimal("1234567890123456789012345678.0123456789"),
                Arrays.asList(1, null, 3),
                List.of(List.of("a"), List.of(), List.of("b", "c")),
                map,
                new Inner(i, null),
                Arrays.asList(new Inner(1, "one"), null),
                null);
    }
}
