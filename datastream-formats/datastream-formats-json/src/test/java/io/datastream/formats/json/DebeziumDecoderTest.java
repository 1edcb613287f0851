package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.record.Decimal;
import io.datastream.error.Masked;
import io.datastream.formats.json.Change.Operation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DebeziumDecoderTest {
    private static final String SOURCE = "{'connector':'postgresql','db':'shop','schema':'public','table':'orders',"
            + "'ts_ms':1700000000123,'ts_us':1700000000123456,'snapshot':'false','lsn':4711,'txId':77}";

    record Item(long id, @Nullable String unitName) {}

    record Times(
            @Nullable Instant at,
            @Nullable LocalDateTime local,
            @Nullable LocalTime clock,
            @Nullable LocalDate day,
            @Nullable Duration span) {}

    record Amount(@Nullable BigDecimal amount) {}

    record Scaled(
            @Nullable @Decimal(precision = 12, scale = 2) BigDecimal amount) {}

    record Flags(boolean paid) {}

    record Wide(double value) {}

    private static byte[] document(String text) {
        return text.replace('\'', '"').getBytes(UTF_8);
    }

    private static byte[] envelope(String op, String before, String after) {
        return document("{'op':'" + op + "','before':" + before + ",'after':" + after + ",'source':" + SOURCE + "}");
    }

    private static <T> T row(DebeziumDecoder<T> decoder, String row) {
        return Objects.requireNonNull(decoder.decode(envelope("c", "null", row)).after());
    }

    /** A row of one column in a document that tells its type. */
    private static <T> T told(DebeziumDecoder<T> decoder, String column, String type, String value) {
        String field = "{'field':'" + column + "'," + type + "}";
        String schema = "{'type':'struct','fields':[{'type':'struct','field':'after','fields':[" + field + "]}]}";
        String payload = "{'op':'c','before':null,'after':{'" + column + "':" + value + "},'source':" + SOURCE + "}";
        return Objects.requireNonNull(decoder.decode(document("{'schema':" + schema + ",'payload':" + payload + "}"))
                .after());
    }

    @Test
    void readsRowsBeforeAndAfterAChange() {
        Change<Item> change = DebeziumDecoder.of(Item.class)
                .decode(envelope("u", "{'id':1,'unit_name':'kg'}", "{'id':1,'unit_name':'g','more':[1]}"));

        assertThat(change.operation()).isEqualTo(Operation.UPDATE);
        assertThat(change.before()).isEqualTo(new Item(1, "kg"));
        assertThat(change.after()).isEqualTo(new Item(1, "g"));
        assertThat(change.row()).isEqualTo(new Item(1, "g"));
        assertThat(change.time()).isEqualTo(Instant.parse("2023-11-14T22:13:20.123456Z"));
        assertThat(change.origin())
                .isEqualTo(new ChangeOrigin("postgresql", "shop", "public", "orders", false, "4711", "77"));
    }

    @Test
    void findsColumnsByTheNameOfTheComponentToo() {
        assertThat(row(DebeziumDecoder.of(Item.class), "{'id':1,'unitName':'kg'}"))
                .isEqualTo(new Item(1, "kg"));
    }

    @ParameterizedTest
    @CsvSource({"c, CREATE", "r, READ", "u, UPDATE"})
    void knowsOperationsWithARowAfter(String op, Operation operation) {
        Change<Item> change = DebeziumDecoder.of(Item.class).decode(envelope(op, "null", "{'id':1}"));

        assertThat(change.operation()).isEqualTo(operation);
        assertThat(change.row()).isEqualTo(new Item(1, null));
    }

    @Test
    void givesARowThatIsGoneAsItWas() {
        Change<Item> change = DebeziumDecoder.of(Item.class).decode(envelope("d", "{'id':1,'unit_name':'kg'}", "null"));

        assertThat(change.operation()).isEqualTo(Operation.DELETE);
        assertThat(change.after()).isNull();
        assertThat(change.row()).isEqualTo(new Item(1, "kg"));
    }

    @Test
    void givesNoRowOfATableThatWasEmptied() {
        Change<Item> change = DebeziumDecoder.of(Item.class).decode(document("{'op':'t','source':" + SOURCE + "}"));

        assertThat(change.operation()).isEqualTo(Operation.TRUNCATE);
        assertThat(change.row()).isNull();
    }

    @Test
    void namesThePlaceInTheLogsOfOtherDatabases() {
        Change<Item> change = DebeziumDecoder.of(Item.class)
                .decode(document("{'op':'c','after':{'id':1},'transaction':{'id':'t-1'},'source':{'connector':'mysql',"
                        + "'db':'shop','table':'orders','ts_ms':5,'file':'bin.000003','pos':484,'row':2,"
                        + "'snapshot':'last','gtid':'0-1-9'}}"));

        assertThat(change.origin())
                .isEqualTo(new ChangeOrigin("mysql", "shop", null, "orders", true, "bin.000003:484:2", "0-1-9"));
        assertThat(change.time()).isEqualTo(Instant.ofEpochMilli(5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "io.debezium.time.Timestamp | 1709210096789 | 2024-02-29T12:34:56.789Z",
                "io.debezium.time.MicroTimestamp | 1709210096123456 | 2024-02-29T12:34:56.123456Z",
                "io.debezium.time.NanoTimestamp | 1709210096123456789 | 2024-02-29T12:34:56.123456789Z",
                "org.apache.kafka.connect.data.Timestamp | -1 | 1969-12-31T23:59:59.999Z",
                "io.debezium.time.MicroTimestamp | -1 | 1969-12-31T23:59:59.999999Z",
                "io.debezium.time.ZonedTimestamp | '2024-02-29T12:34:56.5+02:00' | 2024-02-29T10:34:56.5Z",
            })
    void readsPointsInTime(String meaning, String value, String time) {
        Times row = told(DebeziumDecoder.of(Times.class), "at", "'type':'x','name':'" + meaning + "'", value);

        assertThat(row.at()).isEqualTo(Instant.parse(time));
    }

    @Test
    void readsTimesWithoutZone() {
        DebeziumDecoder<Times> decoder = DebeziumDecoder.of(Times.class);

        assertThat(told(decoder, "local", "'type':'int64','name':'io.debezium.time.MicroTimestamp'", "1709210096123456")
                        .local())
                .isEqualTo(LocalDateTime.parse("2024-02-29T12:34:56.123456"));
        assertThat(told(decoder, "clock", "'type':'int64','name':'io.debezium.time.MicroTime'", "86399123456")
                        .clock())
                .isEqualTo(LocalTime.parse("23:59:59.123456"));
        assertThat(told(decoder, "clock", "'type':'int32','name':'io.debezium.time.Time'", "1")
                        .clock())
                .isEqualTo(LocalTime.parse("00:00:00.001"));
        assertThat(told(decoder, "day", "'type':'int32','name':'io.debezium.time.Date'", "-1")
                        .day())
                .isEqualTo(LocalDate.parse("1969-12-31"));
        assertThat(told(decoder, "span", "'type':'int64','name':'io.debezium.time.MicroDuration'", "-1500000")
                        .span())
                .isEqualTo(Duration.ofMillis(-1500));
    }

    @Test
    void refusesNumbersThatAreNoTimes() {
        DebeziumDecoder<Times> decoder = DebeziumDecoder.of(Times.class);

        assertThatThrownBy(() -> told(decoder, "at", "'type':'int64'", "5"))
                .hasMessage("field \"after.at\": 5 (expected: a time)");
        assertThatThrownBy(() -> told(decoder, "day", "'type':'int64','name':'io.debezium.time.Timestamp'", "5"))
                .hasMessage("field \"after.day\": 5 (expected: a date, as days since 1970 or \"2024-01-31\")");
        assertThatThrownBy(() -> told(decoder, "clock", "'type':'int64','name':'io.debezium.time.MicroTime'", "-1"))
                .hasMessage("field \"after.clock\": -1 (expected: a time of the day)");
        assertThatThrownBy(() -> row(decoder, "{'span':'P1Y2M3DT4H5M6.5S'}"))
                .hasMessage(
                        "field \"after.span\": \"P1Y2M3DT4H5M6.5S\" (expected: an interval without years and months)");
    }

    @Test
    void asksWhatTimesMeanInADocumentWithoutSchema() {
        DebeziumDecoder<Times> decoder = DebeziumDecoder.of(Times.class);

        assertThatThrownBy(() -> row(decoder, "{'at':1709210096123456}"))
                .isInstanceOf(CodecException.class)
                .hasMessage("field \"after.at\": 1709210096123456 (expected: a time; in a document without schema by"
                        + " withTimes())");
        Times row = row(
                decoder.withTimes(ChronoUnit.MICROS), "{'at':1709210096123456,'clock':1,'day':19782,'span':1500000}");
        assertThat(row.at()).isEqualTo(Instant.parse("2024-02-29T12:34:56.123456Z"));
        assertThat(row.clock()).isEqualTo(LocalTime.parse("00:00:00.000001"));
        assertThat(row.day()).isEqualTo(LocalDate.parse("2024-02-29"));
        assertThat(row.span()).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void readsDecimalNumbersWithTheirScale() {
        DebeziumDecoder<Amount> decoder = DebeziumDecoder.of(Amount.class);
        String precise = "'type':'bytes','name':'org.apache.kafka.connect.data.Decimal','parameters':{'scale':'2'}";

        assertThat(told(decoder, "amount", precise, "'B1vNFQ=='").amount()).isEqualTo(new BigDecimal("1234567.89"));
        assertThat(told(decoder, "amount", precise, "'/w=='").amount()).isEqualTo(new BigDecimal("-0.01"));
        assertThat(told(
                                decoder,
                                "amount",
                                "'type':'struct','name':'io.debezium.data.VariableScaleDecimal'",
                                "{'scale':3,'value':'Bg=='}")
                        .amount())
                .isEqualTo(new BigDecimal("0.006"));
        assertThat(told(decoder, "amount", "'type':'string'", "'1234'").amount())
                .isEqualTo(new BigDecimal("1234"));
        assertThat(told(decoder, "amount", "'type':'double'", "1.5").amount()).isEqualTo(new BigDecimal("1.5"));
    }

    @Test
    void asksWhatDecimalNumbersMeanInADocumentWithoutSchema() {
        // four digits are valid Base64 too
        assertThatThrownBy(() -> row(DebeziumDecoder.of(Amount.class), "{'amount':'1234'}"))
                .hasMessage("field \"after.amount\": \"1234\" (expected: a decimal number; in a document without schema"
                        + " by withDecimals())");
        assertThatThrownBy(() -> row(
                        DebeziumDecoder.of(Amount.class).withDecimals(DebeziumDecimals.PRECISE), "{'amount':'1234'}"))
                .hasMessage("field \"after.amount\": \"1234\" (expected: a decimal number; in a document without schema"
                        + " by @Decimal at the component)");
        assertThat(row(DebeziumDecoder.of(Amount.class).withDecimals(DebeziumDecimals.STRING), "{'amount':'1234'}")
                        .amount())
                .isEqualTo(new BigDecimal("1234"));
        assertThat(row(DebeziumDecoder.of(Scaled.class).withDecimals(DebeziumDecimals.PRECISE), "{'amount':'B1vNFQ=='}")
                        .amount())
                .isEqualTo(new BigDecimal("1234567.89"));
    }

    @Test
    void readsTruthValuesOfMariaDb() {
        DebeziumDecoder<Flags> decoder = DebeziumDecoder.of(Flags.class);

        assertThat(row(decoder, "{'paid':1}")).isEqualTo(new Flags(true));
        assertThat(row(decoder, "{'paid':false}")).isEqualTo(new Flags(false));
        assertThatThrownBy(() -> row(decoder, "{'paid':2}"))
                .hasMessage("field \"after.paid\": 2 (expected: true or false, or 1 or 0)");
    }

    @Test
    void readsNumbersThatAreNone() {
        assertThat(row(DebeziumDecoder.of(Wide.class), "{'value':'NaN'}").value())
                .isNaN();
        assertThat(row(DebeziumDecoder.of(Wide.class), "{'value':'-Infinity'}").value())
                .isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void namesColumnsThatWereNotSent() {
        Change<Item> change = DebeziumDecoder.of(Item.class)
                .decode(envelope("u", "null", "{'id':1,'unit_name':'__debezium_unavailable_value'}"));

        assertThat(change.after()).isEqualTo(new Item(1, null));
        assertThat(change.unavailable()).containsExactly("unit_name");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'id':'a'} | field \"after.id\": \"a\" (expected: a whole number of 64 bits)",
                "{'id':1.5} | field \"after.id\": 1.5 (expected: a whole number of 64 bits)",
                "{'id':null} | field \"after.id\": null (expected: a whole number of 64 bits)",
                "{} | field \"after.id\": missing (expected: a whole number of 64 bits)",
                "{'id':1,'unit_name':2} | field \"after.unit_name\": 2 (expected: a text)",
                "7 | field \"after\": 7 (expected: an object)",
                "null | field \"after\": null (expected: a row, as \"op\" is \"c\")",
            })
    void namesWhatIsWrongWithARow(String row, String message) {
        assertThatThrownBy(() -> row(DebeziumDecoder.of(Item.class), row))
                .isInstanceOf(CodecException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "[1] | value: a list (expected: an object)",
                "{'schema':{},'payload':null} | field \"payload\": null (expected: an object)",
                "{'op':'m','message':{}} | field \"op\": \"m\" (expected: \"c\", \"u\", \"d\", \"r\" or \"t\")",
                "{'op':'t'} | field \"source\": missing (expected: an object)",
                "{'ts_ms':5} | value: a heartbeat, which belongs on a topic of its own (expected: a change of Debezium"
                        + " with \"op\")",
                "{'status':'BEGIN','id':'1:2','ts_ms':5} | value: a bound of a transaction, which belongs on a topic of its"
                        + " own (expected: a change of Debezium with \"op\")",
                "{'source':{},'ddl':'DROP','tableChanges':[]} | value: a change of a schema, which belongs on a topic of"
                        + " its own (expected: a change of Debezium with \"op\")",
                "{'id':1,'name':'x'} | value: an object without \"op\", such as a row that was taken out of its"
                        + " envelope (expected: a change of Debezium with \"op\")",
            })
    void saysWhatADocumentIsThatIsNoChange(String document, String message) {
        assertThatThrownBy(() -> DebeziumDecoder.of(Item.class).decode(document(document)))
                .isInstanceOf(CodecException.class)
                .hasMessage(message);
    }

    @Test
    void refusesWhatIsNoRecordWhenItIsDefined() {
        assertThatThrownBy(() -> DebeziumDecoder.of(String.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("type: java.lang.String (expected: a record)");
        assertThatThrownBy(() -> DebeziumDecoder.of(Item.class).withTimes(ChronoUnit.DAYS))
                .hasMessage("unit: Days (expected: MILLIS, MICROS or NANOS)");
    }

    @Test
    void isTheSameAfterItWasShipped() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(DebeziumDecoder.of(Item.class));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked") // it was of this type
            DebeziumDecoder<Item> shipped = (DebeziumDecoder<Item>) in.readObject();
            assertThat(row(shipped, "{'id':1}")).isEqualTo(new Item(1, null));
        }
    }

    record Born(@Masked LocalDate day) {}

    @Test
    void showsNoMaskedValueInAnError() {
        assertThatThrownBy(() -> told(DebeziumDecoder.of(Born.class), "day", "'type':'int64'", "5"))
                .hasNoCause()
                .hasMessage("value: what is wrong is not shown, since Born has masked fields");
    }
}
