package io.datastream.formats.avro;

import io.datastream.codec.record.Decimal;
import io.datastream.codec.record.Kind;
import io.datastream.codec.record.ValueType;
import io.datastream.error.OneLine;
import io.datastream.formats.avro.RecordMapping.ValueReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** How values that are no records, lists or maps are read, for each schema that holds such values. */
final class ScalarReaders {
    private static final long NANOS = 1_000_000_000L;
    private static final int LONGEST_VALUE = 50;

    /** No reasonable number has more digits; computing with more would take all the time and memory there is. */
    static final int MOST_DIGITS = 10_000;

    private ScalarReaders() {}

    static ValueReader of(Schema writer, ValueType type) {
        ValueReader reader = switch (type.kind()) {
            case BOOLEAN -> writer.getType() == Schema.Type.BOOLEAN ? AvroInput::readBoolean : null;
            case BYTE, SHORT, INT -> whole(writer, type.kind());
            case LONG -> longs(writer, value -> value);
            case FLOAT -> floats(writer);
            case DOUBLE -> doubles(writer);
            case STRING -> texts(writer, text -> text);
            case BYTES -> bytes(writer);
            case ENUM -> names(writer, type);
            case INSTANT -> times(writer, "timestamp-", (seconds, nanos) -> Instant.ofEpochSecond(seconds, nanos));
            case LOCAL_DATE_TIME ->
                times(
                        writer,
                        "local-timestamp-",
                        (seconds, nanos) -> LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC));
            case LOCAL_DATE -> dates(writer);
            case LOCAL_TIME -> timesOfDay(writer);
            case DURATION -> is(writer, RecordSchemas.DURATION_NANOS) ? longs(writer, Duration::ofNanos) : null;
            case UUID -> uuids(writer);
            case DECIMAL -> decimals(writer, type.decimal());
            case LIST, MAP, RECORD -> null;
        };
        if (reader == null) {
            throw unfit(writer, type);
        }
        return reader;
    }

    static AvroProblem unfit(Schema writer, ValueType type) {
        return AvroProblem.value("written as " + ValueReaders.name(writer) + " (expected: "
                + type.kind().expected() + ")");
    }

    private static boolean is(Schema writer, String logicalType) {
        return logicalType.equals(writer.getProp("logicalType"));
    }

    private static @Nullable ValueReader whole(Schema writer, Kind kind) {
        if (writer.getType() != Schema.Type.INT) {
            return null;
        }
        if (kind == Kind.INT) {
            return AvroInput::readInt;
        }
        return in -> {
            int value = in.readInt();
            if (kind == Kind.BYTE ? value != (byte) value : value != (short) value) {
                throw AvroProblem.value(value + " (expected: " + kind.expected() + ")");
            }
            return kind == Kind.BYTE ? (Object) (byte) value : (Object) (short) value;
        };
    }

    private static @Nullable ValueReader longs(Schema writer, Function<Long, Object> conversion) {
        return switch (writer.getType()) {
            case INT -> in -> conversion.apply((long) in.readInt());
            case LONG -> in -> conversion.apply(in.readLong());
            default -> null;
        };
    }

    private static @Nullable ValueReader floats(Schema writer) {
        return switch (writer.getType()) {
            case INT -> in -> (float) in.readInt();
            case LONG -> in -> (float) in.readLong();
            case FLOAT -> AvroInput::readFloat;
            default -> null;
        };
    }

    private static @Nullable ValueReader doubles(Schema writer) {
        return switch (writer.getType()) {
            case INT -> in -> (double) in.readInt();
            case LONG -> in -> (double) in.readLong();
            case FLOAT -> in -> (double) in.readFloat();
            case DOUBLE -> AvroInput::readDouble;
            default -> null;
        };
    }

    private static @Nullable ValueReader texts(Schema writer, Function<String, Object> conversion) {
        boolean text = writer.getType() == Schema.Type.STRING
                || writer.getType() == Schema.Type.BYTES && writer.getProp("logicalType") == null;
        return text ? in -> conversion.apply(in.readString()) : null;
    }

    private static @Nullable ValueReader bytes(Schema writer) {
        return switch (writer.getType()) {
            case BYTES, STRING -> AvroInput::readBytes;
            case FIXED -> in -> in.readFixed(writer.getFixedSize());
            default -> null;
        };
    }

    private static @Nullable ValueReader names(Schema writer, ValueType type) {
        Map<String, Object> constants = new HashMap<>();
        List<String> names = Arrays.stream(type.raw().getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name())
                .toList();
        for (Object constant : type.raw().getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        Function<String, Object> lookUp = name -> {
            Object constant = constants.get(name);
            if (constant == null) {
                throw AvroProblem.value(shown(name) + " (expected: one of " + String.join(", ", names) + ")");
            }
            return constant;
        };
        if (writer.getType() == Schema.Type.ENUM) {
            List<String> symbols = writer.getEnumSymbols();
            return in -> lookUp.apply(symbols.get(in.readIndex(symbols.size(), "symbol")));
        }
        return writer.getType() == Schema.Type.STRING ? texts(writer, lookUp) : null;
    }

    private static String shown(String text) {
        return '"' + OneLine.of(text, LONGEST_VALUE) + '"';
    }

    private interface TimeOf {
        Object of(long seconds, int nanos);
    }

    private static @Nullable ValueReader times(Schema writer, String prefix, TimeOf time) {
        String logicalType = writer.getProp("logicalType");
        if (writer.getType() != Schema.Type.LONG || logicalType == null || !logicalType.startsWith(prefix)) {
            return null;
        }
        long perSecond = switch (logicalType.substring(prefix.length())) {
            case "millis" -> 1_000;
            case "micros" -> 1_000_000;
            case "nanos" -> NANOS;
            default -> 0;
        };
        if (perSecond == 0) {
            return null;
        }
        long nanosPer = NANOS / perSecond;
        return in -> {
            long value = in.readLong();
            return checked(
                    value,
                    any -> time.of(
                            Math.floorDiv(value, perSecond), (int) (Math.floorMod(value, perSecond) * nanosPer)));
        };
    }

    private static Object checked(long value, Function<Long, Object> conversion) {
        try {
            return conversion.apply(value);
        } catch (DateTimeException | ArithmeticException e) {
            throw AvroProblem.value(value + " (expected: a time that java.time has)", e);
        }
    }

    private static @Nullable ValueReader dates(Schema writer) {
        boolean date = writer.getType() == Schema.Type.INT && is(writer, "date");
        return date ? in -> checked(in.readInt(), LocalDate::ofEpochDay) : null;
    }

    private static @Nullable ValueReader timesOfDay(Schema writer) {
        ToLongFunction<AvroInput> nanos;
        if (writer.getType() == Schema.Type.INT && is(writer, "time-millis")) {
            nanos = in -> in.readInt() * 1_000_000L;
        } else if (writer.getType() == Schema.Type.LONG && is(writer, "time-micros")) {
            nanos = in -> {
                long micros = in.readLong();
                return Math.abs(micros) > Long.MAX_VALUE / 1_000 ? Long.MAX_VALUE : micros * 1_000;
            };
        } else if (writer.getType() == Schema.Type.LONG && is(writer, RecordSchemas.TIME_NANOS)) {
            nanos = AvroInput::readLong;
        } else {
            return null;
        }
        return in -> checked(nanos.applyAsLong(in), LocalTime::ofNanoOfDay);
    }

    private static @Nullable ValueReader uuids(Schema writer) {
        if (writer.getType() == Schema.Type.FIXED && writer.getFixedSize() == 16) {
            return in -> {
                ByteBuffer bytes = ByteBuffer.wrap(in.readFixed(16));
                return new UUID(bytes.getLong(), bytes.getLong());
            };
        }
        return texts(writer, text -> {
            try {
                UUID value = UUID.fromString(text);
                if (text.length() == 36) {
                    return value;
                }
            } catch (IllegalArgumentException e) {
                throw AvroProblem.value(shown(text) + " (expected: a UUID)", e);
            }
            throw AvroProblem.value(shown(text) + " (expected: a UUID)");
        });
    }

    private static @Nullable ValueReader decimals(Schema writer, @Nullable Decimal decimal) {
        boolean fixed = writer.getType() == Schema.Type.FIXED;
        if (!fixed && writer.getType() != Schema.Type.BYTES) {
            return null;
        }
        if (is(writer, "big-decimal") && !fixed) {
            return in -> digits(big(in.readBytes()), decimal);
        }
        if (writer.getLogicalType() instanceof LogicalTypes.Decimal written
                && Math.abs((long) written.getScale()) <= MOST_DIGITS) {
            int size = fixed ? writer.getFixedSize() : 0;
            return in -> digits(
                    new BigDecimal(whole(fixed ? in.readFixed(size) : in.readBytes()), written.getScale()), decimal);
        }
        return null;
    }

    private static BigInteger whole(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > MOST_DIGITS / 2) {
            throw AvroProblem.value(
                    "a decimal number of " + bytes.length + " bytes (expected: from 1 to " + MOST_DIGITS / 2 + ")");
        }
        return new BigInteger(bytes);
    }

    private static BigDecimal big(byte[] bytes) {
        AvroInput in = new AvroInput(bytes, 0, bytes.length);
        BigInteger unscaled = whole(in.readBytes());
        long scale = in.readLong();
        if (Math.abs(scale) > MOST_DIGITS || in.remaining() > 0) {
            throw AvroProblem.value("a decimal number of scale " + scale + " (expected: from " + -MOST_DIGITS + " to "
                    + MOST_DIGITS + ", and nothing after it)");
        }
        return new BigDecimal(unscaled, (int) scale);
    }

    private static BigDecimal digits(BigDecimal value, @Nullable Decimal decimal) {
        if (decimal == null) {
            return value;
        }
        try {
            BigDecimal scaled = value.setScale(decimal.scale(), RoundingMode.UNNECESSARY);
            if (scaled.precision() <= decimal.precision()) {
                return scaled;
            }
        } catch (ArithmeticException e) {
            throw AvroProblem.value(ValueWriters.digits(decimal), e);
        }
        throw AvroProblem.value(ValueWriters.digits(decimal));
    }
}
