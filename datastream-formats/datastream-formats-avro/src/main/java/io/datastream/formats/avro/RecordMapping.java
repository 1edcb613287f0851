package io.datastream.formats.avro;

import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.ValueType;
import java.util.IdentityHashMap;
import java.util.Objects;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Records and their components, without anything between them and the bytes. */
final class RecordMapping<T> implements AvroMapping<T> {
    private final RecordShape<T> shape;
    private final Schema schema;
    private final IdentityHashMap<RecordShape<?>, ValueWriter[]> writers = new IdentityHashMap<>();
    private final ValueWriter[] writer;

    /**
     * A mapping of a record class.
     *
     * @param name what the record is called in the schema; null for the name of the class
     */
    RecordMapping(Class<T> type, @Nullable String name) {
        this.shape = RecordShape.of(type);
        this.schema = RecordSchemas.of(shape, name);
        this.writer = writers(shape);
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public Class<?> type() {
        return shape.type();
    }

    @Override
    public void write(@Nullable T value, AvroOutput out) {
        if (value == null) {
            throw AvroProblem.value("value: null (expected: a " + shape.type().getSimpleName() + ")");
        }
        writeRecord(shape, writer, value, out);
    }

    @Override
    public AvroReading<T> reading(Schema writer) {
        ValueReader reader = new ValueReaders().record(writer, shape);
        ValueReader skipper = ValueReaders.skipping(writer);
        Class<T> type = shape.type();
        return new AvroReading<>() {
            @Override
            public T read(AvroInput in) {
                return Objects.requireNonNull(type.cast(reader.read(in))); // a record is never null
            }

            @Override
            public void skip(AvroInput in) {
                skipper.read(in);
            }
        };
    }

    private ValueWriter[] writers(RecordShape<?> of) {
        ValueWriter[] known = writers.get(of);
        if (known != null) {
            return known;
        }
        ValueWriter[] made = new ValueWriter[of.components().size()];
        writers.put(of, made);
        for (int i = 0; i < made.length; i++) {
            made[i] = writer(of.components().get(i).type());
        }
        return made;
    }

    private ValueWriter writer(ValueType type) {
        ValueWriter plain = switch (type.kind()) {
            case RECORD -> {
                ValueWriter[] components = writers(type.shape());
                yield (value, out) -> writeRecord(type.shape(), components, Objects.requireNonNull(value), out);
            }
            case LIST -> ValueWriters.list(writer(type.element()));
            case MAP -> ValueWriters.map(writer(type.element()));
            default -> ValueWriters.scalar(type);
        };
        String expected = type.kind().expected();
        boolean nullable = type.isNullable();
        return (value, out) -> {
            if (value == null) {
                if (!nullable) {
                    throw AvroProblem.value("null (expected: " + expected + "; or mark it as @Nullable)");
                }
                out.writeLong(0);
                return;
            }
            if (nullable) {
                out.writeLong(1);
            }
            plain.write(value, out);
        };
    }

    private static void writeRecord(RecordShape<?> shape, ValueWriter[] components, Object record, AvroOutput out) {
        for (int i = 0; i < components.length; i++) {
            try {
                components[i].write(shape.get(record, i), out);
            } catch (AvroProblem e) {
                throw e.in(shape.components().get(i).name());
            }
        }
    }

    /** Writes values of one type. */
    @FunctionalInterface
    interface ValueWriter {
        void write(@Nullable Object value, AvroOutput out);
    }

    /** Reads values of one schema into one type. */
    @FunctionalInterface
    interface ValueReader {
        @Nullable
        Object read(AvroInput in);
    }
}
