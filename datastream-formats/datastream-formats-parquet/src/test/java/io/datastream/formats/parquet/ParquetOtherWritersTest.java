package io.datastream.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.record.Decimal;
import io.datastream.formats.parquet.Shapes.Side;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Files of parquet-avro, and of writers from before the rules for lists and times were fixed. */
class ParquetOtherWritersTest {
    record FromAvro(
            String name,
            Side side,
            Instant millis,
            LocalDateTime micros,
            @Decimal(precision = 10, scale = 2) BigDecimal price,
            List<Integer> numbers,
            Map<String, Long> map,
            @Nullable Part part) {}

    record Part(double value, @Nullable String note) {}

    record Numbers(List<Integer> numbers) {}

    record NullableNumbers(List<@Nullable Integer> numbers) {}

    record Parts(List<Pair> parts) {}

    record Pair(int a, int b) {}

    record One(int a) {}

    record Ones(List<One> ones) {}

    record At(Instant time) {}

    record LocalAt(LocalDateTime time) {}

    @Test
    void readsFilesOfParquetAvro() throws IOException {
        Schema schema = new Schema.Parser().parse("""
            {"type": "record", "name": "R", "fields": [
              {"name": "unknown", "type": {"type": "array", "items": "string"}},
              {"name": "name", "type": "string"},
              {"name": "side", "type": {"type": "enum", "name": "S", "symbols": ["BUY", "SELL"]}},
              {"name": "millis", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "micros", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
              {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
              {"name": "numbers", "type": {"type": "array", "items": "int"}},
              {"name": "map", "type": {"type": "map", "values": "long"}},
              {"name": "part", "type": ["null", {"type": "record", "name": "P", "fields": [
                {"name": "note", "type": ["null", "string"]}, {"name": "value", "type": "double"}]}]}]}
            """);
        GenericRecord part = new GenericData.Record(
                schema.getField("part").schema().getTypes().get(1));
        part.put("value", 2.5);
        GenericRecord full = record(schema, part);
        GenericRecord empty = record(schema, null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ParquetWriter<GenericRecord> writer = AvroParquetWriter.<GenericRecord>builder(new StreamOutput(out))
                .withSchema(schema)
                .withDataModel(GenericData.get())
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new PageCodecs(1 << 20))
                .withCompressionCodec(CompressionCodecName.GZIP)
                .build()) {
            writer.write(full);
            writer.write(empty);
        }

        FromAvro read = new FromAvro(
                "n",
                Side.SELL,
                Instant.ofEpochMilli(1_700_000_000_123L),
                LocalDateTime.parse("1970-01-01T00:00:00.000001"),
                new BigDecimal("1.50"),
                List.of(1, 2),
                Map.of("a", 1L),
                new Part(2.5, null));
        assertThat(ParquetFiles.read(ParquetFormat.of(FromAvro.class), out.toByteArray()))
                .containsExactly(
                        read,
                        new FromAvro(
                                read.name(),
                                read.side(),
                                read.millis(),
                                read.micros(),
                                read.price(),
                                read.numbers(),
                                read.map(),
                                null));
    }

    private static GenericRecord record(Schema schema, @Nullable GenericRecord part) {
        GenericRecord record = new GenericData.Record(schema);
        record.put("unknown", List.of("x"));
        record.put("name", "n");
        record.put("side", new GenericData.EnumSymbol(schema.getField("side").schema(), "SELL"));
        record.put("millis", 1_700_000_000_123L);
        record.put("micros", 1L);
        record.put("price", ByteBuffer.wrap(new byte[] {(byte) 0, (byte) 150}));
        record.put("numbers", List.of(1, 2));
        record.put("map", Map.of("a", 1L));
        record.put("part", part);
        return record;
    }

    @Test
    void readsListsOfOlderWriters() throws IOException {
        List<Numbers> expected = List.of(new Numbers(List.of(1, 2)), new Numbers(List.of()));
        // two levels
        assertThat(numbers("message m { required group numbers (LIST) { repeated int32 array; } }", false))
                .isEqualTo(expected);
        // three levels with other names
        assertThat(numbers(
                        "message m { optional group numbers (LIST) { repeated group bag { optional int32"
                                + " array_element; } } }",
                        true))
                .isEqualTo(expected);
        // no group around it
        assertThat(readAll(
                        Numbers.class,
                        "message m { repeated int32 numbers; }",
                        group -> group.append("numbers", 1).append("numbers", 2),
                        group -> {}))
                .isEqualTo(expected);
    }

    private static List<Numbers> numbers(String schema, boolean wrapped) throws IOException {
        return readAll(
                Numbers.class,
                schema,
                group -> {
                    Group list = group.addGroup("numbers");
                    for (int number : new int[] {1, 2}) {
                        if (wrapped) {
                            list.addGroup(0).append("array_element", number);
                        } else {
                            list.add(0, number);
                        }
                    }
                },
                group -> group.addGroup("numbers"));
    }

    @Test
    void readsGroupsAsElementsOfOlderLists() throws IOException {
        assertThat(readAll(
                        Parts.class,
                        "message m { required group parts (LIST) { repeated group element { required int32 a; required"
                                + " int32 b; } } }",
                        group -> group.addGroup("parts")
                                .addGroup(0)
                                .append("a", 1)
                                .append("b", 2)))
                .containsExactly(new Parts(List.of(new Pair(1, 2))));
        assertThat(readAll(
                        Ones.class,
                        "message m { required group ones (LIST) { repeated group ones_tuple { required int32 a; } } }",
                        group -> group.addGroup("ones").addGroup(0).append("a", 1)))
                .containsExactly(new Ones(List.of(new One(1))));
    }

    @Test
    void saysWhichRowHasANullThatMustNotBe() throws IOException {
        String schema =
                "message m { optional group numbers (LIST) { repeated group list { optional int32 element; } } }";
        byte[] file = write(
                schema,
                group -> {
                    Group list = group.addGroup("numbers");
                    list.addGroup(0).append("element", 1);
                    list.addGroup(0);
                },
                group -> {});

        assertThat(ParquetFiles.texts(ParquetFormat.of(Numbers.class), file))
                .containsExactly(
                        "! row 1: column \"numbers[]\": null (expected: a whole number of 32 bits; or mark it as"
                                + " @Nullable)",
                        "! row 2: column \"numbers\": null (expected: a list; or mark it as @Nullable)");
        assertThat(ParquetFiles.texts(ParquetFormat.of(NullableNumbers.class), file))
                .containsExactly(
                        "NullableNumbers[numbers=[1, null]]",
                        "! row 2: column \"numbers\": null (expected: a list; or mark it as @Nullable)");
    }

    @Test
    void readsTimesOf96Bits() throws IOException {
        ByteBuffer time = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(43_200_000_000_001L)
                .putInt(2_460_341);
        byte[] file = write(
                "message m { required int96 time; }",
                group -> group.append("time", Binary.fromConstantByteArray(time.array())));

        assertThat(ParquetFiles.read(ParquetFormat.of(At.class), file))
                .containsExactly(new At(Instant.parse("2024-01-31T12:00:00.000000001Z")));
        assertThat(ParquetFiles.read(ParquetFormat.of(LocalAt.class), file))
                .containsExactly(new LocalAt(LocalDateTime.parse("2024-01-31T12:00:00.000000001")));
    }

    @Test
    void mixesNoTimesWithAndWithoutZone() throws IOException {
        byte[] file = write(
                "message m { required int64 time (TIMESTAMP(MICROS,false)); }", group -> group.append("time", 1L));
        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(At.class), file))
                .isInstanceOf(IOException.class)
                .hasMessage("schema: column \"time\": written as INT64 (TIMESTAMP(MICROS,false)) (expected: a time)");
    }

    private interface Row {
        void fill(Group group);
    }

    private static <T> List<T> readAll(Class<T> type, String schema, Row... rows) throws IOException {
        return ParquetFiles.read(ParquetFormat.of(type), write(schema, rows));
    }

    private static byte[] write(String schema, Row... rows) throws IOException {
        MessageType type = MessageTypeParser.parseMessageType(schema);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new StreamOutput(out))
                .withType(type)
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new PageCodecs(1 << 20))
                .build()) {
            for (Row row : Arrays.asList(rows)) {
                Group group = new SimpleGroup(type);
                row.fill(group);
                writer.write(group);
            }
        }
        return out.toByteArray();
    }
}
