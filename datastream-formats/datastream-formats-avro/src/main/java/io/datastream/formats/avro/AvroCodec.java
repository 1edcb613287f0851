package io.datastream.formats.avro;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.error.Masking;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record in Avro's binary encoding, for record classes and for Avro's {@link GenericRecord}.
 *
 * <p><b>Schema of a record class.</b> A field a component, in their order. Primitives, boxed types and {@link String} are
 * what they are called in Avro ({@code byte} and {@code short} are {@code int}); {@code byte[]} is {@code bytes}; enums,
 * lists, maps from texts and records are what they are. {@link java.time.Instant} is {@code timestamp-nanos},
 * {@link java.time.LocalDateTime} {@code local-timestamp-nanos}, {@link java.time.LocalDate} {@code date},
 * {@link java.util.UUID} {@code uuid}, a {@link java.math.BigDecimal} {@code decimal} if it is annotated with
 * {@link io.datastream.codec.record.Decimal}, and {@code big-decimal} otherwise. Avro has nothing to the nanosecond for
 * {@link java.time.LocalTime} and {@link java.time.Duration}: they are numbers of nanoseconds, marked as {@code time-nanos}
 * and {@code duration-nanos}. A component that is {@code @Nullable} or an {@link java.util.Optional} is a union with
 * {@code null} and has {@code null} as default; any other must not be null.
 *
 * <p><b>Evolution.</b> Records are read by the schema they were written with: the codec's own, that of
 * {@link #withWriterSchema}, or the one the registry has for them. Fields are found by their names; a field the record class
 * does not have is passed over, and a component that was not written is null, or an error if it may not be. Numbers are
 * widened as Avro says; times are read in the unit they were written in. Generic records follow Avro's rules, with aliases
 * and defaults.
 *
 * <p><b>Registry.</b> With {@link #withRegistry} records have the wire format of Confluent's serializers: a zero byte, the
 * number of the schema in four bytes, and the record.
 *
 * <p><b>Errors</b> are {@link CodecException}s that name the field, the value and what was expected, such as
 * {@code field "legs[2].side": "BOTH" (expected: one of BUY, SELL)}. Bytes after the record are one. Nothing is allocated
 * before its bytes are there; records may be nested {@value #MAX_DEPTH} deep. Only a registry that does not answer, or
 * refuses a schema, is a {@link RegistryException}, which fails a pipeline instead of dropping its records.
 *
 * <p>Safe for use by several threads, and serializable.
 *
 * @param <T> the values
 */
public final class AvroCodec<T> implements Codec<T> {
    /** How deep records, lists and maps may be nested. */
    public static final int MAX_DEPTH = 200;

    private static final long serialVersionUID = 1L;
    private static final byte MAGIC = 0;
    private static final int FRAME_BYTES = 1 + Integer.BYTES;
    private static final int FIRST_CAPACITY = 256;

    private final AvroType<T> type;
    private final @Nullable String writerSchema;
    private final @Nullable SchemaRegistry registry;
    private final @Nullable String subject;
    private transient volatile @Nullable Readings<T> readings;

    private AvroCodec(
            AvroType<T> type,
            @Nullable String writerSchema,
            @Nullable SchemaRegistry registry,
            @Nullable String subject) {
        this.type = type;
        this.writerSchema = writerSchema;
        this.registry = registry;
        this.subject = subject;
    }

    /**
     * A codec for a record class.
     *
     * @throws IllegalArgumentException if a component has a type that Avro has nothing for
     */
    public static <T> AvroCodec<T> of(Class<T> type) {
        return new AvroCodec<>(AvroType.of(type), null, null, null);
    }

    /** A codec for generic records, which are written with this schema and read into it. */
    public static AvroCodec<GenericRecord> of(Schema schema) {
        return new AvroCodec<>(AvroType.of(schema), null, null, null);
    }

    /**
     * The same codec with another full name of the record class in its schema, such as {@code readings.Reading}. Default: the
     * name of the class with its package, and with {@code Outer_} before it if it lies in another one. Registries take
     * records of different names for incompatible.
     */
    public AvroCodec<T> withName(String fullName) {
        return new AvroCodec<>(type.withName(fullName), writerSchema, registry, subject);
    }

    /**
     * The same codec for records that were written with another schema, such as an earlier one. What is written has the
     * codec's own.
     *
     * @throws IllegalArgumentException if records of that schema cannot be read into the type
     */
    public AvroCodec<T> withWriterSchema(Schema schema) {
        if (registry != null) {
            throw new IllegalStateException(
                    "withWriterSchema: with a registry (expected: the registry's schemas only)");
        }
        AvroCodec<T> codec = new AvroCodec<>(type, schema.toString(), null, null);
        try {
            codec.readings();
        } catch (CodecException e) {
            throw new IllegalArgumentException("schema: " + e.getMessage(), e);
        }
        return codec;
    }

    /**
     * The same codec with the wire format of schema registries.
     *
     * @param registry where schemas are found by their numbers, and what is written is registered
     * @param subject under which name, by custom that of the topic with {@code -value} or {@code -key} after it
     */
    public AvroCodec<T> withRegistry(SchemaRegistry registry, String subject) {
        if (subject.isEmpty()) {
            throw new IllegalArgumentException("subject: \"\" (expected: a name such as readings-value)");
        }
        return new AvroCodec<>(type, null, registry, subject);
    }

    /** The schema of what is written. */
    public Schema schema() {
        return type.mapping().schema();
    }

    @Override
    public byte[] encode(T value) {
        AvroOutput out = new AvroOutput(FIRST_CAPACITY);
        if (registry != null && subject != null) {
            int id = registry.register(subject, schema());
            out.write(MAGIC);
            out.write(ByteBuffer.allocate(Integer.BYTES).putInt(id).array(), 0, Integer.BYTES);
        }
        try {
            type.mapping().write(value, out);
        } catch (AvroProblem e) {
            throw e.toCodecException(type.mapping().type());
        }
        return out.toBytes();
    }

    @Override
    public T decode(byte[] bytes) {
        AvroMapping.AvroReading<T> reading;
        int start = 0;
        if (registry == null) {
            reading = readings().fixed();
        } else {
            if (bytes.length < FRAME_BYTES || bytes[0] != MAGIC) {
                String found = bytes.length == 0 ? "nothing" : bytes.length + " bytes that begin with " + bytes[0];
                throw Masking.withContent(
                        new CodecException("value: " + found + " (expected: a zero byte and the number of a schema)"),
                        type.mapping().type());
            }
            start = FRAME_BYTES;
            reading = readings().of(ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt());
        }
        AvroInput in = new AvroInput(bytes, start, bytes.length);
        try {
            T value = reading.read(in);
            if (in.remaining() > 0) {
                throw AvroProblem.structural("value: " + in.remaining() + " bytes after it (expected: none)");
            }
            return value;
        } catch (AvroProblem e) {
            throw e.toCodecException(type.mapping().type());
        }
    }

    @Override
    public String format() {
        return "avro";
    }

    private Readings<T> readings() {
        Readings<T> made = readings;
        if (made == null) {
            // two threads may both make one: they are equal, and the codec stays free of locks
            made = new Readings<>(type.mapping(), writerSchema, registry);
            readings = made;
        }
        return made;
    }

    @Override
    public String toString() {
        return "AvroCodec[" + schema().getFullName() + (subject == null ? "" : ", " + subject) + "]";
    }

    /** The ways to read values, one for each schema they were written with. */
    private static final class Readings<T> {
        private final AvroMapping<T> mapping;
        private final @Nullable SchemaRegistry registry;
        private final Map<Integer, AvroMapping.AvroReading<T>> byId = new ConcurrentHashMap<>();
        private final AvroMapping.@Nullable AvroReading<T> fixed;

        Readings(AvroMapping<T> mapping, @Nullable String writerSchema, @Nullable SchemaRegistry registry) {
            this.mapping = mapping;
            this.registry = registry;
            this.fixed = registry != null
                    ? null
                    : reading(writerSchema == null ? mapping.schema() : AvroType.parse(writerSchema));
        }

        private AvroMapping.AvroReading<T> reading(Schema writer) {
            try {
                return mapping.reading(writer);
            } catch (AvroProblem e) {
                throw e.toCodecException();
            }
        }

        AvroMapping.AvroReading<T> fixed() {
            return Objects.requireNonNull(fixed);
        }

        AvroMapping.AvroReading<T> of(int id) {
            AvroMapping.AvroReading<T> known = byId.get(id);
            if (known == null) {
                known = reading(Objects.requireNonNull(registry).schema(id));
                byId.put(id, known);
            }
            return known;
        }
    }
}
