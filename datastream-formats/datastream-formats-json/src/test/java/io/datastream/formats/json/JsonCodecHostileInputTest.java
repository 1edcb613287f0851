package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.formats.json.Shapes.Nested;
import io.datastream.formats.json.Shapes.Reading;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are: a value, or a CodecException with a short message. */
class JsonCodecHostileInputTest {
    private static final List<JsonCodec<?>> CODECS = List.of(
            JsonCodec.of(Reading.class),
            JsonCodec.of(Nested.class).withUnknownFields(UnknownFields.REJECT),
            JsonCodec.of(Object.class),
            JsonCodec.of(double[].class));

    private static final byte[] VALID = ("{\"sensor\":\"s-\\u00fc\",\"ts\":1,\"value\":1.5e3,\"a\":{\"b\":[{\"c\":1}]},"
                    + "\"at\":\"2024-01-31T12:00:00Z\",\"unit\":\"KELVIN\",\"ok\":true,\"small\":3,\"extra\":{\"q\":null}}")
            .getBytes(UTF_8);

    @Test
    void takesRandomBytes() {
        for (long seed = 1; seed <= 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            tryAll(bytes, seed);
        }
    }

    @Test
    void takesDamagedRecords() {
        byte[] alphabet = "{}[]\",:\\u0e+-. \n\u0000nulltrue123".getBytes(UTF_8);
        for (long seed = 1; seed <= 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = VALID.clone();
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                int at = random.nextInt(bytes.length);
                bytes[at] = random.nextBoolean() ? alphabet[random.nextInt(alphabet.length)] : (byte) random.nextInt();
            }
            tryAll(bytes, seed);
        }
    }

    @Test
    void takesEveryBeginningOfARecord() {
        for (int length = 0; length < VALID.length; length++) {
            tryAll(Arrays.copyOf(VALID, length), length);
        }
    }

    @Test
    void refusesDeepNesting() {
        assertThatThrownBy(() ->
                        JsonCodec.of(Object.class).decode("[".repeat(1_000_000).getBytes(UTF_8)))
                .isInstanceOf(CodecException.class)
                .hasMessageEndingWith(
                        "byte 201: Document nesting depth (201) exceeds the maximum allowed (200) (expected: JSON)");
        assertThatThrownBy(() ->
                        JsonCodec.of(Reading.class).decode(("{\"x\":" + "{\"x\":".repeat(1_000_000)).getBytes(UTF_8)))
                .isInstanceOf(CodecException.class);
    }

    @Test
    void refusesLongNumbers() {
        String digits = "1".repeat(1_000_000);

        assertThatThrownBy(() -> JsonCodec.of(Object.class).decode(digits.getBytes(UTF_8)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("Number value length (1000000) exceeds the maximum allowed (1000)");
    }

    @Test
    void refusesLongNames() {
        String name = "n".repeat(1_000_000);

        assertThatThrownBy(() -> JsonCodec.of(Reading.class).decode(("{\"" + name + "\":1}").getBytes(UTF_8)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("exceeds the maximum allowed (1000)");
    }

    @Test
    void refusesANameThatLooksLikeAKnownOneToJackson() {
        JsonCodec<Brief> codec = JsonCodec.of(Brief.class);
        byte[] json = "{'tsx':null,'d':1}".replace('\'', '"').getBytes(UTF_8);
        assertThat(codec.decode(json)).isEqualTo(new Brief(1));
        byte[] other = "{'x':2,'?d':1}".replace('\'', '"').getBytes(UTF_8);
        other[other.length - 6] = (byte) 0xff;

        assertThatThrownBy(() -> codec.decode(other))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("0xff");
    }

    /** A record with a name of one byte. */
    record Brief(int d) {}

    @Test
    void takesAsManyDifferentUnknownNamesAsThereAre() {
        JsonCodec<Reading> codec = JsonCodec.of(Reading.class);
        for (int record = 0; record < 1_000; record++) {
            StringBuilder json = new StringBuilder("{\"ts\":1,\"value\":2");
            for (int field = 0; field < 100; field++) {
                json.append(",\"n").append(record * 100 + field).append("\":0");
            }
            assertThat(codec.decode(json.append('}').toString().getBytes(UTF_8)))
                    .isEqualTo(new Reading(null, 1, 2));
        }
    }

    private static void tryAll(byte[] bytes, long seed) {
        for (JsonCodec<?> codec : CODECS) {
            try {
                assertThat(codec.decode(bytes)).as("seed %d", seed).isNotNull();
            } catch (CodecException e) {
                assertThat(e.getMessage()).as("seed %d", seed).hasSizeLessThan(600);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + codec + ": " + Arrays.toString(bytes), e);
            }
        }
    }
}
