package io.datastream.formats.avro;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.formats.avro.Shapes.Everything;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Conversions;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our files are read by Avro's own classes with the same values, and theirs by us. */
class AvroAgainstAvroTest {
    private static final GenericData CONVERTING = new GenericData();

    static {
        CONVERTING.addLogicalTypeConversion(new TimeConversions.TimestampNanosConversion());
        CONVERTING.addLogicalTypeConversion(new TimeConversions.LocalTimestampNanosConversion());
        CONVERTING.addLogicalTypeConversion(new TimeConversions.DateConversion());
        CONVERTING.addLogicalTypeConversion(new Conversions.DecimalConversion());
        CONVERTING.addLogicalTypeConversion(new Conversions.BigDecimalConversion());
        CONVERTING.addLogicalTypeConversion(new Conversions.UUIDConversion());
    }

    @ParameterizedTest
    @EnumSource(AvroCompression.class)
    void avroReadsWhatWeWrite(AvroCompression compression) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        AvroFormat<Everything> format = AvroFormat.of(Everything.class).withCompression(compression);
        try (RecordWriter<Everything> writer = format.writer(file, false)) {
            for (Everything value : Shapes.ALL) {
                writer.write(value);
                writer.flush();
            }
        }

        List<GenericRecord> read = new ArrayList<>();
        try (DataFileStream<GenericRecord> stream = new DataFileStream<>(
                new ByteArrayInputStream(file.toByteArray()), new GenericDatumReader<>(null, null, CONVERTING))) {
            stream.forEach(read::add);
        }
        assertThat(read).hasSameSizeAs(Shapes.ALL);
        for (int i = 0; i < read.size(); i++) {
            checkSame(Shapes.ALL.get(i), read.get(i));
        }
    }

    private static void checkSame(Everything written, GenericRecord read) {
        assertThat(read.get("whole")).isEqualTo(written.whole());
        assertThat(read.get("large")).isEqualTo(written.large());
        assertThat(read.get("fraction")).isEqualTo(written.fraction());
        assertThat(read.get("text")).hasToString(written.text());
        assertThat(read.get("side")).hasToString(written.side().name());
        assertThat(read.get("time")).isEqualTo(written.time());
        assertThat(read.get("local")).isEqualTo(written.local());
        assertThat(read.get("date")).isEqualTo(written.date());
        assertThat(read.get("timeOfDay")).isEqualTo(written.timeOfDay().toNanoOfDay());
        assertThat(read.get("duration")).isEqualTo(written.duration().toNanos());
        assertThat(read.get("id")).isEqualTo(written.id());
        assertThat((BigDecimal) read.get("number")).isEqualTo(written.number());
        assertThat(read.get("price")).isEqualTo(written.price());
        assertThat((List<?>) read.get("texts")).hasSameSizeAs(written.texts());
        assertThat(read.get("maybe")).isEqualTo(written.maybe().orElse(null));
    }

    @ParameterizedTest
    @EnumSource(AvroCompression.class)
    void weReadWhatAvroWrites(AvroCompression compression) throws IOException {
        AvroCodec<Everything> codec = AvroCodec.of(Everything.class);
        GenericDatumReader<GenericRecord> toGeneric = new GenericDatumReader<>(codec.schema());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(codec.schema()))) {
            writer.setCodec(CodecFactory.fromString(compression.codec()));
            writer.create(codec.schema(), file);
            for (Everything value : Shapes.ALL) {
                writer.append(toGeneric.read(
                        null, org.apache.avro.io.DecoderFactory.get().binaryDecoder(codec.encode(value), null)));
                writer.sync();
            }
        }

        List<Everything> read = new ArrayList<>();
        try (RecordReader<Everything> reader =
                AvroFormat.of(Everything.class).reader("x", new ByteArrayInputStream(file.toByteArray()))) {
            for (Everything value = reader.read(); value != null; value = reader.read()) {
                read.add(value);
            }
        }
        assertThat(read).isEqualTo(Shapes.ALL);
    }
}
