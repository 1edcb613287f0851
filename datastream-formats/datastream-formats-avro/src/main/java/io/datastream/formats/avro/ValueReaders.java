package io.datastream.formats.avro;

import io.datastream.codec.CodecException;
import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.ValueType;
import io.datastream.formats.avro.RecordMapping.ValueReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Matches a writer's schema with a type: components are found by name, what the type does not have is passed over, and what
 * it has beyond the schema is null, or an error if it may not be. Times are read in the unit they were written in, so that
 * microseconds of an older writer never become nanoseconds.
 */
final class ValueReaders {
    private static final int LARGEST_CAPACITY = 1_000;

    /** Readers of records that are being made or were; a type may contain itself. */
    private final IdentityHashMap<Schema, Map<RecordShape<?>, RecordReader>> records = new IdentityHashMap<>();

    ValueReader record(Schema writer, RecordShape<?> shape) {
        if (writer.getType() != Schema.Type.RECORD) {
            throw AvroProblem.value("schema: " + name(writer) + " (expected: a record)");
        }
        Map<RecordShape<?>, RecordReader> ofWriter = records.computeIfAbsent(writer, any -> new IdentityHashMap<>());
        RecordReader known = ofWriter.get(shape);
        if (known != null) {
            return known;
        }
        int count = writer.getFields().size();
        RecordReader made = new RecordReader(shape, new ValueReader[count], new int[count], new String[count]);
        ofWriter.put(shape, made);
        Map<String, Integer> indexes = new HashMap<>();
        for (int i = 0; i < shape.components().size(); i++) {
            indexes.put(shape.components().get(i).name(), i);
        }
        for (int i = 0; i < count; i++) {
            Schema.Field field = writer.getFields().get(i);
            Integer index = indexes.remove(field.name());
            made.names[i] = field.name();
            made.indexes[i] = index == null ? -1 : index;
            try {
                made.fields[i] = index == null
                        ? skipping(field.schema())
                        : value(field.schema(), shape.components().get(index).type());
            } catch (AvroProblem e) {
                throw e.in(field.name());
            }
        }
        for (String missing : indexes.keySet()) {
            ValueType type = shape.components().get(indexes.get(missing)).type();
            if (!type.isNullable()) {
                throw AvroProblem.value("missing in the writer's schema (expected: "
                                + type.kind().expected() + "; or mark it as @Nullable)")
                        .in(missing);
            }
        }
        return made;
    }

    private ValueReader value(Schema writer, ValueType type) {
        if (writer.getType() == Schema.Type.UNION) {
            return union(writer, type);
        }
        if (writer.getType() == Schema.Type.NULL) {
            return nothing(type);
        }
        return switch (type.kind()) {
            case RECORD -> record(writer, type.shape());
            case LIST -> list(writer, type);
            case MAP -> map(writer, type);
            default -> ScalarReaders.of(writer, type);
        };
    }

    private ValueReader union(Schema writer, ValueType type) {
        List<Schema> branches = writer.getTypes();
        ValueReader[] readers = new ValueReader[branches.size()];
        AvroProblem first = null;
        boolean fits = false;
        for (int i = 0; i < readers.length; i++) {
            try {
                readers[i] = value(branches.get(i), type);
                fits |= branches.get(i).getType() != Schema.Type.NULL || branches.size() == 1;
            } catch (AvroProblem e) {
                first = first == null ? e : first;
                String message = e.getMessage();
                readers[i] = in -> {
                    throw AvroProblem.value(String.valueOf(message)); // only if a value is of this branch
                };
            }
        }
        if (!fits && first != null) {
            throw first;
        }
        return in -> readers[in.readIndex(readers.length, "branch of a union")].read(in);
    }

    private static ValueReader nothing(ValueType type) {
        if (type.isNullable()) {
            return in -> {
                in.count(1);
                return null;
            };
        }
        String expected = type.kind().expected();
        return in -> {
            throw AvroProblem.value("null (expected: " + expected + "; or mark it as @Nullable)");
        };
    }

    private ValueReader list(Schema writer, ValueType type) {
        if (writer.getType() != Schema.Type.ARRAY) {
            throw ScalarReaders.unfit(writer, type);
        }
        ValueReader element;
        try {
            element = value(writer.getElementType(), type.element());
        } catch (AvroProblem e) {
            throw e.in("[]");
        }
        return in -> {
            in.enter();
            List<@Nullable Object> values = new ArrayList<>();
            for (long count = in.readBlockCount(); count != 0; count = in.readBlockCount()) {
                in.count(count);
                for (long i = 0; i < count; i++) {
                    try {
                        values.add(element.read(in));
                    } catch (AvroProblem e) {
                        throw e.in("[" + values.size() + "]");
                    }
                }
            }
            in.leave();
            return Collections.unmodifiableList(values);
        };
    }

    private ValueReader map(Schema writer, ValueType type) {
        if (writer.getType() != Schema.Type.MAP) {
            throw ScalarReaders.unfit(writer, type);
        }
        ValueReader element;
        try {
            element = value(writer.getValueType(), type.element());
        } catch (AvroProblem e) {
            throw e.in("[]");
        }
        return in -> {
            in.enter();
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            for (long count = in.readBlockCount(); count != 0; count = in.readBlockCount()) {
                in.count(count);
                for (long i = 0; i < count; i++) {
                    String key = in.readString();
                    try {
                        values.put(key, element.read(in));
                    } catch (AvroProblem e) {
                        throw e.in("[\"" + (key.length() > 50 ? key.substring(0, 50) + "..." : key) + "\"]");
                    }
                }
            }
            in.leave();
            return Collections.unmodifiableMap(values);
        };
    }

    static String name(Schema schema) {
        String logicalType = schema.getProp("logicalType");
        String name = schema.getType() == Schema.Type.RECORD
                        || schema.getType() == Schema.Type.ENUM
                        || schema.getType() == Schema.Type.FIXED
                ? schema.getType().getName() + " " + schema.getName()
                : schema.getType().getName();
        String all = logicalType == null ? name : name + " with logical type " + logicalType;
        return all.length() > LARGEST_CAPACITY ? all.substring(0, 100) + "..." : all;
    }

    // ---- passing over

    /** Passes over values of a schema. */
    static ValueReader skipping(Schema writer) {
        return skipping(writer, new IdentityHashMap<>());
    }

    private static ValueReader skipping(Schema writer, Map<Schema, ValueReader[]> known) {
        return switch (writer.getType()) {
            case NULL -> skip(in -> in.count(1));
            case BOOLEAN -> skip(in -> in.skip(1));
            case INT -> skip(AvroInput::readInt);
            case LONG -> skip(AvroInput::readLong);
            case ENUM -> {
                int symbols = writer.getEnumSymbols().size();
                yield skip(in -> in.readIndex(symbols, "symbol"));
            }
            case FLOAT -> skip(in -> in.skip(4));
            case DOUBLE -> skip(in -> in.skip(8));
            case STRING, BYTES -> skip(AvroInput::skipBytes);
            case FIXED -> {
                int size = writer.getFixedSize();
                yield skip(in -> {
                    in.count(1);
                    in.skip(size);
                });
            }
            case UNION -> {
                ValueReader[] branches = writer.getTypes().stream()
                        .map(branch -> skipping(branch, known))
                        .toArray(ValueReader[]::new);
                yield in -> branches[in.readIndex(branches.length, "branch of a union")].read(in);
            }
            case ARRAY -> skippingAll(skipping(writer.getElementType(), known), false);
            case MAP -> skippingAll(skipping(writer.getValueType(), known), true);
            case RECORD -> {
                ValueReader[] fields = known.get(writer);
                if (fields == null) {
                    fields = new ValueReader[writer.getFields().size()];
                    known.put(writer, fields);
                    for (int i = 0; i < fields.length; i++) {
                        fields[i] = skipping(writer.getFields().get(i).schema(), known);
                    }
                }
                ValueReader[] all = fields;
                yield skip(in -> {
                    in.enter();
                    for (ValueReader field : all) {
                        field.read(in);
                    }
                    in.leave();
                });
            }
        };
    }

    private static ValueReader skippingAll(ValueReader element, boolean keys) {
        return skip(in -> {
            in.enter();
            for (long count = in.readBlockCount(); count != 0; count = in.readBlockCount()) {
                in.count(count);
                for (long i = 0; i < count; i++) {
                    if (keys) {
                        in.skipBytes();
                    }
                    element.read(in);
                }
            }
            in.leave();
        });
    }

    private static ValueReader skip(java.util.function.Consumer<AvroInput> action) {
        return in -> {
            action.accept(in);
            return null;
        };
    }

    /** Reads a record, field by field as it was written. */
    private static final class RecordReader implements ValueReader {
        private final RecordShape<?> shape;
        private final ValueReader[] fields;
        private final int[] indexes;
        private final String[] names;

        RecordReader(RecordShape<?> shape, ValueReader[] fields, int[] indexes, String[] names) {
            this.shape = shape;
            this.fields = fields;
            this.indexes = indexes;
            this.names = names;
        }

        @Override
        public Object read(AvroInput in) {
            in.enter();
            @Nullable Object[] values = new Object[shape.components().size()];
            for (int i = 0; i < fields.length; i++) {
                try {
                    Object value = fields[i].read(in);
                    if (indexes[i] >= 0) {
                        values[indexes[i]] = value;
                    }
                } catch (AvroProblem e) {
                    throw e.in(names[i]);
                }
            }
            in.leave();
            try {
                return shape.create(values);
            } catch (CodecException e) {
                throw AvroProblem.value(String.valueOf(e.getMessage()), e.getCause() == null ? e : e.getCause());
            }
        }
    }
}
