package io.datastream.formats.avro;

import io.datastream.codec.record.Decimal;
import io.datastream.codec.record.ValueType;
import io.datastream.formats.avro.RecordMapping.ValueWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How values that are not null are written. */
final class ValueWriters {
    private static final long NANOS = 1_000_000_000L;
    private static final String NANO_RANGE = " (expected: from 1677-09-21 to 2262-04-11, the range of nanoseconds)";

    private ValueWriters() {}

    @SuppressWarnings("EnumOrdinal") // Avro's number of a symbol is its place in the list
    static ValueWriter scalar(ValueType type) {
        return switch (type.kind()) {
            case BOOLEAN -> of(Boolean.class, (value, out) -> out.write(value ? 1 : 0));
            case BYTE, SHORT, INT, LONG -> of(Number.class, (value, out) -> out.writeLong(value.longValue()));
            case FLOAT -> of(Float.class, (value, out) -> out.writeFloat(value));
            case DOUBLE -> of(Double.class, (value, out) -> out.writeDouble(value));
            case STRING -> of(String.class, (value, out) -> out.writeBytes(utf8(value)));
            case BYTES -> of(byte[].class, (value, out) -> out.writeBytes(value));
            case ENUM -> of(Enum.class, (value, out) -> out.writeLong(value.ordinal()));
            case INSTANT ->
                of(
                        Instant.class,
                        (value, out) ->
                                out.writeLong(nanos(value.getEpochSecond(), value.getNano(), value, NANO_RANGE)));
            case LOCAL_DATE_TIME ->
                of(LocalDateTime.class, (value, out) -> {
                    Instant inUtc = value.toInstant(ZoneOffset.UTC);
                    out.writeLong(nanos(inUtc.getEpochSecond(), inUtc.getNano(), value, NANO_RANGE));
                });
            case LOCAL_DATE -> of(LocalDate.class, ValueWriters::writeDate);
            case LOCAL_TIME -> of(LocalTime.class, (value, out) -> out.writeLong(value.toNanoOfDay()));
            case DURATION ->
                of(
                        Duration.class,
                        (value, out) -> out.writeLong(
                                nanos(value.getSeconds(), value.getNano(), value, " (expected: at most 292 years)")));
            case UUID -> of(java.util.UUID.class, (value, out) -> out.writeBytes(utf8(value.toString())));
            case DECIMAL -> decimal(type.decimal());
            case LIST, MAP, RECORD -> throw new IllegalArgumentException(type.kind() + " (expected: a scalar)");
        };
    }

    private static <V> ValueWriter of(Class<V> type, ScalarWriter<V> writer) {
        return (value, out) -> writer.write(Objects.requireNonNull(type.cast(value)), out);
    }

    /** Writes values of one class. */
    private interface ScalarWriter<V> {
        void write(V value, AvroOutput out);
    }

    /** The bytes of a text; half a character, which would become a question mark, is refused. */
    private static byte[] utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw AvroProblem.value("a text with half a character (expected: Unicode)");
                }
                i++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void writeDate(LocalDate date, AvroOutput out) {
        long days = date.toEpochDay();
        if (days != (int) days) {
            throw AvroProblem.value(date + " (expected: a date within 32 bits of days)");
        }
        out.writeLong(days);
    }

    /** Nanoseconds of seconds and the nanoseconds within them, over the whole range of a {@code long}. */
    static long nanos(long seconds, int nano, Object value, String expected) {
        try {
            // the seconds alone may be out of range where the sum is not
            return seconds < 0 && nano > 0
                    ? Math.addExact(Math.multiplyExact(seconds + 1, NANOS), nano - NANOS)
                    : Math.addExact(Math.multiplyExact(seconds, NANOS), nano);
        } catch (ArithmeticException e) {
            throw AvroProblem.value(value + expected, e);
        }
    }

    private static ValueWriter decimal(@Nullable Decimal decimal) {
        if (decimal == null) {
            return of(BigDecimal.class, (value, out) -> {
                byte[] unscaled = value.unscaledValue().toByteArray();
                if (Math.abs((long) value.scale()) > ScalarReaders.MOST_DIGITS
                        || unscaled.length > ScalarReaders.MOST_DIGITS / 2) {
                    throw AvroProblem.value("a decimal number of scale " + value.scale() + " and " + unscaled.length
                            + " bytes (expected: a scale within " + ScalarReaders.MOST_DIGITS + " and at most "
                            + ScalarReaders.MOST_DIGITS / 2 + " bytes)");
                }
                AvroOutput whole = new AvroOutput(32);
                whole.writeBytes(unscaled);
                whole.writeLong(value.scale());
                out.writeBytes(whole.toBytes());
            });
        }
        return of(BigDecimal.class, (value, out) -> {
            BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value;
            // before anything is computed: 1E+1000000000 has as many digits
            if ((long) plain.precision() - plain.scale() > decimal.precision()) {
                throw AvroProblem.value(digits(decimal));
            }
            BigDecimal scaled;
            try {
                scaled = plain.setScale(decimal.scale(), RoundingMode.UNNECESSARY);
            } catch (ArithmeticException e) {
                throw AvroProblem.value(digits(decimal), e);
            }
            if (scaled.precision() > decimal.precision()) {
                throw AvroProblem.value(digits(decimal));
            }
            out.writeBytes(scaled.unscaledValue().toByteArray());
        });
    }

    static String digits(Decimal decimal) {
        return "a decimal number with more digits (expected: at most " + decimal.precision() + ", " + decimal.scale()
                + " of them after the point)";
    }

    static ValueWriter list(ValueWriter element) {
        return of(List.class, (list, out) -> {
            if (!list.isEmpty()) {
                out.writeLong(list.size());
                int index = 0;
                for (Object value : list) {
                    try {
                        element.write(value, out);
                    } catch (AvroProblem e) {
                        throw e.in("[" + index + "]");
                    }
                    index++;
                }
            }
            out.writeLong(0);
        });
    }

    static ValueWriter map(ValueWriter element) {
        return of(Map.class, (map, out) -> {
            if (!map.isEmpty()) {
                out.writeLong(map.size());
                for (Object each : map.entrySet()) {
                    Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
                    if (!(entry.getKey() instanceof String key)) {
                        throw AvroProblem.value("key " + entry.getKey() + " (expected: a text)");
                    }
                    out.writeBytes(utf8(key));
                    try {
                        element.write(entry.getValue(), out);
                    } catch (AvroProblem e) {
                        throw e.in("[\"" + key + "\"]");
                    }
                }
            }
            out.writeLong(0);
        });
    }
}
