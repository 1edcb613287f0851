package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.error.Masked;
import io.datastream.formats.json.Shapes.Reading;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLinesFormatTest {
    private static final String ONE = "{\"sensor\":\"a\",\"ts\":1,\"value\":2}";
    private static final String READ = "Reading[sensor=a, ts=1, value=2.0]";

    @Test
    void writesAValueALine() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RecordWriter<Reading> writer = JsonLinesFormat.of(Reading.class).writer(out, false)) {
            writer.write(new Reading("a", 1, 2));
            writer.write(new Reading("b\n", 3, 4));
        }
        assertThat(out.toString(UTF_8)).isEqualTo("""
            {"sensor":"a","ts":1,"value":2.0}
            {"sensor":"b\\n","ts":3,"value":4.0}
            """);
    }

    @Test
    void takesAllLineEndsEmptyLinesAndAByteOrderMark() throws IOException {
        assertThat(read("\ufeff" + ONE + "\r\n\n \t\n" + ONE)).containsExactly(READ, READ);
    }

    @Test
    void saysWhichLineIsMalformedAndGoesOn() throws IOException {
        assertThat(read(ONE + "\n\n{\"ts\":\"abc\",\"value\":2}\n" + ONE))
                .containsExactly(READ, "! line 3: field \"ts\": \"abc\" (expected: a whole number)", READ);
    }

    @Test
    void dropsALineThatIsTooLongAndGoesOn() throws IOException {
        JsonLinesFormat<Reading> format = JsonLinesFormat.of(Reading.class).withMaxRecordBytes(40);
        String tooLong = "! line 1: longer than 40 bytes (expected: a JSON value; see withMaxRecordBytes)";

        assertThat(read(format, "x".repeat(41) + "\n" + ONE)).containsExactly(tooLong, READ);
        assertThat(read(format, "x".repeat(1_000_000) + "\n" + ONE)).containsExactly(tooLong, READ);
        assertThat(read(format, "x".repeat(1_000_000))).containsExactly(tooLong);
    }

    @Test
    void takesALineThatIsJustAsLongAsAllowed() throws IOException {
        JsonLinesFormat<Reading> format = JsonLinesFormat.of(Reading.class).withMaxRecordBytes(ONE.length());

        assertThat(read(format, ONE + "\n" + ONE)).containsExactly(READ, READ);
        assertThat(read(format, ONE + " \n" + ONE))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("! line 1: longer than"),
                        line -> assertThat(line).isEqualTo(READ));
    }

    @Test
    void takesNoMemoryForALineWithoutEnd() throws IOException {
        InputStream endless = new InputStream() {
            private long left = 300L << 20;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int count) {
                int given = (int) Math.min(left, count);
                left -= given;
                return given == 0 ? -1 : given;
            }
        };
        try (RecordReader<Reading> reader = JsonLinesFormat.of(Reading.class)
                .reader(
                        "x",
                        new SequenceInputStream(endless, new ByteArrayInputStream(("\n" + ONE).getBytes(UTF_8))))) {
            assertThatThrownBy(reader::read).isInstanceOf(CodecException.class);
            assertThat(reader.raw()).hasSize(1024);
            assertThat(reader.read()).hasToString(READ);
        }
    }

    @Test
    void readsLinesThatCrossTheBuffer() throws IOException {
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            file.append("{\"sensor\":\"")
                    .append("s".repeat(i % 200))
                    .append("\",\"ts\":")
                    .append(i)
                    .append(",\"value\":2}\n");
        }
        List<String> read = read(file.toString());
        assertThat(read).hasSize(5_000);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.get(i)).isEqualTo(new Reading("s".repeat(i % 200), i, 2).toString());
        }
    }

    @Test
    void showsTheContentOfAMalformedLineUnlessTheTypeHasMaskedFields() throws IOException {
        record Payment(@Masked String card, double amount) {}
        byte[] line = "{\"card\":1,\"ts\":true}".getBytes(UTF_8);
        try (RecordReader<Reading> reader =
                        JsonLinesFormat.of(Reading.class).reader("x", new ByteArrayInputStream(line));
                RecordReader<Payment> masked =
                        JsonLinesFormat.of(Payment.class).reader("x", new ByteArrayInputStream(line))) {
            assertThatThrownBy(reader::read)
                    .isInstanceOfSatisfying(
                            CodecException.class,
                            error -> assertThat(error.showsContent()).isTrue());
            assertThatThrownBy(masked::read)
                    .isInstanceOfSatisfying(
                            CodecException.class,
                            error -> assertThat(error.showsContent()).isFalse());
        }
    }

    private static List<String> read(String file) throws IOException {
        return read(JsonLinesFormat.of(Reading.class), file);
    }

    private static List<String> read(JsonLinesFormat<Reading> format, String file) throws IOException {
        List<String> all = new ArrayList<>();
        try (RecordReader<Reading> reader = format.reader("x", new ByteArrayInputStream(file.getBytes(UTF_8)))) {
            while (true) {
                try {
                    Reading value = reader.read();
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
