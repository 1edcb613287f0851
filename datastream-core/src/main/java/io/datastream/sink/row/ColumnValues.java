package io.datastream.sink.row;

import io.datastream.error.OneLine;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns a value into the one form that its column type is bound in: String, Boolean, Short, Integer, Long, Float, Double,
 * BigDecimal, Instant of whole microseconds, LocalDate, UUID, byte[]; an array is an Object[] of these. What does not fit is refused, never bent.
 */
public final class ColumnValues {
    private static final int LONGEST_SHOWN = 60;

    private ColumnValues() {}

    /**
     * The form of a value, a copy where it could be changed.
     *
     * @throws IllegalArgumentException if the value is of no class that the type takes, or out of its range
     */
    public static Object convert(ColumnType type, Object value) {
        Object converted = switch (type) {
            case TEXT -> text(value);
            case BOOLEAN -> value instanceof Boolean ? value : null;
            case SMALLINT -> integer(type, value, Short.MIN_VALUE, Short.MAX_VALUE);
            case INTEGER -> integer(type, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case BIGINT -> integer(type, value, Long.MIN_VALUE, Long.MAX_VALUE);
            case REAL -> real(value);
            case DOUBLE -> doubled(value);
            case NUMERIC -> numeric(value);
            case TIMESTAMP -> timestamp(value);
            case DATE -> value instanceof LocalDate ? value : null;
            case UUID -> value instanceof UUID ? value : null;
            case BYTES -> value instanceof byte[] bytes ? bytes.clone() : null;
        };
        if (converted == null) {
            throw new IllegalArgumentException(
                    show(value) + " of class " + value.getClass().getName() + " (expected: " + expected(type) + ")");
        }
        return converted;
    }

    /**
     * The elements of a list or an array, in the form of their type; null where they are.
     *
     * @throws IllegalArgumentException if the value is no list and no array, or an element does not fit
     */
    public static @Nullable Object[] convertArray(ColumnType element, Object value) {
        if (value instanceof Collection<?> collection) {
            return elements(element, collection.toArray());
        }
        if (value instanceof Object[] array) {
            return elements(element, array);
        }
        if (!value.getClass().isArray() || value instanceof byte[]) {
            throw new IllegalArgumentException(
                    show(value) + " of class " + value.getClass().getName() + " (expected: a list or an array)");
        }
        @Nullable Object[] boxed = new @Nullable Object[Array.getLength(value)];
        for (int i = 0; i < boxed.length; i++) {
            boxed[i] = Array.get(value, i);
        }
        return elements(element, boxed);
    }

    private static @Nullable Object[] elements(ColumnType type, @Nullable Object[] values) {
        @Nullable Object[] converted = new @Nullable Object[values.length];
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            try {
                converted[i] = value == null ? null : convert(type, value);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("element " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return converted;
    }

    /** A short text of a value for messages. */
    public static String show(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return bytes.length + " bytes";
        }
        if (value instanceof Object[] elements) {
            return elements.length + " elements";
        }
        return OneLine.of(String.valueOf(value), LONGEST_SHOWN);
    }

    private static @Nullable Object text(Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        return value instanceof String || value instanceof Character ? value.toString() : null;
    }

    private static @Nullable Object integer(ColumnType type, Object value, long lowest, long highest) {
        long number;
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            number = ((Number) value).longValue();
        } else if (value instanceof BigInteger big && big.bitLength() < Long.SIZE) {
            number = big.longValue();
        } else if (value instanceof BigInteger) {
            throw range(value, lowest, highest);
        } else {
            return null;
        }
        if (number < lowest || number > highest) {
            throw range(value, lowest, highest);
        }
        if (type == ColumnType.SMALLINT) {
            return (short) number;
        }
        if (type == ColumnType.INTEGER) {
            return (int) number;
        }
        return number;
    }

    private static IllegalArgumentException range(Object value, long lowest, long highest) {
        return new IllegalArgumentException(show(value) + " (expected: from " + lowest + " to " + highest + ")");
    }

    private static @Nullable Object real(Object value) {
        return value instanceof Float || value instanceof Double ? ((Number) value).floatValue() : null;
    }

    private static @Nullable Object doubled(Object value) {
        if (value instanceof Double) {
            return value;
        }
        if (value instanceof Float || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof Long number) {
            double close = (double) (long) number;
            if ((long) close != number || number == Long.MAX_VALUE) {
                throw new IllegalArgumentException(
                        number + " (expected: a number that a double represents exactly; use BIGINT or NUMERIC)");
            }
            return close;
        }
        return null;
    }

    private static @Nullable Object numeric(Object value) {
        if (value instanceof BigDecimal) {
            return value;
        }
        if (value instanceof BigInteger big) {
            return new BigDecimal(big);
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (!Double.isFinite(number)) {
                throw new IllegalArgumentException(number + " (expected: a finite number; use DOUBLE)");
            }
            return value instanceof Float ? new BigDecimal(value.toString()) : BigDecimal.valueOf(number);
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return BigDecimal.valueOf(((Number) value).longValue());
        }
        return null;
    }

    private static @Nullable Object timestamp(Object value) {
        Instant moment;
        if (value instanceof Instant instant) {
            moment = instant;
        } else if (value instanceof OffsetDateTime time) {
            moment = time.toInstant();
        } else if (value instanceof ZonedDateTime time) {
            moment = time.toInstant();
        } else {
            return null;
        }
        return moment.truncatedTo(ChronoUnit.MICROS);
    }

    private static String expected(ColumnType type) {
        return switch (type) {
            case TEXT -> "a String, a Character or an enum";
            case BOOLEAN -> "a Boolean";
            case SMALLINT, INTEGER, BIGINT -> "a whole number";
            case REAL -> "a Float or a Double";
            case DOUBLE -> "a Double, a Float or a whole number";
            case NUMERIC -> "a BigDecimal or another number";
            case TIMESTAMP -> "an Instant, an OffsetDateTime or a ZonedDateTime";
            case DATE -> "a LocalDate";
            case UUID -> "a UUID";
            case BYTES -> "a byte[]";
        };
    }
}
