package io.datastream.codec.record;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What kinds of values the components of a record may have. */
public enum Kind {
    /** {@code boolean}. */
    BOOLEAN("true or false"),
    /** {@code byte}. */
    BYTE("a whole number from -128 to 127"),
    /** {@code short}. */
    SHORT("a whole number from -32768 to 32767"),
    /** {@code int}. */
    INT("a whole number of 32 bits"),
    /** {@code long}. */
    LONG("a whole number of 64 bits"),
    /** {@code float}. */
    FLOAT("a number of 32 bits"),
    /** {@code double}. */
    DOUBLE("a number"),
    /** {@link String}. */
    STRING("a text"),
    /** {@code byte[]}. */
    BYTES("bytes"),
    /** An enum. */
    ENUM("a name"),
    /** {@link Instant}. */
    INSTANT("a time"),
    /** {@link LocalDateTime}. */
    LOCAL_DATE_TIME("a date and time without zone"),
    /** {@link LocalDate}. */
    LOCAL_DATE("a date"),
    /** {@link LocalTime}. */
    LOCAL_TIME("a time of the day"),
    /** {@link Duration}. */
    DURATION("a duration"),
    /** {@link UUID}. */
    UUID("a UUID"),
    /** {@link BigDecimal}. */
    DECIMAL("a decimal number"),
    /** A {@link java.util.List}. */
    LIST("a list"),
    /** A {@link Map} from texts. */
    MAP("a map"),
    /** Another record. */
    RECORD("a record");

    private static final Map<Class<?>, Kind> SCALARS = Map.ofEntries(
            Map.entry(boolean.class, BOOLEAN),
            Map.entry(Boolean.class, BOOLEAN),
            Map.entry(byte.class, BYTE),
            Map.entry(Byte.class, BYTE),
            Map.entry(short.class, SHORT),
            Map.entry(Short.class, SHORT),
            Map.entry(int.class, INT),
            Map.entry(Integer.class, INT),
            Map.entry(long.class, LONG),
            Map.entry(Long.class, LONG),
            Map.entry(float.class, FLOAT),
            Map.entry(Float.class, FLOAT),
            Map.entry(double.class, DOUBLE),
            Map.entry(Double.class, DOUBLE),
            Map.entry(String.class, STRING),
            Map.entry(byte[].class, BYTES),
            Map.entry(Instant.class, INSTANT),
            Map.entry(LocalDateTime.class, LOCAL_DATE_TIME),
            Map.entry(LocalDate.class, LOCAL_DATE),
            Map.entry(LocalTime.class, LOCAL_TIME),
            Map.entry(Duration.class, DURATION),
            Map.entry(UUID.class, UUID),
            Map.entry(BigDecimal.class, DECIMAL));

    private final String expected;

    Kind(String expected) {
        this.expected = expected;
    }

    /** What a value is called in errors, such as {@code a whole number of 64 bits}. */
    public String expected() {
        return expected;
    }

    /** The kind of a class that needs no type arguments; null if there is none. */
    static @Nullable Kind of(Class<?> type) {
        if (type.isEnum()) {
            return ENUM;
        }
        return type.isRecord() ? RECORD : SCALARS.get(type);
    }
}
