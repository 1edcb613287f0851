package io.datastream.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.datastream.formats.avro.AvroCodec;
import io.datastream.formats.avro.AvroCompression;
import io.datastream.formats.avro.AvroFormat;
import io.datastream.formats.csv.CsvCodec;
import io.datastream.formats.csv.CsvFormat;
import io.datastream.formats.json.JsonCodec;
import io.datastream.formats.json.JsonLinesFormat;
import io.datastream.formats.parquet.ParquetCompression;
import io.datastream.formats.parquet.ParquetFormat;
import io.datastream.formats.protobuf.ProtobufCodec;
import io.datastream.fuzz.Samples.Everything;
import io.datastream.fuzz.Samples.Order;
import io.datastream.fuzz.Samples.Row;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The formats, by the names they have on the command line. */
final class Targets {
    private static final int VALUES = 200;
    private static final long SEED = 20_240_131; // documents are the same in every run
    private static final int BLOCK_BYTES = 1 << 20;
    private static final long FILE_MEMORY_BYTES = 32 << 20;
    private static final int LONGEST_RECORD = 4_000;
    private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000_000;

    /** A page for each of 28 columns, and the 100 MiB that Parquet's own reader takes for a text in the header of a page. */
    private static final long PARQUET_MEMORY_BYTES = (64 + 100) << 20;

    private static final Map<String, Supplier<Target>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("json", Targets::json);
        ALL.put("json-lines", Targets::jsonLines);
        ALL.put("csv", Targets::csv);
        ALL.put("csv-file", Targets::csvFile);
        ALL.put("csv-dialect", Targets::csvDialect);
        ALL.put("avro", Targets::avro);
        ALL.put("avro-all", Targets::avroAll);
        ALL.put("avro-framed", Targets::avroFramed);
        ALL.put("avro-file", Targets::avroFile);
        ALL.put("protobuf", () -> protobuf("protobuf", ProtobufCodec.of(Struct.class)));
        ALL.put(
                "protobuf-framed",
                () -> protobuf("protobuf-framed", ProtobufCodec.of(Struct.class).withSchemaId(7)));
        ALL.put("parquet-file", Targets::parquetFile);
    }

    private Targets() {}

    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    static Target of(String name) {
        Supplier<Target> target = ALL.get(name);
        if (target == null) {
            throw new IllegalArgumentException("name: " + name + " (expected: one of " + names() + ")");
        }
        return target.get();
    }

    private static Target json() {
        return new CodecTarget<>(
                "json",
                JsonCodec.of(Order.class),
                new JsonOracle<>(Order.class)::checkValue,
                RandomRecords.of(Order.class, VALUES, SEED),
                jsonTokens());
    }

    private static Target jsonLines() {
        JsonLinesFormat<Order> format = JsonLinesFormat.of(Order.class);
        return new FileTarget<>(
                "json-lines",
                format.withMaxRecordBytes(LONGEST_RECORD),
                format,
                List.of(format),
                new JsonOracle<>(Order.class)::checkLines,
                RandomRecords.of(Order.class, VALUES, SEED),
                jsonTokens(),
                FILE_MEMORY_BYTES);
    }

    private static List<byte[]> jsonTokens() {
        return tokens(
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                "\"",
                "\\",
                "\n",
                "\r\n",
                "null",
                "true",
                "false",
                "NaN",
                "\"NaN\"",
                "-",
                "0",
                ".5",
                "1e999",
                "1e-999",
                "123456789012345678901234567890",
                "9223372036854775808",
                "-0",
                "\\u0000",
                "\\ud800",
                "\"id\":",
                "\"legs\":[",
                "\"time\":\"2024-01-31T12:00:00Z\"",
                "+01:00",
                "\ufeff",
                " ",
                "//",
                "'");
    }

    private static Target csv() {
        return new CodecTarget<>(
                "csv",
                CsvCodec.of(Row.class),
                CsvOracle.of(Row.class)::checkLine,
                RandomRecords.of(Row.class, VALUES, SEED),
                csvTokens());
    }

    private static Target csvFile() {
        return csvFile("csv-file", CsvFormat.of(Row.class), CsvOracle.of(Row.class));
    }

    private static Target csvDialect() {
        return csvFile(
                "csv-dialect",
                CsvFormat.of(Row.class)
                        .withDelimiter(';')
                        .withQuote('\'')
                        .withEscape('\\')
                        .withComment('#')
                        .withNullText("NA"),
                CsvOracle.ofDialect(Row.class, ';', '\'', '\\', '#', "NA"));
    }

    private static Target csvFile(String name, CsvFormat<Row> format, CsvOracle<Row> oracle) {
        return new FileTarget<>(
                name,
                format.withMaxRecordBytes(LONGEST_RECORD),
                format,
                List.of(format),
                oracle::checkFile,
                RandomRecords.of(Row.class, VALUES, SEED),
                csvTokens(),
                FILE_MEMORY_BYTES);
    }

    private static List<byte[]> csvTokens() {
        return tokens(
                ",",
                ";",
                "\"",
                "\"\"",
                "'",
                "\\",
                "#",
                "\n",
                "\r\n",
                "\r",
                "NA",
                "\\N",
                "NaN",
                "Infinity",
                "-",
                "0",
                ".5",
                "1e999",
                "123456789012345678901234567890",
                "9223372036854775808",
                "-0",
                "\u0000",
                "\ufeff",
                " ",
                "\t",
                "id,time,price",
                "true",
                "2024-01-31T12:00:00Z",
                "+01:00");
    }

    private static Target avro() {
        AvroCodec<Order> codec = AvroCodec.of(Order.class);
        return new CodecTarget<>(
                "avro",
                codec,
                new AvroOracle<>(codec, codec.schema())::checkRecord,
                RandomRecords.of(Order.class, VALUES, SEED),
                avroTokens());
    }

    private static Target avroAll() {
        return new CodecTarget<>(
                "avro-all",
                AvroCodec.of(Everything.class),
                Oracle.none(),
                RandomRecords.of(Everything.class, VALUES, SEED),
                avroTokens());
    }

    private static Target avroFramed() {
        AvroCodec<Order> plain = AvroCodec.of(Order.class);
        return new CodecTarget<>(
                "avro-framed",
                plain.withRegistry(SmallRegistry.start(plain.schema()), "orders-value"),
                new AvroOracle<>(plain, plain.schema())::checkFramed,
                RandomRecords.of(Order.class, VALUES, SEED),
                avroTokens());
    }

    private static Target avroFile() {
        AvroCodec<Order> codec = AvroCodec.of(Order.class);
        AvroFormat<Order> format = AvroFormat.of(Order.class).withMaxBlockBytes(BLOCK_BYTES);
        return new FileTarget<>(
                "avro-file",
                format,
                format,
                Arrays.stream(AvroCompression.values())
                        .map(compression -> format.withCompression(compression).withBlockBytes(100))
                        .toList(),
                new AvroOracle<>(codec, codec.schema())::checkFile,
                RandomRecords.of(Order.class, VALUES, SEED),
                avroTokens(),
                FILE_MEMORY_BYTES);
    }

    private static List<byte[]> avroTokens() {
        List<byte[]> tokens = new ArrayList<>(tokens(
                "Obj\u0001",
                "avro.schema",
                "avro.codec",
                "null",
                "deflate",
                "snappy",
                "\"string\"",
                "\"long\"",
                "{\"type\":\"array\",\"items\":",
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[",
                "[\"null\",",
                "\"logicalType\":\"timestamp-millis\"",
                "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2147483647}"));
        tokens.addAll(numbers());
        return tokens;
    }

    private static <T extends com.google.protobuf.Message> Target protobuf(String name, ProtobufCodec<T> codec) {
        List<byte[]> tokens = new ArrayList<>(tokens("value", "\n\5", "\22\4", "*\2"));
        tokens.addAll(numbers());
        List<T> values = RandomRecords.of(Order.class, VALUES, SEED).stream()
                .map(order -> {
                    @SuppressWarnings("unchecked") // both codecs are for structs
                    T struct = (T) struct(order);
                    return struct;
                })
                .toList();
        return new CodecTarget<>(name, codec, Oracle.none(), values, tokens);
    }

    /** A message with all that messages have: texts, numbers, maps, lists, and messages within messages. */
    private static Struct struct(Order order) {
        Struct.Builder legs = Struct.newBuilder();
        for (int i = 0; i < order.legs().size(); i++) {
            legs.putFields(
                    "leg " + i,
                    Value.newBuilder()
                            .setStructValue(Struct.newBuilder()
                                    .putFields(
                                            "side",
                                            text(order.legs().get(i).side().name())))
                            .build());
        }
        return Struct.newBuilder()
                .putFields("id", text(order.id()))
                .putFields(
                        "price",
                        Value.newBuilder().setNumberValue(order.price()).build())
                .putFields("open", Value.newBuilder().setBoolValue(order.open()).build())
                .putFields("legs", Value.newBuilder().setStructValue(legs).build())
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Target parquetFile() {
        ParquetFormat<Everything> format = ParquetFormat.of(Everything.class)
                .withMaxPageBytes(BLOCK_BYTES)
                .withMaxRowGroupBytes(BLOCK_BYTES)
                .withMaxRowBytes(BLOCK_BYTES);
        List<byte[]> tokens = new ArrayList<>(tokens("PAR1", "PARE", "list", "element", "key_value", "time", "id"));
        tokens.addAll(numbers());
        return new FileTarget<>(
                        "parquet-file",
                        format,
                        format,
                        Arrays.stream(ParquetCompression.values())
                                .map(format::withCompression)
                                .toList(),
                        Oracle.none(),
                        RandomRecords.of(Everything.class, VALUES, SEED),
                        tokens,
                        PARQUET_MEMORY_BYTES)
                .writingOnly(Targets::isInNanoseconds); // a footer that says milliseconds gives other years
    }

    /** Whether the times of a record fit the nanoseconds since 1970 that are written. */
    private static boolean isInNanoseconds(Everything value) {
        return Math.abs(value.time().getEpochSecond()) < MOST_SECONDS
                && Math.abs(value.local().toEpochSecond(ZoneOffset.UTC)) < MOST_SECONDS;
    }

    private static List<byte[]> numbers() {
        return List.of(
                new byte[] {0},
                new byte[] {1},
                new byte[] {(byte) 0xff},
                new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f},
                new byte[] {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f},
                new byte[] {0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff});
    }

    private static List<byte[]> tokens(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(UTF_8)).toList();
    }
}
