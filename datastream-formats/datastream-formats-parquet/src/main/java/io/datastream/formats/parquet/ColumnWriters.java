package io.datastream.formats.parquet;

import io.datastream.codec.record.Decimal;
import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.ValueType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How values become columns, in two steps: first all of a record is checked and turned into what Parquet stores, then it is
 * written, because of a record that is begun something would stay.
 */
final class ColumnWriters {
    private static final long NANOS = 1_000_000_000L;
    private static final String NANO_RANGE = " (expected: from 1677-09-21 to 2262-04-11, the range of nanoseconds)";

    private ColumnWriters() {}

    /** Writes values of one type. */
    interface ColumnWriter {
        /** What is to be stored for a value that is not null. */
        Object prepare(Object value);

        /** Stores it. */
        void emit(RecordConsumer out, Object prepared);
    }

    static ColumnWriter record(RecordShape<?> shape) {
        int count = shape.components().size();
        ColumnWriter[] writers = new ColumnWriter[count];
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            writers[i] = of(shape.components().get(i).type());
            names[i] = shape.components().get(i).name();
        }
        return new ColumnWriter() {
            @Override
            public Object prepare(Object record) {
                @Nullable Object[] prepared = new Object[count];
                for (int i = 0; i < count; i++) {
                    try {
                        prepared[i] = prepareElement(
                                writers[i], shape.components().get(i).type(), shape.get(record, i));
                    } catch (ParquetProblem e) {
                        throw e.in(names[i]);
                    }
                }
                return prepared;
            }

            @Override
            public void emit(RecordConsumer out, Object prepared) {
                @Nullable Object[] values = (Object[]) prepared;
                for (int i = 0; i < count; i++) {
                    emitField(out, names[i], i, writers[i], values[i]);
                }
            }
        };
    }

    private static @Nullable Object prepareElement(ColumnWriter writer, ValueType type, @Nullable Object value) {
        if (value != null) {
            return writer.prepare(value);
        }
        if (!type.isNullable()) {
            throw new ParquetProblem("null (expected: " + type.kind().expected() + "; or mark it as @Nullable)");
        }
        return null;
    }

    private static void emitField(
            RecordConsumer out, String name, int index, ColumnWriter writer, @Nullable Object prepared) {
        if (prepared != null) {
            out.startField(name, index);
            writer.emit(out, prepared);
            out.endField(name, index);
        }
    }

    private static ColumnWriter of(ValueType type) {
        return switch (type.kind()) {
            case BOOLEAN -> scalar(value -> value, (out, value) -> out.addBoolean((Boolean) value));
            case BYTE, SHORT, INT -> ints(value -> ((Number) value).intValue());
            case LONG -> longs(value -> (Long) value);
            case FLOAT -> scalar(value -> value, (out, value) -> out.addFloat((Float) value));
            case DOUBLE -> scalar(value -> value, (out, value) -> out.addDouble((Double) value));
            case STRING -> binaries(value -> text((String) value));
            case BYTES -> binaries(value -> Binary.fromConstantByteArray(((byte[]) value).clone()));
            case ENUM -> binaries(value -> Binary.fromString(((Enum<?>) value).name()));
            case INSTANT ->
                longs(value -> {
                    Instant instant = (Instant) value;
                    return nanos(instant.getEpochSecond(), instant.getNano(), instant);
                });
            case LOCAL_DATE_TIME ->
                longs(value -> {
                    Instant inUtc = ((LocalDateTime) value).toInstant(ZoneOffset.UTC);
                    return nanos(inUtc.getEpochSecond(), inUtc.getNano(), value);
                });
            case LOCAL_DATE -> ints(value -> days((LocalDate) value));
            case LOCAL_TIME -> longs(value -> ((LocalTime) value).toNanoOfDay());
            case DURATION -> longs(value -> nanos((Duration) value));
            case UUID ->
                binaries(value -> Binary.fromConstantByteArray(ByteBuffer.allocate(16)
                        .putLong(((UUID) value).getMostSignificantBits())
                        .putLong(((UUID) value).getLeastSignificantBits())
                        .array()));
            case DECIMAL -> decimal(Objects.requireNonNull(type.decimal()));
            case LIST -> list(type.element());
            case MAP -> map(type.element());
            case RECORD -> group(record(type.shape()));
        };
    }

    private interface Emitter {
        void emit(RecordConsumer out, Object value);
    }

    private static ColumnWriter scalar(Function<Object, Object> preparation, Emitter emitter) {
        return new ColumnWriter() {
            @Override
            public Object prepare(Object value) {
                return preparation.apply(value);
            }

            @Override
            public void emit(RecordConsumer out, Object prepared) {
                emitter.emit(out, prepared);
            }
        };
    }

    private static ColumnWriter ints(Function<Object, Integer> preparation) {
        return scalar(preparation::apply, (out, value) -> out.addInteger((Integer) value));
    }

    private static ColumnWriter longs(Function<Object, Long> preparation) {
        return scalar(preparation::apply, (out, value) -> out.addLong((Long) value));
    }

    private static ColumnWriter binaries(Function<Object, Binary> preparation) {
        return scalar(preparation::apply, (out, value) -> out.addBinary((Binary) value));
    }

    /** The bytes of a text; half a character, which would become a question mark, is refused. */
    private static Binary text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new ParquetProblem("a text with half a character (expected: Unicode)");
                }
                i++;
            }
        }
        return Binary.fromString(text);
    }

    private static int days(LocalDate date) {
        long days = date.toEpochDay();
        if (days != (int) days) {
            throw new ParquetProblem(date + " (expected: a date within 32 bits of days)");
        }
        return (int) days;
    }

    /** Nanoseconds of seconds and the nanoseconds within them, over the whole range of a {@code long}. */
    private static long nanos(long seconds, int nano, Object value) {
        try {
            // the seconds alone may be out of range where the sum is not
            return seconds < 0 && nano > 0
                    ? Math.addExact(Math.multiplyExact(seconds + 1, NANOS), nano - NANOS)
                    : Math.addExact(Math.multiplyExact(seconds, NANOS), nano);
        } catch (ArithmeticException e) {
            throw new ParquetProblem(value + NANO_RANGE, e);
        }
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            throw new ParquetProblem(duration + " (expected: at most 292 years)", e);
        }
    }

    private static ColumnWriter decimal(Decimal decimal) {
        if (decimal.precision() <= RowSchema.INT32_DIGITS) {
            return ints(
                    value -> scaled((BigDecimal) value, decimal).unscaledValue().intValueExact());
        }
        if (decimal.precision() <= RowSchema.INT64_DIGITS) {
            return longs(
                    value -> scaled((BigDecimal) value, decimal).unscaledValue().longValueExact());
        }
        int length = RowSchema.bytesFor(decimal.precision());
        return binaries(value -> {
            byte[] shortest =
                    scaled((BigDecimal) value, decimal).unscaledValue().toByteArray();
            byte[] fixed = new byte[length];
            Arrays.fill(fixed, (byte) (shortest[0] >> 7));
            System.arraycopy(shortest, 0, fixed, length - shortest.length, shortest.length);
            return Binary.fromConstantByteArray(fixed);
        });
    }

    /** The number with just the digits of its column; it is never rounded. */
    static BigDecimal scaled(BigDecimal value, Decimal decimal) {
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value;
        // before anything is computed: 1E+1000000000 has as many digits
        if ((long) plain.precision() - plain.scale() > decimal.precision()) {
            throw new ParquetProblem(digits(decimal));
        }
        BigDecimal scaled;
        try {
            scaled = plain.setScale(decimal.scale(), RoundingMode.UNNECESSARY);
        } catch (ArithmeticException e) {
            throw new ParquetProblem(digits(decimal), e);
        }
        if (scaled.precision() > decimal.precision()) {
            throw new ParquetProblem(digits(decimal));
        }
        return scaled;
    }

    private static String digits(Decimal decimal) {
        return "a decimal number with more digits (expected: at most " + decimal.precision() + ", " + decimal.scale()
                + " of them after the point)";
    }

    private static ColumnWriter group(ColumnWriter fields) {
        return new ColumnWriter() {
            @Override
            public Object prepare(Object value) {
                return fields.prepare(value);
            }

            @Override
            public void emit(RecordConsumer out, Object prepared) {
                out.startGroup();
                fields.emit(out, prepared);
                out.endGroup();
            }
        };
    }

    private static ColumnWriter list(ValueType type) {
        ColumnWriter element = of(type);
        return new ColumnWriter() {
            @Override
            public Object prepare(Object value) {
                List<@Nullable Object> prepared = new ArrayList<>();
                for (Object each : (List<?>) value) {
                    try {
                        prepared.add(prepareElement(element, type, each));
                    } catch (ParquetProblem e) {
                        throw e.in("[" + prepared.size() + "]");
                    }
                }
                return prepared;
            }

            @Override
            public void emit(RecordConsumer out, Object prepared) {
                emitRepeated(out, "list", (List<?>) prepared, value -> emitField(out, "element", 0, element, value));
            }
        };
    }

    private static ColumnWriter map(ValueType type) {
        ColumnWriter element = of(type);
        ColumnWriter keys = binaries(value -> text((String) value));
        return new ColumnWriter() {
            @Override
            public Object prepare(Object value) {
                List<@Nullable Object> prepared = new ArrayList<>();
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                    if (!(entry.getKey() instanceof String key)) {
                        throw new ParquetProblem("key " + entry.getKey() + " (expected: a text)");
                    }
                    try {
                        prepared.add(new @Nullable Object[] {
                            keys.prepare(key), prepareElement(element, type, entry.getValue())
                        });
                    } catch (ParquetProblem e) {
                        throw e.in("[\"" + key + "\"]");
                    }
                }
                return prepared;
            }

            @Override
            public void emit(RecordConsumer out, Object prepared) {
                emitRepeated(out, "key_value", (List<?>) prepared, value -> {
                    @Nullable Object[] entry = (Object[]) Objects.requireNonNull(value);
                    emitField(out, "key", 0, keys, entry[0]);
                    emitField(out, "value", 1, element, entry[1]);
                });
            }
        };
    }

    private static void emitRepeated(
            RecordConsumer out, String name, List<?> prepared, Consumer<@Nullable Object> each) {
        out.startGroup();
        if (!prepared.isEmpty()) {
            out.startField(name, 0);
            for (Object value : prepared) {
                out.startGroup();
                each.accept(value);
                out.endGroup();
            }
            out.endField(name, 0);
        }
        out.endGroup();
    }
}
