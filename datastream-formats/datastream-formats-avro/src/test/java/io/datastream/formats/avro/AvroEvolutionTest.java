package io.datastream.formats.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.error.Masked;
import io.datastream.formats.avro.Shapes.Reading;
import io.datastream.formats.avro.Shapes.Side;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Readers and writers of different versions. */
class AvroEvolutionTest {
    record Old(int number, float value, String gone, List<Integer> list) {}

    record New(double value, long number, @Nullable String added, Optional<Side> alsoAdded, List<Long> list) {}

    record Demanding(int number, String added) {}

    record Sided(Side side) {}

    enum More {
        BUY,
        SELL,
        BOTH
    }

    record MoreSided(More side) {}

    record At(Instant time) {}

    @Test
    void findsFieldsByNameWidensNumbersAndLeavesTheRest() {
        byte[] old = AvroCodec.of(Old.class).encode(new Old(7, 0.5f, "gone", List.of(1, 2)));
        AvroCodec<New> codec =
                AvroCodec.of(New.class).withWriterSchema(AvroCodec.of(Old.class).schema());

        assertThat(codec.decode(old)).isEqualTo(new New(0.5, 7, null, Optional.empty(), List.of(1L, 2L)));
    }

    @Test
    void refusesASchemaWithoutWhatMustBeThere() {
        Schema old = AvroCodec.of(Old.class).schema();
        assertThatThrownBy(() -> AvroCodec.of(Demanding.class).withWriterSchema(old))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("schema: field \"added\": missing in the writer's schema (expected: a text;"
                        + " or mark it as @Nullable)");
    }

    @Test
    void refusesNumbersThatWouldBeNarrowed() {
        Schema wide = AvroCodec.of(New.class).schema();
        assertThatThrownBy(() -> AvroCodec.of(Old.class).withWriterSchema(wide))
                .hasMessageContaining("written as ")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhichNameIsUnknown() {
        byte[] both = AvroCodec.of(MoreSided.class).encode(new MoreSided(More.BOTH));
        byte[] sell = AvroCodec.of(MoreSided.class).encode(new MoreSided(More.SELL));
        AvroCodec<Sided> codec = AvroCodec.of(Sided.class)
                .withWriterSchema(AvroCodec.of(MoreSided.class).schema());

        assertThat(codec.decode(sell)).isEqualTo(new Sided(Side.SELL));
        assertThatThrownBy(() -> codec.decode(both))
                .isInstanceOf(CodecException.class)
                .hasMessage("field \"side\": \"BOTH\" (expected: one of BUY, SELL)");
    }

    @Test
    void readsTimesInTheUnitTheyWereWrittenIn() {
        Map<String, Long> units = Map.of(
                "timestamp-millis", 1_706_702_400_001L,
                "timestamp-micros", 1_706_702_400_001_000L,
                "timestamp-nanos", 1_706_702_400_001_000_000L);
        units.forEach((unit, value) -> {
            Schema schema = new Schema.Parser()
                    .parse("{\"type\":\"record\",\"name\":\"At\",\"fields\":[{\"name\":\"time\",\"type\":"
                            + "{\"type\":\"long\",\"logicalType\":\"" + unit + "\"}}]}");
            GenericRecord record = new GenericData.Record(schema);
            record.put("time", value);

            assertThat(AvroCodec.of(At.class)
                            .withWriterSchema(schema)
                            .decode(AvroCodec.of(schema).encode(record)))
                    .as(unit)
                    .isEqualTo(new At(Instant.parse("2024-01-31T12:00:00.001Z")));
        });
    }

    @Test
    void refusesATimeOfUnknownUnit() {
        Schema schema = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"At\",\"fields\":[{\"name\":\"time\",\"type\":\"long\"}]}");
        assertThatThrownBy(() -> AvroCodec.of(At.class).withWriterSchema(schema))
                .hasMessage("schema: field \"time\": written as long (expected: a time)");
    }

    @Test
    void genericRecordsTakeTheDefaultsOfTheReader() {
        Schema writer = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}");
        Schema reader = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"b\",\"type\":\"long\",\"aliases\":"
                        + "[\"a\"]},{\"name\":\"c\",\"type\":\"string\",\"default\":\"none\"}]}");
        GenericRecord record = new GenericData.Record(writer);
        record.put("a", 7);

        GenericRecord read = AvroCodec.of(reader)
                .withWriterSchema(writer)
                .decode(AvroCodec.of(writer).encode(record));

        assertThat(read).hasToString("{\"b\": 7, \"c\": \"none\"}");
    }

    @Test
    void filesOfAnEarlierVersionAreRead() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (RecordWriter<Old> writer = AvroFormat.of(Old.class).writer(file, false)) {
            writer.write(new Old(7, 0.5f, "gone", List.of()));
        }
        try (RecordReader<New> reader =
                AvroFormat.of(New.class).reader("x", new ByteArrayInputStream(file.toByteArray()))) {
            assertThat(reader.read()).isEqualTo(new New(0.5, 7, null, Optional.empty(), List.of()));
        }
    }

    @Test
    void filesThatDoNotFitAreRefusedAsAWhole() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (RecordWriter<Old> writer = AvroFormat.of(Old.class).writer(file, false)) {
            writer.write(new Old(7, 0.5f, "gone", List.of()));
        }
        assertThatThrownBy(() -> AvroFormat.of(Reading.class).reader("x", new ByteArrayInputStream(file.toByteArray())))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("header: field \"");
    }

    record Secretly(@Masked Side side) {}

    @Test
    void showsNoMaskedValueInAnError() {
        byte[] both = AvroCodec.of(MoreSided.class).encode(new MoreSided(More.BOTH));
        AvroCodec<Secretly> codec = AvroCodec.of(Secretly.class)
                .withWriterSchema(AvroCodec.of(MoreSided.class).schema());

        assertThatThrownBy(() -> codec.decode(both))
                .isInstanceOfSatisfying(
                        CodecException.class,
                        error -> assertThat(error.showsContent()).isFalse())
                .hasNoCause()
                .hasMessage(
                        "field \"side\": what is wrong is not shown, since Secretly has masked fields (expected: Side)");
    }
}
