package io.datastream.fuzz;

import io.datastream.codec.record.Decimal;
import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.ValueType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes records of any class, with extreme values among the usual ones. */
final class RandomRecords {
    private static final long NANOS = 1_000_000_000L;
    private static final int ONE_IN_EXTREME = 4;
    private static final int MOST_ELEMENTS = 4;
    private static final int LONGEST_TEXT = 12;
    private static final String ALPHABET = "aZ09 _-.,;\"'\\/{}[]:#\n\r\t\u0000ü€\ufffd\ud83d\ude00";
    private static final double[] EXTREMES = {
        0,
        -0.0,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        1e-7
    };

    private final SplittableRandom random;

    RandomRecords(SplittableRandom random) {
        this.random = random;
    }

    static <T> List<T> of(Class<T> type, int count, long seed) {
        RandomRecords records = new RandomRecords(new SplittableRandom(seed));
        RecordShape<T> shape = RecordShape.of(type);
        List<T> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(type.cast(records.record(shape)));
        }
        return all;
    }

    private Object record(RecordShape<?> shape) {
        @Nullable Object[] values = new Object[shape.components().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(shape.components().get(i).type());
        }
        return shape.create(values);
    }

    private @Nullable Object value(ValueType type) {
        if (type.isNullable() && random.nextInt(3) == 0) {
            return null;
        }
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case BYTE -> (byte) whole(Byte.MIN_VALUE, Byte.MAX_VALUE);
            case SHORT -> (short) whole(Short.MIN_VALUE, Short.MAX_VALUE);
            case INT -> (int) whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> whole(Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> (float) number();
            case DOUBLE -> number();
            case STRING -> text();
            case BYTES -> bytes();
            case ENUM -> type.raw().getEnumConstants()[random.nextInt(type.raw().getEnumConstants().length)];
            case INSTANT -> instant();
            case LOCAL_DATE_TIME -> LocalDateTime.ofInstant(instant(), ZoneOffset.UTC);
            case LOCAL_DATE -> LocalDate.ofEpochDay(random.nextInt(-1_000_000, 1_000_000));
            case LOCAL_TIME -> LocalTime.ofNanoOfDay(random.nextLong(86_400 * NANOS));
            case DURATION -> Duration.ofNanos(whole(Long.MIN_VALUE, Long.MAX_VALUE));
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            case DECIMAL -> decimal(type.decimal());
            case LIST -> list(type.element());
            case MAP -> map(type.element());
            case RECORD -> record(type.shape());
        };
    }

    private long whole(long min, long max) {
        if (random.nextInt(ONE_IN_EXTREME) == 0) {
            return random.nextBoolean() ? min : max;
        }
        return random.nextLong(Math.max(min, -1_000), Math.min(max, 1_000));
    }

    private double number() {
        return random.nextInt(ONE_IN_EXTREME) == 0
                ? EXTREMES[random.nextInt(EXTREMES.length)]
                : random.nextInt(-100_000, 100_000) / 100.0;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(LONGEST_TEXT); length > 0; length--) {
            int at = random.nextInt(ALPHABET.length());
            text.append(Character.isSurrogate(ALPHABET.charAt(at)) ? "\ud83d\ude00" : ALPHABET.charAt(at));
        }
        return text.toString();
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(LONGEST_TEXT)];
        random.nextBytes(bytes);
        return bytes;
    }

    private Instant instant() {
        long seconds = random.nextInt(ONE_IN_EXTREME) == 0
                ? random.nextLong(-9_000_000_000L, 9_000_000_000L)
                : 1_700_000_000L + random.nextInt(1_000_000);
        return Instant.ofEpochSecond(seconds, random.nextInt((int) NANOS));
    }

    private BigDecimal decimal(@Nullable Decimal digits) {
        int bits = digits == null ? 60 : digits.precision() * 3; // of a digit there are 3.3
        BigInteger unscaled = new BigInteger(random.nextInt(1, bits), new Random(random.nextLong()));
        return new BigDecimal(
                random.nextBoolean() ? unscaled : unscaled.negate(),
                digits == null ? random.nextInt(9) : digits.scale());
    }

    private List<@Nullable Object> list(ValueType element) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int count = random.nextInt(MOST_ELEMENTS); count > 0; count--) {
            list.add(value(element));
        }
        return list;
    }

    private Map<String, @Nullable Object> map(ValueType element) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int count = random.nextInt(MOST_ELEMENTS); count > 0; count--) {
            map.put(text(), value(element));
        }
        return map;
    }
}
