package io.datastream.formats.avro;

import io.datastream.codec.record.Decimal;
import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The Avro schema of a record class. */
final class RecordSchemas {
    /** Properties for what Avro has no logical type for; others read a plain number. */
    static final String DURATION_NANOS = "duration-nanos";

    static final String TIME_NANOS = "time-nanos";

    private final Map<Class<?>, Schema> known = new HashMap<>();

    private final Class<?> root;
    private final @Nullable String rootName;

    private RecordSchemas(Class<?> root, @Nullable String rootName) {
        this.root = root;
        this.rootName = rootName;
    }

    static Schema of(RecordShape<?> shape, @Nullable String name) {
        try {
            return new RecordSchemas(shape.type(), name).record(shape);
        } catch (AvroRuntimeException e) {
            throw new IllegalArgumentException(
                    shape.type().getName() + ": " + e.getMessage() + " (expected: names that Avro has)", e);
        }
    }

    private Schema record(RecordShape<?> shape) {
        Schema seen = known.get(shape.type());
        if (seen != null) {
            return seen;
        }
        boolean named = rootName != null && shape.type() == root;
        Schema schema = named
                ? Schema.createRecord(rootName, null, null, false)
                : Schema.createRecord(name(shape.type()), null, shape.type().getPackageName(), false);
        known.put(shape.type(), schema);
        List<Schema.Field> fields = new ArrayList<>();
        for (RecordShape.Component component : shape.components()) {
            Schema type = value(component.type());
            fields.add(
                    component.type().isNullable()
                            ? new Schema.Field(component.name(), type, null, JsonProperties.NULL_VALUE)
                            : new Schema.Field(component.name(), type));
        }
        schema.setFields(fields);
        return schema;
    }

    private Schema value(ValueType type) {
        Schema plain = plain(type);
        return type.isNullable() ? Schema.createUnion(Schema.create(Schema.Type.NULL), plain) : plain;
    }

    private Schema plain(ValueType type) {
        return switch (type.kind()) {
            case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
            case BYTE, SHORT, INT -> Schema.create(Schema.Type.INT);
            case LONG -> Schema.create(Schema.Type.LONG);
            case FLOAT -> Schema.create(Schema.Type.FLOAT);
            case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
            case STRING -> Schema.create(Schema.Type.STRING);
            case BYTES -> Schema.create(Schema.Type.BYTES);
            case ENUM -> enumeration(type.raw());
            case INSTANT -> LogicalTypes.timestampNanos().addToSchema(Schema.create(Schema.Type.LONG));
            case LOCAL_DATE_TIME -> LogicalTypes.localTimestampNanos().addToSchema(Schema.create(Schema.Type.LONG));
            case LOCAL_DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
            case LOCAL_TIME -> marked(TIME_NANOS);
            case DURATION -> marked(DURATION_NANOS);
            case UUID -> LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING));
            case DECIMAL -> decimal(type.decimal());
            case LIST -> Schema.createArray(value(type.element()));
            case MAP -> Schema.createMap(value(type.element()));
            case RECORD -> record(type.shape());
        };
    }

    private Schema enumeration(Class<?> type) {
        return known.computeIfAbsent(
                type,
                any -> Schema.createEnum(
                        name(type),
                        null,
                        type.getPackageName(),
                        Arrays.stream(type.getEnumConstants())
                                .map(constant -> ((Enum<?>) constant).name())
                                .toList()));
    }

    private static Schema marked(String logicalType) {
        Schema schema = Schema.create(Schema.Type.LONG);
        schema.addProp("logicalType", logicalType);
        return schema;
    }

    private static Schema decimal(@Nullable Decimal decimal) {
        Schema bytes = Schema.create(Schema.Type.BYTES);
        return decimal == null
                ? LogicalTypes.bigDecimal().addToSchema(bytes)
                : LogicalTypes.decimal(decimal.precision(), decimal.scale()).addToSchema(bytes);
    }

    /** A class within others carries their names, so that no two are alike. */
    private static String name(Class<?> type) {
        String qualified = type.getName();
        return qualified.substring(qualified.lastIndexOf('.') + 1).replace('$', '_');
    }
}
