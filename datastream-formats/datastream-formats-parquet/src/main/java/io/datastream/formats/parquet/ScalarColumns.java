package io.datastream.formats.parquet;

import io.datastream.codec.record.Decimal;
import io.datastream.codec.record.Kind;
import io.datastream.codec.record.ValueType;
import io.datastream.error.OneLine;
import io.datastream.formats.parquet.RowColumns.Slot;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** How values of columns become values of components. */
final class ScalarColumns {
    private static final long NANOS = 1_000_000_000L;
    private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;
    private static final long SECONDS_OF_DAY = 86_400;
    private static final int LONGEST_VALUE = 50;
    private static final int MOST_DIGITS = 10_000;

    private ScalarColumns() {}

    /** Turns what Parquet stores into a value; the argument is a box, or a {@link Binary}. */
    interface Conversion {
        Object of(Object stored);
    }

    /** How a column is read into a type; null if it cannot be. */
    static @Nullable Conversion of(PrimitiveType column, ValueType type) {
        PrimitiveTypeName stored = column.getPrimitiveTypeName();
        LogicalTypeAnnotation annotation = column.getLogicalTypeAnnotation();
        return switch (type.kind()) {
            case BOOLEAN -> stored == PrimitiveTypeName.BOOLEAN ? value -> value : null;
            case BYTE, SHORT, INT, LONG -> whole(stored, annotation, type.kind());
            case FLOAT -> stored == PrimitiveTypeName.FLOAT ? value -> value : null;
            case DOUBLE ->
                switch (stored) {
                    case DOUBLE -> value -> value;
                    case FLOAT -> value -> ((Float) value).doubleValue();
                    case INT32 -> annotation == null ? value -> ((Integer) value).doubleValue() : null;
                    default -> null;
                };
            case STRING -> texts(column);
            case BYTES ->
                stored == PrimitiveTypeName.BINARY || stored == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
                        ? value -> ((Binary) value).getBytes()
                        : null;
            case ENUM -> names(column, type);
            case INSTANT -> instants(stored, annotation);
            case LOCAL_DATE_TIME -> localTimes(stored, annotation);
            case LOCAL_DATE ->
                annotation instanceof LogicalTypeAnnotation.DateLogicalTypeAnnotation
                        ? value -> LocalDate.ofEpochDay((Integer) value)
                        : null;
            case LOCAL_TIME -> timesOfDay(annotation);
            case DURATION ->
                stored == PrimitiveTypeName.INT64 && annotation == null
                        ? value -> Duration.ofNanos((Long) value)
                        : null;
            case UUID -> uuids(column);
            case DECIMAL -> decimals(stored, annotation, type.decimal());
            case LIST, MAP, RECORD -> null;
        };
    }

    private static @Nullable Conversion whole(
            PrimitiveTypeName stored, @Nullable LogicalTypeAnnotation annotation, Kind kind) {
        if (annotation != null && !(annotation instanceof IntLogicalTypeAnnotation)
                || stored != PrimitiveTypeName.INT32 && stored != PrimitiveTypeName.INT64) {
            return null;
        }
        boolean signed = !(annotation instanceof IntLogicalTypeAnnotation whole) || whole.isSigned();
        if (kind == Kind.LONG) {
            return stored == PrimitiveTypeName.INT32
                    ? value -> signed ? ((Integer) value).longValue() : Integer.toUnsignedLong((Integer) value)
                    : value -> inRange((Long) value, signed, Long.MAX_VALUE, kind);
        }
        if (stored != PrimitiveTypeName.INT32) {
            return null; // it would be narrowed
        }
        return switch (kind) {
            case INT -> value -> (int) inRange((Integer) value, signed, Integer.MAX_VALUE, kind);
            case SHORT -> value -> (short) inRange((Integer) value, signed, Short.MAX_VALUE, kind);
            default -> value -> (byte) inRange((Integer) value, signed, Byte.MAX_VALUE, kind);
        };
    }

    private static long inRange(long value, boolean signed, long max, Kind kind) {
        if (value > max || value < -max - 1 || value < 0 && !signed) {
            throw new ParquetProblem(
                    (signed ? Long.toString(value) : "a larger number") + " (expected: " + kind.expected() + ")");
        }
        return value;
    }

    static @Nullable Conversion texts(PrimitiveType column) {
        LogicalTypeAnnotation annotation = column.getLogicalTypeAnnotation();
        boolean text = annotation == null
                || annotation instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
        return text && column.getPrimitiveTypeName() == PrimitiveTypeName.BINARY ? ScalarColumns::text : null;
    }

    private static String text(Object value) {
        String text = ((Binary) value).toStringUsingUTF8();
        if (text.indexOf('\ufffd') >= 0) { // which may stand in the text itself
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(((Binary) value).getBytes()));
            } catch (CharacterCodingException e) {
                throw new ParquetProblem("bytes that are no UTF-8 (expected: a text)", e);
            }
        }
        return text;
    }

    private static @Nullable Conversion names(PrimitiveType column, ValueType type) {
        if (texts(column) == null) {
            return null;
        }
        Map<String, Object> constants = new HashMap<>();
        List<String> names = Arrays.stream(type.raw().getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name())
                .toList();
        for (Object constant : type.raw().getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        return value -> {
            String name = text(value);
            Object constant = constants.get(name);
            if (constant == null) {
                throw new ParquetProblem(shown(name) + " (expected: one of " + String.join(", ", names) + ")");
            }
            return constant;
        };
    }

    private static String shown(String text) {
        return '"' + OneLine.of(text, LONGEST_VALUE) + '"';
    }

    private interface TimeOf {
        Object of(long seconds, int nanos);
    }

    private static @Nullable Conversion instants(PrimitiveTypeName stored, @Nullable LogicalTypeAnnotation annotation) {
        if (annotation instanceof TimestampLogicalTypeAnnotation timestamp && !timestamp.isAdjustedToUTC()) {
            return null;
        }
        return times(stored, annotation, Instant::ofEpochSecond);
    }

    private static @Nullable Conversion localTimes(
            PrimitiveTypeName stored, @Nullable LogicalTypeAnnotation annotation) {
        if (annotation instanceof TimestampLogicalTypeAnnotation timestamp && timestamp.isAdjustedToUTC()) {
            return null;
        }
        return times(
                stored, annotation, (seconds, nanos) -> LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC));
    }

    private static @Nullable Conversion times(
            PrimitiveTypeName stored, @Nullable LogicalTypeAnnotation annotation, TimeOf time) {
        if (stored == PrimitiveTypeName.INT96) {
            return value -> {
                ByteBuffer bytes = ((Binary) value).toByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
                long nanosOfDay = bytes.getLong();
                long day = bytes.getInt() - JULIAN_DAY_OF_EPOCH;
                long seconds = day * SECONDS_OF_DAY + Math.floorDiv(nanosOfDay, NANOS);
                return time.of(seconds, (int) Math.floorMod(nanosOfDay, NANOS));
            };
        }
        if (stored != PrimitiveTypeName.INT64 || !(annotation instanceof TimestampLogicalTypeAnnotation timestamp)) {
            return null;
        }
        long perSecond = NANOS / nanosOf(timestamp.getUnit());
        long nanos = nanosOf(timestamp.getUnit());
        return value -> time.of(Math.floorDiv((long) (Long) value, perSecond), (int)
                (Math.floorMod((long) (Long) value, perSecond) * nanos));
    }

    private static long nanosOf(TimeUnit unit) {
        return switch (unit) {
            case MILLIS -> 1_000_000;
            case MICROS -> 1_000;
            case NANOS -> 1;
        };
    }

    private static @Nullable Conversion timesOfDay(@Nullable LogicalTypeAnnotation annotation) {
        if (!(annotation instanceof TimeLogicalTypeAnnotation time)) {
            return null;
        }
        long nanos = nanosOf(time.getUnit());
        return value -> LocalTime.ofNanoOfDay(Math.multiplyExact(((Number) value).longValue(), nanos));
    }

    private static @Nullable Conversion uuids(PrimitiveType column) {
        if (column.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY && column.getTypeLength() == 16) {
            return value -> {
                ByteBuffer bytes = ((Binary) value).toByteBuffer().slice();
                return new UUID(bytes.getLong(), bytes.getLong());
            };
        }
        if (texts(column) == null) {
            return null;
        }
        return value -> {
            String text = text(value);
            try {
                UUID id = UUID.fromString(text);
                if (text.length() == 36) {
                    return id;
                }
            } catch (IllegalArgumentException e) {
                throw new ParquetProblem(shown(text) + " (expected: a UUID)", e);
            }
            throw new ParquetProblem(shown(text) + " (expected: a UUID)");
        };
    }

    private static @Nullable Conversion decimals(
            PrimitiveTypeName stored, @Nullable LogicalTypeAnnotation annotation, @Nullable Decimal expected) {
        if (!(annotation instanceof DecimalLogicalTypeAnnotation written)
                || expected == null
                || Math.abs((long) written.getScale()) > MOST_DIGITS) {
            return null;
        }
        int scale = written.getScale();
        return switch (stored) {
            case INT32 -> value -> ColumnWriters.scaled(BigDecimal.valueOf((Integer) value, scale), expected);
            case INT64 -> value -> ColumnWriters.scaled(BigDecimal.valueOf((Long) value, scale), expected);
            case BINARY, FIXED_LEN_BYTE_ARRAY ->
                value -> {
                    byte[] bytes = ((Binary) value).getBytes();
                    if (bytes.length == 0 || bytes.length > MOST_DIGITS / 2) {
                        throw new ParquetProblem("a decimal number of " + bytes.length + " bytes (expected: from 1 to "
                                + MOST_DIGITS / 2 + ")");
                    }
                    return ColumnWriters.scaled(new BigDecimal(new BigInteger(bytes), scale), expected);
                };
            default -> null;
        };
    }

    /** Takes the values of a column; those of a dictionary are converted once. */
    static final class ScalarConverter extends PrimitiveConverter {
        private final PrimitiveTypeName stored;
        private final Conversion conversion;
        private final boolean shared;
        private final String path;
        private final Slot slot;
        private final RowState state;
        private @Nullable Dictionary dictionary;
        private @Nullable Object[] converted = {};

        /**
         * Takes values.
         *
         * @param shared whether a value may stand in several rows
         */
        ScalarConverter(
                PrimitiveTypeName stored,
                Conversion conversion,
                boolean shared,
                String path,
                Slot slot,
                RowState state) {
            this.stored = stored;
            this.conversion = conversion;
            this.shared = shared;
            this.path = path;
            this.slot = slot;
            this.state = state;
        }

        private void take(Object value) {
            state.spend(value instanceof Binary binary ? binary.length() : 0);
            slot.set(convert(value));
        }

        private @Nullable Object convert(Object value) {
            try {
                return conversion.of(value);
            } catch (ParquetProblem e) {
                state.problem(path, String.valueOf(e.getMessage()), e.getCause());
            } catch (DateTimeException | ArithmeticException e) {
                state.problem(path, value + " (expected: a time that java.time has)", e);
            }
            return null;
        }

        @Override
        public boolean hasDictionarySupport() {
            return shared;
        }

        @Override
        public void setDictionary(Dictionary changed) {
            dictionary = changed;
            converted = new Object[changed.getMaxId() + 1];
        }

        @Override
        public void addValueFromDictionary(int id) {
            state.spend(0);
            Object known = converted[id];
            if (known == null) {
                known = convert(stored(id));
                converted[id] = known;
            }
            slot.set(known);
        }

        private Object stored(int id) {
            Dictionary values = dictionary;
            if (values == null) {
                throw new IllegalStateException("dictionary: missing (expected: before its values)");
            }
            return switch (stored) {
                case INT32 -> values.decodeToInt(id);
                case INT64 -> values.decodeToLong(id);
                case FLOAT -> values.decodeToFloat(id);
                case DOUBLE -> values.decodeToDouble(id);
                case BOOLEAN -> values.decodeToBoolean(id);
                case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> values.decodeToBinary(id);
            };
        }

        @Override
        public void addBinary(Binary value) {
            take(value);
        }

        @Override
        public void addBoolean(boolean value) {
            take(value);
        }

        @Override
        public void addInt(int value) {
            take(value);
        }

        @Override
        public void addLong(long value) {
            take(value);
        }

        @Override
        public void addFloat(float value) {
            take(value);
        }

        @Override
        public void addDouble(double value) {
            take(value);
        }
    }
}
