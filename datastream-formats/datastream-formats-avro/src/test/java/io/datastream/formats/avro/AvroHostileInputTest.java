package io.datastream.formats.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.error.Masked;
import io.datastream.formats.avro.Shapes.Leg;
import io.datastream.formats.avro.Shapes.Reading;
import io.datastream.formats.avro.Shapes.Side;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and records made to hurt. */
@Timeout(30)
class AvroHostileInputTest {
    record Chain(@Nullable Chain next) {}

    record Lists(List<Leg> legs) {}

    record Small(@Nullable Integer number) {}

    @Test
    void refusesAListThatIsLongerThanItsBytes() {
        AvroOutput bytes = new AvroOutput(32);
        bytes.writeLong(Long.MAX_VALUE);
        assertThatThrownBy(() -> AvroCodec.of(Lists.class).decode(bytes.toBytes()))
                .isInstanceOf(CodecException.class)
                .hasMessage(
                        "field \"legs\": a list of 9223372036854775807 (expected: at most 0, the rest of the bytes)");
    }

    @ParameterizedTest
    @ValueSource(longs = {-40, 1, Long.MAX_VALUE})
    void refusesAListWithALengthThatIsNotThere(long length) {
        AvroOutput bytes = new AvroOutput(32);
        bytes.writeLong(-1); // an element, and how many bytes it has
        bytes.writeLong(length);
        assertThatThrownBy(() -> AvroCodec.of(Lists.class).decode(bytes.toBytes()))
                .isInstanceOf(CodecException.class)
                .hasMessage(
                        "field \"legs\": a list of " + length + " bytes (expected: at most 0, the rest of the bytes)");
    }

    @Test
    void refusesANumberOf32BitsThatIsFilledUpWithBytes() {
        record Whole(int number) {}
        byte[] five = {(byte) 0x8a, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0};
        byte[] six = {(byte) 0x8a, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0};
        AvroCodec<Whole> codec = AvroCodec.of(Whole.class);

        assertThat(codec.decode(five)).isEqualTo(new Whole(5));
        assertThatThrownBy(() -> codec.decode(six))
                .isInstanceOf(CodecException.class)
                .hasMessage("field \"number\": a number of 6 bytes (expected: at most 5 for 32 bits)");
    }

    @Test
    void refusesABranchThatIsFilledUpWithBytes() {
        byte[] branch = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0};

        assertThatThrownBy(() -> AvroCodec.of(Small.class).decode(branch))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("a number of 6 bytes (expected: at most 5 for 32 bits)");
    }

    @Test
    void refusesATextThatIsLongerThanItsBytes() {
        AvroOutput bytes = new AvroOutput(32);
        bytes.writeLong(Integer.MAX_VALUE);
        assertThatThrownBy(() -> AvroCodec.of(Reading.class).decode(bytes.toBytes()))
                .isInstanceOf(CodecException.class)
                .hasMessage("field \"sensor\": text of 2147483647 bytes (expected: at most 0, the rest of the bytes)");
    }

    @Test
    void refusesDeepNesting() {
        byte[] deep = new byte[1_000_000];
        Arrays.fill(deep, (byte) 2); // always the branch with one more
        assertThatThrownBy(() -> AvroCodec.of(Chain.class).decode(deep))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("nested deeper than 200")
                .hasMessageStartingWith("field \"next.next.")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    @Test
    void refusesARecordThatContainsItself() {
        Schema endless = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"a\",\"type\":\"A\"}]}");
        assertThatThrownBy(() -> AvroCodec.of(endless).decode(new byte[0]))
                .isInstanceOf(CodecException.class)
                .hasMessage("schema: A within itself (expected: a union, list or map between)");
        assertThatThrownBy(() ->
                        AvroCodec.of(Small.class).withWriterSchema(endless).decode(new byte[0]))
                .isInstanceOf(CodecException.class);
    }

    @Test
    void refusesAFewBytesThatStandForManyValues() {
        // each record has ten of the next one, and the last has none: ten to the power of fifteen values without a byte
        StringBuilder schema = new StringBuilder("{\"type\":\"record\",\"name\":\"R15\",\"fields\":[]}");
        for (int i = 14; i >= 0; i--) {
            StringBuilder fields = new StringBuilder();
            for (int field = 0; field < 10; field++) {
                fields.append(field == 0 ? "" : ",")
                        .append("{\"name\":\"f")
                        .append(field)
                        .append("\",\"type\":")
                        .append(field == 0 ? schema.toString() : "\"R" + (i + 1) + "\"")
                        .append('}');
            }
            schema = new StringBuilder("{\"type\":\"record\",\"name\":\"R" + i + "\",\"fields\":[" + fields + "]}");
        }
        Schema many = new Schema.Parser().parse(schema.toString());

        assertThatThrownBy(
                        () -> AvroCodec.of(Small.class).withWriterSchema(many).decode(new byte[0]))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("more than 100000 values without bytes");
        assertThatThrownBy(() -> AvroCodec.of(many).decode(new byte[0]))
                .isInstanceOf(CodecException.class)
                .hasMessage("schema: describes more than 100000 values without a list or map (expected: at most that)");
    }

    @ParameterizedTest
    @EnumSource(value = AvroCompression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void refusesACompressionBomb(AvroCompression compression) throws IOException {
        AvroOutput zeros = new AvroOutput(1);
        zeros.write(new byte[100 << 20], 0, 100 << 20);
        AvroOutput bomb = AvroBlocks.compress(compression, zeros);
        AvroFormat<Small> format = AvroFormat.of(Small.class).withCompression(compression);
        AvroOutput file = header(format);
        file.writeLong(1);
        file.writeBytes(bomb.toBytes());
        file.write(AvroFiles.sync(AvroCodec.of(Small.class).schema(), compression), 0, AvroFiles.SYNC_BYTES);

        assertThatThrownBy(() -> readAll(format, new ByteArrayInputStream(file.toBytes())))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("block 1: cannot be uncompressed: ")
                .hasMessageContaining("bytes uncompressed (expected: at most 67108864; see withMaxBlockBytes)");
    }

    private static <T> AvroOutput header(AvroFormat<T> format) throws IOException {
        AvroOutput file = new AvroOutput(100);
        format.writer(file, false).close();
        return file;
    }

    @Test
    void takesNoMemoryForALengthThatIsNotThere() throws IOException {
        AvroFormat<Small> format = AvroFormat.of(Small.class).withMaxBlockBytes(Integer.MAX_VALUE - 8);
        AvroOutput file = header(format);
        file.writeLong(1);
        file.writeLong(Integer.MAX_VALUE - 8);

        assertThatThrownBy(() -> readAll(format, new ByteArrayInputStream(file.toBytes())))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("block 1: ends too early");
    }

    @Test
    void refusesABlockThatIsTooLarge() throws IOException {
        AvroFormat<Small> format = AvroFormat.of(Small.class);
        AvroOutput file = header(format);
        file.writeLong(1);
        file.writeLong(Long.MAX_VALUE);
        InputStream in =
                new SequenceInputStream(new ByteArrayInputStream(file.toBytes()), InputStream.nullInputStream());

        assertThatThrownBy(() -> readAll(format, in))
                .isInstanceOf(IOException.class)
                .hasMessage("block 1: 9223372036854775807 bytes (expected: at most 67108864; see withMaxBlockBytes)");
    }

    @Test
    void refusesASchemaThatIsNestedTooDeep() {
        refusesSchema("{\"type\":\"array\",\"items\":".repeat(100_000) + "\"int\"" + "}".repeat(100_000));
    }

    @Test
    void refusesASchemaWithANameThatIsNotDefined() {
        refusesSchema("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"Nowhere\"}]}");
        refusesSchema("{\"type\":\"Nowhere\"}");
    }

    @Test
    void refusesASchemaWithAFixedTypeOfTooManyBytes() {
        refusesSchema("{\"type\":\"fixed\",\"name\":\"F\",\"size\":2147483647}");
    }

    private static void refusesSchema(String schema) {
        AvroOutput file = new AvroOutput(100);
        file.write(AvroFiles.magic(), 0, 4);
        file.writeLong(1);
        file.writeBytes("avro.schema".getBytes(UTF_8));
        file.writeBytes(schema.getBytes(UTF_8));
        file.writeLong(0);
        file.write(new byte[16], 0, 16);

        assertThatThrownBy(() -> readAll(AvroFormat.of(Small.class), new ByteArrayInputStream(file.toBytes())))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("header: schema: ");
    }

    @Test
    void refusesEndlessMetadata() {
        AvroOutput file = new AvroOutput(100);
        file.write(AvroFiles.magic(), 0, 4);
        file.writeLong(Long.MAX_VALUE);

        assertThatThrownBy(() -> readAll(AvroFormat.of(Small.class), new ByteArrayInputStream(file.toBytes())))
                .isInstanceOf(IOException.class)
                .hasMessage("header: 9223372036854775807 entries (expected: at most 1000)");
    }

    @Test
    void goesOnAfterARecordWithAWrongValue() throws IOException {
        record Free(String side) {}
        record Strict(Side side) {}
        record Secretly(@Masked Side side) {}
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (RecordWriter<Free> writer = AvroFormat.of(Free.class).writer(file, false)) {
            for (String side : List.of("BUY", "BOTH", "SELL")) {
                writer.write(new Free(side));
            }
        }
        assertThat(readAll(AvroFormat.of(Strict.class), new ByteArrayInputStream(file.toByteArray())))
                .containsExactly(
                        "Strict[side=BUY]",
                        "! block 1, record 2: field \"side\": \"BOTH\" (expected: one of BUY, SELL)",
                        "Strict[side=SELL]");
        assertThat(readAll(AvroFormat.of(Secretly.class), new ByteArrayInputStream(file.toByteArray())))
                .contains("! block 1, record 2: field \"side\": what is wrong is not shown, since Secretly has masked"
                        + " fields (expected: Side)");
    }

    @Test
    void goesOnWithTheNextBlockAfterBrokenBytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AvroFormat<Reading> format = AvroFormat.of(Reading.class).withCompression(AvroCompression.NONE);
        try (RecordWriter<Reading> writer = format.writer(out, false)) {
            for (int i = 0; i < 6; i++) {
                writer.write(new Reading("sensor" + i, Instant.EPOCH, i));
                if (i == 2) {
                    writer.flush();
                }
            }
        }
        byte[] file = out.toByteArray();
        int second = new String(file, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("sensor1");
        file[second - 1] = 127; // its length

        assertThat(readAll(format, new ByteArrayInputStream(file)))
                .containsExactly(
                        "Reading[sensor=sensor0, time=1970-01-01T00:00:00Z, value=0.0]",
                        "! block 1, record 2: field \"sensor\": text of -64 bytes (expected: >= 0);"
                                + " the records after it in its block are lost",
                        "Reading[sensor=sensor3, time=1970-01-01T00:00:00Z, value=3.0]",
                        "Reading[sensor=sensor4, time=1970-01-01T00:00:00Z, value=4.0]",
                        "Reading[sensor=sensor5, time=1970-01-01T00:00:00Z, value=5.0]");
    }

    @Test
    void refusesAGenericFileOfRecordsWithoutBytes() throws IOException {
        Schema empty = new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"E\",\"fields\":[]}");
        AvroFormat<GenericRecord> format = AvroFormat.of(empty).withCompression(AvroCompression.NONE);
        AvroOutput file = new AvroOutput(100);
        format.writer(file, false).close();
        file.writeLong(Long.MAX_VALUE);
        file.writeBytes(new byte[0]);
        file.write(AvroFiles.sync(empty, AvroCompression.NONE), 0, AvroFiles.SYNC_BYTES);

        assertThatThrownBy(() -> readAll(format, new ByteArrayInputStream(file.toBytes())))
                .isInstanceOf(IOException.class)
                .hasMessage("block 1: 9223372036854775807 records in 0 bytes (expected: at most as many as bytes)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void refusesABlockOfBytesWithoutRecords(int bytes) throws IOException {
        Schema empty = new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"E\",\"fields\":[]}");
        AvroFormat<GenericRecord> format = AvroFormat.of(empty).withCompression(AvroCompression.NONE);
        AvroOutput file = new AvroOutput(100);
        format.writer(file, false).close();
        file.writeLong(0);
        file.writeBytes(new byte[bytes]);
        file.write(AvroFiles.sync(empty, AvroCompression.NONE), 0, AvroFiles.SYNC_BYTES);
        ByteArrayInputStream in = new ByteArrayInputStream(file.toBytes());

        if (bytes == 0) {
            assertThat(readAll(format, in)).isEmpty();
        } else {
            assertThatThrownBy(() -> readAll(format, in))
                    .isInstanceOf(IOException.class)
                    .hasMessage("block 1: no records in 3 bytes (expected: no bytes)");
        }
    }

    private static <T> List<String> readAll(AvroFormat<T> format, InputStream in) throws IOException {
        List<String> all = new ArrayList<>();
        try (RecordReader<T> reader = format.reader("x", in)) {
            while (true) {
                try {
                    T value = reader.read();
                    if (value == null) {
                        return all;
                    }
                    all.add(value.toString());
                } catch (CodecException e) {
                    all.add("! " + e.getMessage());
                }
            }
        }
    }
}
