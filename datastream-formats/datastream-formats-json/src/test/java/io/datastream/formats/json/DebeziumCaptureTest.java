package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.record.Decimal;
import io.datastream.formats.json.Change.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On what Debezium wrote; how it was made is told beside the files. */
class DebeziumCaptureTest {
    private static final JsonCodec<Line> LINES = JsonCodec.of(Line.class);
    private static final DebeziumDecoder<Row> DECODER = DebeziumDecoder.of(Row.class);

    record Line(
            String topic, @Nullable String key, @Nullable String value) {}

    @SuppressWarnings("ArrayRecordComponent") // compared part by part
    record Row(
            long id,
            String name,
            @Nullable Short small,
            int whole,
            @Nullable Float single,
            double price,
            @Nullable BigDecimal amount,
            @Nullable BigDecimal anyAmount,
            boolean flag,
            @Nullable LocalDate day,
            @Nullable LocalTime clock,
            @Nullable LocalTime clockMs,
            @Nullable LocalDateTime at,
            @Nullable LocalDateTime atMs,
            Instant atZone,
            @Nullable Duration span,
            @Nullable UUID token,
            byte @Nullable [] payload,
            @Nullable String doc,
            @Nullable List<String> tags,
            @Nullable List<Integer> numbers,
            @Nullable String notes) {}

    /** Columns that can be told apart without a schema, as long as times are all of one unit. */
    record Plain(
            long id,
            @Nullable @Decimal(precision = 12, scale = 2) BigDecimal amount,
            @Nullable BigDecimal anyAmount,
            @Nullable LocalDate day,
            @Nullable LocalTime clock,
            @Nullable Instant at,
            @Nullable Duration span) {}

    private static Row row(long id, String name) {
        return new Row(
                id,
                name,
                (short) 7,
                42,
                1.5f,
                2.25,
                new BigDecimal("1234567.89"),
                new BigDecimal("12345678901234567890.123456789"),
                true,
                LocalDate.parse("2024-02-29"),
                LocalTime.parse("23:59:59.123456"),
                LocalTime.parse("12:34:56.789"),
                LocalDateTime.parse("2024-02-29T12:34:56.123456"),
                LocalDateTime.parse("2024-02-29T12:34:56.789"),
                Instant.parse("2024-02-29T10:34:56.123456Z"),
                Duration.ofMillis(37_091_106_500L), // as Debezium counts a year and two months
                UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                new byte[] {0, (byte) 0xff, 0x10},
                "{\"a\": [1, 2]}",
                List.of("x", "y"),
                List.of(1, 2),
                "large text " + id);
    }

    private static Row empty(long id, String name) {
        return new Row(
                id,
                name,
                null,
                0,
                null,
                0,
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                null,
                Instant.parse("1969-12-31T23:59:59.999999Z"),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static List<Line> lines(String variant, Predicate<Line> wanted) {
        try (InputStream in = Objects.requireNonNull(
                DebeziumCaptureTest.class.getResourceAsStream("debezium/postgres-" + variant + ".jsonl"))) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(line -> LINES.decode(line.getBytes(UTF_8)))
                    .filter(wanted)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether there is a time or a decimal number that is none. */
    private static boolean isRefused(String document) {
        return document.contains("\"infinity\"")
                || document.contains("\"any_amount\":\"NaN\"")
                || document.contains("\"any_amount\":\"NAN\"");
    }

    /** The changes of a table; those that are refused are left out. */
    private static <T> List<Change<T>> changes(String variant, String table, DebeziumDecoder<T> decoder) {
        List<Change<T>> changes = new ArrayList<>();
        for (Line line : lines(variant, each -> each.topic().equals("shop.public." + table))) {
            if (line.value() != null && !isRefused(line.value())) {
                changes.add(decoder.decode(line.value().getBytes(UTF_8)));
            }
        }
        return changes;
    }

    private static void assertSame(@Nullable Row row, @Nullable Row expected) {
        assertThat(row).usingRecursiveComparison().isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"schema", "string"})
    void readsEveryTypeOfADocumentWithItsSchema(String variant) {
        List<Change<Row>> changes = changes(variant, "v_" + variant, DECODER);

        assertSame(changes.get(0).after(), row(1, "snapshot"));
        assertSame(changes.get(1).after(), empty(2, "nulls"));
        assertSame(changes.get(2).after(), row(3, "created"));
        assertThat(changes)
                .extracting(Change::operation)
                .startsWith(
                        Operation.READ,
                        Operation.READ,
                        Operation.CREATE,
                        Operation.UPDATE,
                        Operation.DELETE,
                        Operation.DELETE,
                        Operation.CREATE,
                        Operation.TRUNCATE);
    }

    @Test
    void readsTextsOfTimesWithoutSchema() {
        List<Change<Row>> changes = changes("isostring", "v_isostring", DECODER.withDecimals(DebeziumDecimals.STRING));

        assertSame(changes.get(0).after(), row(1, "snapshot"));
    }

    @Test
    void readsMillisecondsWithoutSchema() {
        Row row = changes("connect", "v_connect", DECODER.withTimes(ChronoUnit.MILLIS))
                .get(0)
                .after();

        assertThat(Objects.requireNonNull(row).at()).isEqualTo("2024-02-29T12:34:56.123");
        assertThat(row.atMs()).isEqualTo("2024-02-29T12:34:56.789");
        assertThat(row.clock()).isEqualTo("23:59:59.123");
        assertThat(row.clockMs()).isEqualTo("12:34:56.789");
        assertThat(row.span()).isEqualTo(Duration.ofMillis(37_091_106_500L));
        assertThat(row.amount()).isEqualTo(new BigDecimal("1234567.89"));
    }

    @Test
    void readsTheDefaultsOfConnectorsWithoutSchema() {
        DebeziumDecoder<Plain> decoder =
                DebeziumDecoder.of(Plain.class).withTimes(ChronoUnit.MICROS).withDecimals(DebeziumDecimals.PRECISE);

        assertThat(changes("plain", "v_plain", decoder).get(0).after())
                .isEqualTo(new Plain(
                        1,
                        new BigDecimal("1234567.89"),
                        new BigDecimal("12345678901234567890.123456789"),
                        LocalDate.parse("2024-02-29"),
                        LocalTime.parse("23:59:59.123456"),
                        Instant.parse("2024-02-29T12:34:56.123456Z"),
                        Duration.ofMillis(37_091_106_500L)));
    }

    @Test
    void saysWhichColumnsWereNotSent() {
        Change<Row> update = changes("schema", "v_schema", DECODER).get(3);

        assertThat(update.unavailable()).containsExactly("notes");
        assertThat(update.before()).isNull();
        assertThat(Objects.requireNonNull(update.after()).price()).isNaN();
        assertThat(update.after().single()).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(update.after().notes()).isNull();
    }

    @Test
    void knowsWholeRowsBeforeAChangeWhereTheReplicaIdentityIsFull() {
        List<Change<Row>> changes = changes("schema", "f_schema", DECODER);

        assertSame(changes.get(1).before(), row(3, "created"));
        assertSame(changes.get(1).after(), row(3, "updated"));
        assertSame(changes.get(2).row(), row(3, "updated"));
    }

    @Test
    void hasWhatDebeziumFillsInWhereTheReplicaIdentityIsTheKey() {
        Row gone = changes("schema", "v_schema", DECODER).get(4).row();

        assertThat(Objects.requireNonNull(gone).id()).isEqualTo(3);
        assertThat(gone.name()).isEmpty();
        assertThat(gone.atZone()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void namesTheOriginOfChanges() {
        List<Change<Row>> changes = changes("schema", "v_schema", DECODER);

        assertThat(changes.get(0).origin().isSnapshot()).isTrue();
        ChangeOrigin created = changes.get(2).origin();
        assertThat(created.isSnapshot()).isFalse();
        assertThat(created.connector()).isEqualTo("postgresql");
        assertThat(created.database()).isEqualTo("postgres");
        assertThat(created.schema()).isEqualTo("public");
        assertThat(created.table()).isEqualTo("v_schema");
        assertThat(created.transaction())
                .isNotNull()
                .isEqualTo(changes.get(3).origin().transaction())
                .isNotEqualTo(changes.get(4).origin().transaction());
        long position = Long.parseLong(Objects.requireNonNull(created.position()));
        assertThat(Long.parseLong(Objects.requireNonNull(changes.get(3).origin().position())))
                .isGreaterThan(position);
        assertThat(changes.get(2).time()).isBetween("2026-11-29T09:54:00Z", "2026-11-29T09:56:00Z");
    }

    @Test
    void refusesATimeThatIsNone() {
        Line line = lines("schema", each -> String.valueOf(each.value()).contains("\"infinity\""))
                .get(0);

        assertThatThrownBy(() ->
                        DECODER.decode(Objects.requireNonNull(line.value()).getBytes(UTF_8)))
                .isInstanceOf(CodecException.class)
                .hasMessage(
                        "field \"after.at_zone\": \"infinity\" (expected: a time such as \"2024-01-31T12:00:00Z\")");
    }

    @Test
    void refusesADecimalNumberThatIsNone() {
        Line line = lines("string", each -> String.valueOf(each.value()).contains("\"NAN\""))
                .get(0);

        assertThatThrownBy(() ->
                        DECODER.decode(Objects.requireNonNull(line.value()).getBytes(UTF_8)))
                .hasMessage("field \"after.any_amount\": \"NAN\" (expected: a decimal number)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"schema", "plain"})
    void saysWhatOtherRecordsOfDebeziumAre(String variant) {
        assertThatThrownBy(() -> DECODER.decode(only(variant, "__debezium-heartbeat.shop")))
                .hasMessageStartingWith("value: a heartbeat");
        assertThatThrownBy(() -> DECODER.decode(only(variant, "shop.transaction")))
                .hasMessageStartingWith("value: a bound of a transaction");
        assertThatThrownBy(() -> DECODER.decode(only(variant, "shop.message")))
                .hasMessageStartingWith("field \"op\": \"m\"");
    }

    private static byte[] only(String variant, String topic) {
        Line line = lines(variant, each -> each.topic().equals(topic)).get(0);
        return Objects.requireNonNull(line.value()).getBytes(UTF_8);
    }
}
