package io.datastream.formats.json;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON value a record, in UTF-8, for records, classes with getters and setters, boxed types, strings, lists, maps
 * and {@code java.time}.
 *
 * <p><b>What is read.</b> Types are never converted silently: a number in quotes, a fraction for a whole number, a
 * number beyond the range of its type, a number for a text and {@code null} for a primitive are errors, and so is
 * anything after the value. A whole number is a valid {@code double}. {@code "NaN"}, {@code "Infinity"} and
 * {@code "-Infinity"} in quotes are read and written for {@code double} and {@code float}. A record component that is
 * missing is an error if it is primitive, and {@code null} otherwise; a missing property of a class with setters keeps
 * its initial value. Of a field that occurs twice the last one counts. Fields that the type does not have are ignored;
 * see {@link #withUnknownFields}.
 *
 * <p><b>Times</b> are ISO-8601 texts such as {@code "2024-01-31T12:00:00.000000001Z"}, to the nanosecond; see
 * {@link #withEpochTimes} for numbers.
 *
 * <p><b>Limits.</b> Nesting deeper than {@value #MAX_DEPTH}, numbers of more than {@value #MAX_NUMBER_LENGTH} characters
 * and field names of more than {@value #MAX_NAME_LENGTH} are errors; memory is bounded by a multiple of the record's
 * size.
 *
 * <p><b>Errors</b> are {@link CodecException}s that name the field, the value and what was expected, such as
 * {@code field "a.b[2].ts": "abc" (expected: a whole number)}. Values are cut to a short piece.
 *
 * <p>Safe for use by several threads, and serializable: mappers are built again where the codec is used first.
 *
 * @param <T> the values
 */
public final class JsonCodec<T> implements Codec<T> {
    /** What becomes of unknown fields unless {@link #withUnknownFields} says otherwise: they are ignored. */
    public static final UnknownFields DEFAULT_UNKNOWN_FIELDS = UnknownFields.IGNORE;

    /** How deep objects and lists may be nested. */
    public static final int MAX_DEPTH = 200;

    /** How many characters a number may have. */
    public static final int MAX_NUMBER_LENGTH = 1_000;

    /** How many characters a field's name may have. Some thousands of names are kept, to find them faster in later records. */
    public static final int MAX_NAME_LENGTH = 1_000;

    private static final long serialVersionUID = 1L;
    private static final Set<ChronoUnit> EPOCH_UNITS =
            Set.of(ChronoUnit.SECONDS, ChronoUnit.MILLIS, ChronoUnit.MICROS, ChronoUnit.NANOS);

    private final JavaType type;
    private final UnknownFields unknownFields;
    private final @Nullable ChronoUnit epochUnit;
    private transient volatile @Nullable JsonMapping<T> mapping;

    private JsonCodec(JavaType type, UnknownFields unknownFields, @Nullable ChronoUnit epochUnit) {
        this.type = type;
        this.unknownFields = unknownFields;
        this.epochUnit = epochUnit;
    }

    /** A codec for a type without type arguments. */
    public static <T> JsonCodec<T> of(Class<T> type) {
        return new JsonCodec<>(TypeFactory.defaultInstance().constructType(type), DEFAULT_UNKNOWN_FIELDS, null);
    }

    /** A codec for a type with type arguments, such as {@code new JsonType<List<Reading>>() {}}. */
    public static <T> JsonCodec<T> of(JsonType<T> type) {
        return new JsonCodec<>(TypeFactory.defaultInstance().constructType(type.type()), DEFAULT_UNKNOWN_FIELDS, null);
    }

    /** The same codec with another treatment of fields the type does not have. Default: {@link UnknownFields#IGNORE}. */
    public JsonCodec<T> withUnknownFields(UnknownFields unknownFields) {
        return new JsonCodec<>(type, unknownFields, epochUnit);
    }

    /**
     * The same codec with every {@link java.time.Instant} as a whole number of seconds, milliseconds, microseconds or
     * nanoseconds since 1970-01-01T00:00:00Z. What is finer than the unit is cut off in writing. Default: ISO-8601 texts.
     */
    public JsonCodec<T> withEpochTimes(ChronoUnit unit) {
        if (!EPOCH_UNITS.contains(unit)) {
            throw new IllegalArgumentException("unit: " + unit + " (expected: SECONDS, MILLIS, MICROS or NANOS)");
        }
        return new JsonCodec<>(type, unknownFields, unit);
    }

    @Override
    public byte[] encode(T value) {
        return mapping().encode(value);
    }

    @Override
    public T decode(byte[] bytes) {
        return mapping().decode(bytes);
    }

    @Override
    public String format() {
        return "json";
    }

    private JsonMapping<T> mapping() {
        JsonMapping<T> built = mapping;
        if (built == null) {
            // two threads may both build one: they are equal, and the codec stays free of locks
            built = new JsonMapping<>(type, unknownFields, epochUnit);
            mapping = built;
        }
        return built;
    }

    @Override
    public String toString() {
        return "JsonCodec[" + type.toCanonical() + "]";
    }
}
