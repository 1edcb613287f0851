package io.datastream.sink.row;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a column of a table holds. Each type says which Java values it takes; a null is taken by every column that is not
 * part of the key and does not come from a primitive. Which type of a database it is, the sink for that database says.
 */
public enum ColumnType {
    /** Text of any length. Takes strings, characters and enums (by name). */
    TEXT,
    /** Takes booleans. */
    BOOLEAN,
    /** 16 bits. Takes whole numbers that fit. */
    SMALLINT,
    /** 32 bits. Takes whole numbers that fit. */
    INTEGER,
    /** 64 bits. Takes whole numbers that fit. */
    BIGINT,
    /** Floating point of 32 bits. Takes floats, and doubles by rounding. NaN and infinities are stored. */
    REAL,
    /**
     * Floating point of 64 bits. Takes doubles, floats, and whole numbers that it can represent. NaN and infinities are
     * stored.
     */
    DOUBLE,
    /**
     * Decimal numbers of any scale. Takes decimals, whole numbers and finite doubles (as
     * {@link BigDecimal#valueOf(double)} has them).
     */
    NUMERIC,
    /**
     * A moment, in UTC. Takes {@link Instant}, {@link OffsetDateTime} and {@link ZonedDateTime}. Microseconds at most: what
     * is finer than the column is cut off, towards the past.
     */
    TIMESTAMP,
    /** A day. Takes {@link LocalDate}. */
    DATE,
    /** Takes {@link java.util.UUID}. */
    UUID,
    /** Takes byte arrays. */
    BYTES;

    /** The type for values of a Java class; null if there is none. */
    public static @Nullable ColumnType of(Class<?> type) {
        if (type == String.class || type == char.class || type == Character.class || type.isEnum()) {
            return TEXT;
        }
        if (type.getSuperclass() != null && type.getSuperclass().isEnum()) {
            return TEXT; // a constant with a body
        }
        if (type == boolean.class || type == Boolean.class) {
            return BOOLEAN;
        }
        if (type == byte.class || type == Byte.class || type == short.class || type == Short.class) {
            return SMALLINT;
        }
        if (type == int.class || type == Integer.class) {
            return INTEGER;
        }
        if (type == long.class || type == Long.class) {
            return BIGINT;
        }
        if (type == float.class || type == Float.class) {
            return REAL;
        }
        if (type == double.class || type == Double.class) {
            return DOUBLE;
        }
        if (type == BigDecimal.class || type == BigInteger.class) {
            return NUMERIC;
        }
        if (type == Instant.class || type == OffsetDateTime.class || type == ZonedDateTime.class) {
            return TIMESTAMP;
        }
        if (type == LocalDate.class) {
            return DATE;
        }
        if (type == UUID.class) {
            return UUID;
        }
        return type == byte[].class ? BYTES : null;
    }
}
