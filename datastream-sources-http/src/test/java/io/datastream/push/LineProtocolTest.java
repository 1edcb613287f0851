package io.datastream.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineProtocolTest {
    private static final Instant TIME = Instant.parse("2023-11-14T22:13:20.000000001Z");

    @Test
    void readsPointsOfAllTypes() throws IOException {
        List<Point> points = read(LineProtocol.nanoseconds(), """
                # a comment

                weather,city=Bern,zone=a\\ b t=21.5,wet=f,n=3i,u=4u,text="say \\"hi\\", a=b" 1700000000000000001
                a\\,b\\ c x\\=y=1e3,z=T 1700000000000000001\r
                wide   v=-.5   1700000000000000001
                """);

        assertThat(points)
                .containsExactly(
                        new Point(
                                "weather",
                                Map.of("city", "Bern", "zone", "a b"),
                                Map.of("t", 21.5, "wet", false, "n", 3L, "u", 4L, "text", "say \"hi\", a=b"),
                                TIME),
                        new Point("a,b c", Map.of(), Map.of("x=y", 1_000.0, "z", true), TIME),
                        new Point("wide", Map.of(), Map.of("v", -0.5), TIME));
        assertThat(points.get(0).number("n")).isEqualTo(3);
        assertThat(points.get(0).number("none")).isNaN();
    }

    @Test
    void readsTimesOfOtherUnits() throws IOException {
        assertThat(read(LineProtocol.nanoseconds().withPrecision(TimeUnit.SECONDS), "m v=1 1700000000")
                        .get(0)
                        .time())
                .isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        assertThatThrownBy(
                        () -> read(LineProtocol.nanoseconds().withPrecision(TimeUnit.SECONDS), "m v=1 1700000000000"))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("line 1: time: 1700000000000");
    }

    @Test
    void aPointWithoutATimeHasThatOfBeingRead() throws IOException {
        Instant before = Instant.now();
        Instant time = read(LineProtocol.nanoseconds(), "m v=1").get(0).time();
        assertThat(time).isBetween(before, before.plus(Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "m                        | fields: the end at character 2",
                ",a=b v=1                 | measurement: nothing",
                "m,a v=1                  | tag a: ' ' at character 4",
                "m,a= v=1                 | tag a: nothing",
                "m,a=1,a=2 v=1            | tag a: twice",
                "m v                      | field v: the end",
                "m v=                     | field v: ",
                "m v=1,v=2                | field v: twice",
                "m v=1x                   | field v: 1x",
                "m v=NaN                  | field v: NaN",
                "m v=Infinity             | field v: Infinity",
                "m v=1e999                | field v: 1e999",
                "m v=1d                   | field v: 1d",
                "m v=0x1p3                | field v: 0x1p3",
                "m v=9223372036854775808i | field v: 9223372036854775808i",
                "m v=9223372036854775808u | field v: 9223372036854775808u",
                "m v=\"a                  | field v: a",
                "m v=1 yesterday          | time: yesterday",
                "m v=1 1 1                | time: 1 1",
                "m v=1 9223372036854775807| time: 9223372036854775807",
                "m v=1, 1                 | field: nothing"
            })
    void refusesLinesThatAreMalformedAndSaysWhere(String line, String message) {
        assertThatThrownBy(() -> read(LineProtocol.nanoseconds(), "ok v=1 1\n" + line + "\n"))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("line 2: " + message);
    }

    @Test
    void refusesBytesThatAreNotText() {
        assertThatThrownBy(() -> {
                    byte[] bytes = {'m', ' ', 'v', '=', '"', (byte) 0xff, '"'};
                    try (FileFormat.RecordReader<Point> reader =
                            LineProtocol.nanoseconds().reader("test", new ByteArrayInputStream(bytes))) {
                        reader.read();
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessage("not UTF-8");
    }

    @Test
    void whatIsWrittenIsReadBackWhateverItsCharacters() throws IOException {
        Codec<Point> codec = LineProtocol.codec();
        for (long seed = 1; seed <= 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Point point = point(random);
            assertThat(codec.decode(codec.encode(point))).as("seed %d", seed).isEqualTo(point);

            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (FileFormat.RecordWriter<Point> writer =
                    LineProtocol.nanoseconds().writer(out, false)) {
                writer.write(point);
                writer.write(point);
            }
            assertThat(read(LineProtocol.nanoseconds(), out.toString(StandardCharsets.UTF_8)))
                    .as("seed %d", seed)
                    .containsExactly(point, point);
        }
    }

    @Test
    void refusesToWriteALineBreakIntoLines() throws IOException {
        Point point = new Point("m", Map.of(), Map.of("v", "a\nb"), TIME);
        assertThat(LineProtocol.codec().decode(LineProtocol.codec().encode(point)))
                .isEqualTo(point);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (FileFormat.RecordWriter<Point> writer = LineProtocol.nanoseconds().writer(out, false)) {
            assertThatThrownBy(() -> writer.write(point)).isInstanceOf(CodecException.class);
        }
        assertThat(out.size()).isZero();
    }

    private static Point point(SplittableRandom random) {
        Map<String, String> tags = new HashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            tags.put(text(random), text(random));
        }
        Map<String, Object> fields = new HashMap<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            Object value = switch (random.nextInt(4)) {
                case 0 -> random.nextLong();
                case 1 -> (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-300, 300));
                case 2 -> random.nextBoolean();
                default -> random.nextInt(5) == 0 ? "" : text(random);
            };
            fields.put(text(random), value);
        }
        return new Point(
                text(random), tags, fields, Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)));
    }

    private static String text(SplittableRandom random) {
        String alphabet = "ab,= \\\"#üñ\uD83D\uDE00i1t";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 7); i > 0; i--) {
            int at = alphabet.offsetByCodePoints(0, random.nextInt(alphabet.codePointCount(0, alphabet.length())));
            text.appendCodePoint(alphabet.codePointAt(at));
        }
        return text.toString();
    }

    private static List<Point> read(LineProtocol format, String text) throws IOException {
        List<Point> points = new ArrayList<>();
        try (FileFormat.RecordReader<Point> reader =
                format.reader("test", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            for (Point point = reader.read(); point != null; point = reader.read()) {
                points.add(point);
            }
        }
        return points;
    }
}
