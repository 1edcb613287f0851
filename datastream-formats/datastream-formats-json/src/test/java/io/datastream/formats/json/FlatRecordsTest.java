package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.datastream.codec.CodecException;
import io.datastream.formats.json.Shapes.Nested;
import io.datastream.formats.json.Shapes.Sized;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way gives what Jackson gives, or nothing. */
class FlatRecordsTest {
    record Flat(String text, long whole, int small, double fraction, boolean truth, String t) {}

    record Annotated(@JsonProperty("x") long whole) {}

    record Generic<V>(V value) {}

    private static final FlatRecords<Flat> SHORT = FlatRecords.of(Flat.class);
    private static final JsonMapping<Flat> JACKSON =
            new JsonMapping<>(TypeFactory.defaultInstance().constructType(Flat.class), UnknownFields.IGNORE, null);

    @Test
    void takesRecordsInAnyOrder() {
        for (long seed = 1; seed <= 2_000; seed++) {
            byte[] bytes = record(new SplittableRandom(seed)).getBytes(UTF_8);

            assertThat(SHORT.decode(bytes)).as("seed %d", seed).isNotNull().isEqualTo(JACKSON.decodeByJackson(bytes));
        }
    }

    @Test
    void givesWhatJacksonGivesForDamagedRecords() {
        byte[] alphabet = "{}[]\",:\\u0e+-. \n\u0000nulltrue123\u00fc".getBytes(UTF_8);
        int taken = 0;
        for (long seed = 1; seed <= 200_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = record(random).getBytes(UTF_8);
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                int at = random.nextInt(bytes.length);
                switch (random.nextInt(4)) {
                    case 0 -> bytes = Arrays.copyOf(bytes, at + 1);
                    case 1 -> bytes[at] = (byte) random.nextInt();
                    case 2 -> bytes[at] = bytes[random.nextInt(bytes.length)];
                    default -> bytes[at] = alphabet[random.nextInt(alphabet.length)];
                }
            }
            Flat flat = SHORT.decode(bytes);
            if (flat != null) {
                taken++;
                Flat expected;
                try {
                    expected = JACKSON.decodeByJackson(bytes);
                } catch (CodecException e) {
                    throw new AssertionError("seed " + seed + ": " + new String(bytes, UTF_8) + ": " + flat, e);
                }
                if (!flat.equals(expected)) { // bits of doubles included
                    assertThat(flat)
                            .as("seed %d: %s", seed, new String(bytes, UTF_8))
                            .isEqualTo(expected);
                }
            }
        }
        assertThat(taken).isGreaterThan(5_000);
    }

    @Test
    void giveUpAtEveryTruncation() {
        byte[] bytes = record(new SplittableRandom(7)).strip().getBytes(UTF_8);
        for (int length = 0; length < bytes.length; length++) {
            assertThat(SHORT.decode(Arrays.copyOf(bytes, length))).isNull();
        }
        assertThat(SHORT.decode(bytes)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01",
                "-",
                "",
                "+1",
                "1.",
                ".5",
                "-.5",
                "1e3",
                "1.5E3",
                "--1",
                "0x1",
                "1 2",
                "null",
                "\"1\"",
                "true",
                "1234567890123456789",
                "99999999999999999999",
                "NaN",
                "[1]",
                "1,",
                "1}"
            })
    void leavesOddNumbersToJackson(String number) {
        assertThat(SHORT.decode(flat("\"a\"", number, "1", "1.5", "true"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483648", "-2147483649", "1.0"})
    void leavesNumbersBeyondTheirTypeToJackson(String number) {
        assertThat(SHORT.decode(flat("\"a\"", "1", number, "1.5", "true"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-0", "-0.0", "1.", "1e3", "1234567890123456", "0.1234567890123456", "00.5", "\"NaN\"", "null"})
    void leavesOddFractionsToJackson(String number) {
        assertThat(SHORT.decode(flat("\"a\"", "1", "1", number, "true"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\\n\"", "\"\u00fc\"", "\"\u0001\"", "null", "5", "\"open"})
    void leavesOddTextsToJackson(String text) {
        assertThat(SHORT.decode(flat(text, "1", "1", "1.5", "true"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"True", "1", "tru", "\"true\"", "truee", "null"})
    void leavesOddTruthValuesToJackson(String truth) {
        assertThat(SHORT.decode(flat("\"a\"", "1", "1", "1.5", truth))).isNull();
    }

    @Test
    void leavesUnknownMissingAndDoubledFieldsToJackson() {
        String whole = new String(flat("\"a\"", "1", "1", "1.5", "true"), UTF_8);

        assertThat(SHORT.decode(whole.getBytes(UTF_8))).isNotNull();
        assertThat(SHORT.decode(whole.replace("}", ",\"more\":1}").getBytes(UTF_8)))
                .isNull();
        assertThat(SHORT.decode(whole.replace("\"whole\":1,", "").getBytes(UTF_8)))
                .isNull();
        assertThat(SHORT.decode(whole.replace("\"whole\":1", "\"small\":1").getBytes(UTF_8)))
                .isNull();
        assertThat(SHORT.decode((whole + "x").getBytes(UTF_8))).isNull();
        assertThat(SHORT.decode((" " + whole + "\n").getBytes(UTF_8))).isNotNull();
    }

    @Test
    void leavesConstructorsThatThrowToJackson() {
        FlatRecords<Sized> sized = FlatRecords.of(Sized.class);

        assertThat(sized.decode("{\"size\":-1}".getBytes(UTF_8))).isNull();
        assertThat(sized.decode("{\"size\":1}".getBytes(UTF_8))).isEqualTo(new Sized(1));
    }

    @Test
    void isThereForPlainFlatRecordsOnly() {
        assertThat(FlatRecords.of(Nested.class)).isNull();
        assertThat(FlatRecords.of(Annotated.class)).isNull();
        assertThat(FlatRecords.of(String.class)).isNull();
        JsonCodec<Generic<String>> generic = JsonCodec.of(new JsonType<Generic<String>>() {});
        assertThat(generic.decode("{\"value\":\"a\"}".getBytes(UTF_8))).isEqualTo(new Generic<>("a"));
    }

    private static byte[] flat(String text, String whole, String small, String fraction, String truth) {
        return ("{\"text\":" + text + ",\"whole\":" + whole + ",\"small\":" + small + ",\"fraction\":" + fraction
                        + ",\"truth\":" + truth + ",\"t\":\"\"}")
                .getBytes(UTF_8);
    }

    private static String record(SplittableRandom random) {
        long whole = random.nextLong() >> random.nextInt(6, 64);
        String fraction = random.nextBoolean()
                ? Integer.toString(random.nextInt(1, 1000))
                : random.nextInt(1, 1_000_000) + "." + random.nextInt(1_000_000);
        List<String> fields = new ArrayList<>(List.of(
                "\"text\":\"s-" + random.nextInt(1000) + "\"",
                "\"whole\":" + whole,
                "\"small\":" + random.nextInt(),
                "\"fraction\":" + (random.nextBoolean() ? "-" : "") + fraction,
                "\"truth\":" + random.nextBoolean(),
                "\"t\":\"\""));
        if (random.nextInt(3) == 0) {
            Collections.shuffle(fields, new Random(random.nextLong()));
        }
        String blank = random.nextInt(3) == 0 ? " " : "";
        return blank + "{" + blank + String.join("," + blank, fields) + blank + "}" + blank;
    }
}
