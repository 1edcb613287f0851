package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.formats.json.Shapes.Bean;
import io.datastream.formats.json.Shapes.Group;
import io.datastream.formats.json.Shapes.Nested;
import io.datastream.formats.json.Shapes.Part;
import io.datastream.formats.json.Shapes.Reading;
import io.datastream.formats.json.Shapes.Unit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JsonCodecTest {
    @Test
    void readsAndWritesARecord() {
        JsonCodec<Reading> codec = JsonCodec.of(Reading.class);

        byte[] bytes = codec.encode(new Reading("s-0421", 1700000000123L, 21.37));
        Reading reading = codec.decode(bytes);

        assertThat(bytes).asString(UTF_8).isEqualTo("{\"sensor\":\"s-0421\",\"ts\":1700000000123,\"value\":21.37}");
        assertThat(reading).isEqualTo(new Reading("s-0421", 1700000000123L, 21.37));
    }

    @Test
    void readsAndWritesNestedRecords() {
        Nested value = new Nested(
                new Group(List.of(new Part(1, null), new Part(2, 3))),
                Instant.parse("2024-01-31T12:00:00.000000001Z"),
                Unit.KELVIN,
                true,
                -5,
                Map.of("q", 1.5));

        assertSame(JsonCodec.of(Nested.class), value);
    }

    @Test
    void readsFieldsInAnyOrderWithSpacesBetween() {
        Reading reading = decode(Reading.class, " { \"value\" : 21 ,\n\t\"ts\" : 5 , \"sensor\" : \"a\" } ");

        assertThat(reading).isEqualTo(new Reading("a", 5, 21));
    }

    @Test
    void readsEscapedTexts() {
        String text = "quote \" backslash \\ slash / tab \t line \n umlaut \u00fc emoji \ud83d\ude00 zero \u0000";

        assertSame(JsonCodec.of(Reading.class), new Reading(text, 0, 0));
        assertThat(decode(String.class, "\"\\u00fc\\/\\ud83d\\ude00\"")).isEqualTo("\u00fc/\ud83d\ude00");
    }

    @Test
    void readsAMissingReferenceAsNull() {
        assertThat(decode(Reading.class, "{\"ts\":1,\"value\":2}")).isEqualTo(new Reading(null, 1, 2));
    }

    @Test
    void takesTheLastOfFieldsThatOccurTwice() {
        assertThat(decode(Reading.class, "{\"ts\":1,\"value\":2,\"ts\":3}")).isEqualTo(new Reading(null, 3, 2));
    }

    @Test
    void ignoresUnknownFieldsByDefault() {
        assertThat(decode(Reading.class, "{\"ts\":1,\"more\":{\"deep\":[1,{}]},\"value\":2}"))
                .isEqualTo(new Reading(null, 1, 2));
    }

    @Test
    void readsAndWritesABean() {
        Bean bean = decode(Bean.class, "{\"name\":\"n\"}");

        assertThat(bean.getCount()).isEqualTo(7);
        assertThat(bean.getName()).isEqualTo("n");
        assertThat(JsonCodec.of(Bean.class).encode(bean)).asString(UTF_8).isEqualTo("{\"count\":7,\"name\":\"n\"}");
    }

    @Test
    void readsAndWritesSimpleTypes() {
        assertSame(JsonCodec.of(Integer.class), Integer.MIN_VALUE);
        assertSame(JsonCodec.of(Long.class), Long.MAX_VALUE);
        assertSame(JsonCodec.of(String.class), "");
        assertSame(JsonCodec.of(Boolean.class), false);
        assertThat(decode(Double.class, "5")).isEqualTo(5.0);
    }

    @Test
    void readsAndWritesTypesWithArguments() {
        JsonCodec<List<Reading>> codec = JsonCodec.of(new JsonType<List<Reading>>() {});

        assertSame(codec, List.of(new Reading("a", 1, 2), new Reading("b", 3, 4)));
    }

    @Test
    void keepsTheBitsOfDoubles() {
        JsonCodec<double[]> codec = JsonCodec.of(double[].class);
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double[] values =
                    random.longs(1000).mapToDouble(Double::longBitsToDouble).toArray();
            values[0] = -0.0;
            values[1] = Double.MIN_VALUE;
            values[2] = Double.NEGATIVE_INFINITY;

            assertThat(codec.decode(codec.encode(values))).as("seed %d", seed).isEqualTo(values);
        }
    }

    @Test
    void writesNaNInQuotesAndReadsIt() {
        JsonCodec<Double> codec = JsonCodec.of(Double.class);

        assertThat(codec.encode(Double.NaN)).asString(UTF_8).isEqualTo("\"NaN\"");
        assertThat(codec.decode(codec.encode(Double.NaN))).isNaN();
    }

    @Test
    void readsAndWritesTimesAsIsoTexts() {
        assertSame(JsonCodec.of(Instant.class), Instant.parse("2262-04-11T23:47:16.854775807Z"));
        assertSame(JsonCodec.of(Instant.class), Instant.MIN);
        assertSame(JsonCodec.of(Duration.class), Duration.ofNanos(-1));
        assertSame(JsonCodec.of(LocalDate.class), LocalDate.of(2024, 2, 29));
        assertSame(JsonCodec.of(LocalTime.class), LocalTime.of(1, 2, 3, 4));
        assertSame(JsonCodec.of(LocalDateTime.class), LocalDateTime.of(2024, 2, 29, 0, 0));
        assertSame(JsonCodec.of(OffsetDateTime.class), OffsetDateTime.parse("2024-02-29T00:00:00.5+05:30"));
        assertSame(
                JsonCodec.of(ZonedDateTime.class), ZonedDateTime.of(2024, 2, 29, 0, 0, 0, 0, ZoneId.of("Asia/Tokyo")));
        assertSame(JsonCodec.of(ZoneId.class), ZoneId.of("Europe/Berlin"));
        assertSame(JsonCodec.of(Year.class), Year.of(2024));
        assertSame(JsonCodec.of(new JsonType<Map<LocalDate, Integer>>() {}), Map.of(LocalDate.of(2024, 1, 1), 1));
    }

    @ParameterizedTest
    @EnumSource(
            value = ChronoUnit.class,
            names = {"SECONDS", "MILLIS", "MICROS", "NANOS"})
    void readsAndWritesTimesAsNumbersOnRequest(ChronoUnit unit) {
        JsonCodec<Instant> codec = JsonCodec.of(Instant.class).withEpochTimes(unit);
        Instant before1970 = Instant.ofEpochSecond(-2, 123_456_789);

        assertSame(codec, before1970.truncatedTo(unit));
        assertThat(codec.decode(codec.encode(before1970))).isEqualTo(before1970.truncatedTo(unit));
    }

    @Test
    void writesEpochTimesAsPlainNumbers() {
        JsonCodec<Instant> codec = JsonCodec.of(Instant.class).withEpochTimes(ChronoUnit.MILLIS);

        assertThat(codec.encode(Instant.parse("2023-11-14T22:13:20.123Z")))
                .asString(UTF_8)
                .isEqualTo("1700000000123");
    }

    @Test
    void rejectsAUnitThatIsNoPartOfASecond() {
        assertThatThrownBy(() -> JsonCodec.of(Instant.class).withEpochTimes(ChronoUnit.HOURS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unit: Hours (expected: SECONDS, MILLIS, MICROS or NANOS)");
    }

    @Test
    void rejectsATypeWithoutArgument() {
        assertThatThrownBy(() -> new RawType())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("JsonType: no type argument (expected: new JsonType<List<Reading>>() {})");
    }

    @Test
    void crossesTheWire() throws Exception {
        JsonCodec<List<Instant>> codec =
                JsonCodec.of(new JsonType<List<Instant>>() {}).withEpochTimes(ChronoUnit.NANOS);
        codec.encode(List.of()); // what was built is left behind
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(codec);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked")
            JsonCodec<List<Instant>> copy = (JsonCodec<List<Instant>>) in.readObject();

            assertThat(copy.encode(List.of(Instant.ofEpochSecond(1, 1))))
                    .asString(UTF_8)
                    .isEqualTo("[1000000001]");
        }
    }

    @Test
    void servesSeveralThreadsAtOnce() throws Exception {
        JsonCodec<Reading> codec = JsonCodec.of(Reading.class);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int number = thread;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        assertSame(codec, new Reading("s" + number, i, i / 3.0));
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void namesItsFormat() {
        assertThat(JsonCodec.of(Reading.class).format()).isEqualTo("json");
    }

    @Test
    void refusesToWriteNull() {
        assertThatThrownBy(() -> JsonCodec.of(Reading.class).encode(null))
                .isInstanceOf(CodecException.class)
                .hasMessage("value: null (expected: an object)");
    }

    @Test
    void namesWhatCannotBeWritten() {
        assertThatThrownBy(() -> JsonCodec.of(Instant.class)
                        .withEpochTimes(ChronoUnit.NANOS)
                        .encode(Instant.MAX))
                .isInstanceOf(CodecException.class)
                .hasMessage("Instant: cannot be written: +1000000000-12-31T23:59:59.999999999Z"
                        + " (expected: a time that fits a number of nanoseconds)");
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        assertThatThrownBy(() -> JsonCodec.of(Object.class).encode(itself)).isInstanceOf(CodecException.class);
    }

    @SuppressWarnings("rawtypes")
    private static final class RawType extends JsonType {}

    private static <T> T decode(Class<T> type, String json) {
        return JsonCodec.of(type).decode(json.getBytes(UTF_8));
    }

    private static <T> void assertSame(Codec<T> codec, T value) {
        assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
    }
}
