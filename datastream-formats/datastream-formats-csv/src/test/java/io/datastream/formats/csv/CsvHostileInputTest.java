package io.datastream.formats.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.CodecException;
import io.datastream.formats.csv.Rows.AnnotatedTrade;
import io.datastream.formats.csv.Rows.Trade;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are: records and CodecExceptions, no more of them than lines, and an end. */
class CsvHostileInputTest {
    private static final byte[] ALPHABET = "1234567890,,,\"\"\n\n\r.-eaN \u00fc".getBytes(UTF_8);

    @Test
    void takesRandomBytes() throws IOException {
        List<CsvFormat<Trade>> formats = new ArrayList<>();
        for (int longest : new int[] {1, 2, 3, 10, 30, 60, 100, 1000}) {
            CsvFormat<Trade> format = CsvFormat.of(Trade.class).withMaxRecordBytes(longest);
            formats.add(format);
            formats.add(format.withHeader(Header.ABSENT));
        }
        for (long seed = 1; seed <= 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new byte[random.nextInt(200)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] =
                        random.nextInt(10) == 0 ? (byte) random.nextInt() : ALPHABET[random.nextInt(ALPHABET.length)];
            }
            CsvFormat<Trade> format = formats.get(random.nextInt(formats.size()));
            readAll(format, bytes, seed);
        }
    }

    @Test
    void givesTheSameOnBothWays() {
        CsvFormat<Trade> shortWay = CsvFormat.of(Trade.class).withHeader(Header.ABSENT);
        CsvFormat<AnnotatedTrade> longWay = CsvFormat.of(AnnotatedTrade.class).withHeader(Header.ABSENT);
        int values = 0;
        for (long seed = 1; seed <= 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String line = cell(random) + "," + cell(random) + "," + cell(random);

            List<String> result = Rows.read(shortWay, line);

            assertThat(result)
                    .as("seed %d: %s", seed, line)
                    .isEqualTo(Rows.read(longWay, line).stream()
                            .map(text -> text.replace("Annotated", ""))
                            .toList());
            values += result.get(0).startsWith("Trade") ? 1 : 0;
        }
        assertThat(values).isGreaterThan(2_000);
    }

    @Test
    void findsEveryGoodLineBetweenBadOnes() {
        String[] bad = {"1,2,\"open", "1,2,\"a\"b", "x,y,z", "1", ",,,,,,", "1,\"2", "\u0000"};
        CsvFormat<Trade> format = CsvFormat.of(Trade.class).withHeader(Header.ABSENT);
        for (long seed = 1; seed <= 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder file = new StringBuilder();
            List<String> expected = new ArrayList<>();
            int lines = random.nextInt(1, 30);
            for (int i = 0; i < lines; i++) {
                if (random.nextInt(5) == 0) {
                    file.append(bad[random.nextInt(bad.length)]);
                    expected.add("bad line " + (i + 1));
                } else {
                    file.append(i).append(",0.5,note");
                    expected.add("Trade[ts=" + i + ", price=0.5, note=note]");
                }
                file.append('\n');
            }

            assertThat(Rows.read(format, file.toString()).stream()
                            .map(text -> text.replaceFirst("(?s)^! line (\\d+): .*", "bad line $1"))
                            .toList())
                    .as("seed %d: %s", seed, file)
                    .isEqualTo(expected);
        }
    }

    private static String cell(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> Integer.toString(random.nextInt(1000));
            case 1 -> Double.toString(random.nextInt(1000) / 8.0);
            case 2 -> "\"" + random.nextInt(100) + "\"";
            case 3 -> "";
            case 4 -> " " + random.nextInt(100) + " ";
            case 5 -> Long.toString(random.nextLong());
            case 6 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            default ->
                new String(
                                new byte[] {
                                    (byte) random.nextInt('#', 'z'),
                                    (byte) random.nextInt('0', '9'),
                                    (byte) random.nextInt('0', ':')
                                },
                                UTF_8)
                        .replace(',', '1');
        };
    }

    private static void readAll(CsvFormat<Trade> format, byte[] bytes, long seed) throws IOException {
        try (var reader = format.reader("x", new ByteArrayInputStream(bytes))) {
            int results = 0;
            while (true) {
                try {
                    if (reader.read() == null) {
                        return;
                    }
                } catch (CodecException e) {
                    assertThat(e.getMessage())
                            .as("seed %d", seed)
                            .startsWith(reader.place() + ": ")
                            .hasSizeLessThan(500);
                    assertThat(reader.raw()).as("seed %d", seed).isNotNull();
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed, e);
                }
                assertThat(++results).as("seed %d", seed).isLessThanOrEqualTo(bytes.length + 1);
            }
        } catch (CodecException e) {
            assertThat(e.getMessage()).as("seed %d", seed).startsWith("line ");
        }
    }
}
