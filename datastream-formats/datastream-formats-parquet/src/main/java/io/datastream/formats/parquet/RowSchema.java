package io.datastream.formats.parquet;

import io.datastream.codec.record.Decimal;
import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.ValueType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** The Parquet schema of a record class. */
final class RowSchema {
    static final int INT32_DIGITS = 9;
    static final int INT64_DIGITS = 18;

    private final Set<Class<?>> open = new HashSet<>();

    private RowSchema() {}

    static MessageType of(RecordShape<?> shape) {
        return new MessageType(shape.type().getSimpleName(), new RowSchema().fields(shape, ""));
    }

    private List<Type> fields(RecordShape<?> shape, String path) {
        if (shape.components().isEmpty()) {
            throw new IllegalArgumentException(
                    place(path) + shape.type().getSimpleName() + " without components (expected: one at least)");
        }
        if (!open.add(shape.type())) {
            throw new IllegalArgumentException(place(path) + shape.type().getSimpleName()
                    + " within itself (expected: a fixed depth, as columns have)");
        }
        List<Type> fields = new ArrayList<>();
        for (RecordShape.Component component : shape.components()) {
            String inner = path.isEmpty() ? component.name() : path + "." + component.name();
            fields.add(field(component.name(), component.type(), inner));
        }
        open.remove(shape.type());
        return fields;
    }

    private static String place(String path) {
        return path.isEmpty() ? "" : "component \"" + path + "\": ";
    }

    private Type field(String name, ValueType type, String path) {
        Repetition repetition = type.isNullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
        return switch (type.kind()) {
            case BOOLEAN -> scalar(PrimitiveTypeName.BOOLEAN, null, repetition, name);
            case BYTE -> scalar(PrimitiveTypeName.INT32, LogicalTypeAnnotation.intType(8, true), repetition, name);
            case SHORT -> scalar(PrimitiveTypeName.INT32, LogicalTypeAnnotation.intType(16, true), repetition, name);
            case INT -> scalar(PrimitiveTypeName.INT32, null, repetition, name);
            case LONG, DURATION -> scalar(PrimitiveTypeName.INT64, null, repetition, name);
            case FLOAT -> scalar(PrimitiveTypeName.FLOAT, null, repetition, name);
            case DOUBLE -> scalar(PrimitiveTypeName.DOUBLE, null, repetition, name);
            case STRING, ENUM -> scalar(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType(), repetition, name);
            case BYTES -> scalar(PrimitiveTypeName.BINARY, null, repetition, name);
            case INSTANT ->
                scalar(
                        PrimitiveTypeName.INT64,
                        LogicalTypeAnnotation.timestampType(true, TimeUnit.NANOS),
                        repetition,
                        name);
            case LOCAL_DATE_TIME ->
                scalar(
                        PrimitiveTypeName.INT64,
                        LogicalTypeAnnotation.timestampType(false, TimeUnit.NANOS),
                        repetition,
                        name);
            case LOCAL_DATE -> scalar(PrimitiveTypeName.INT32, LogicalTypeAnnotation.dateType(), repetition, name);
            case LOCAL_TIME ->
                scalar(
                        PrimitiveTypeName.INT64,
                        LogicalTypeAnnotation.timeType(false, TimeUnit.NANOS),
                        repetition,
                        name);
            case UUID ->
                Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
                        .length(16)
                        .as(LogicalTypeAnnotation.uuidType())
                        .named(name);
            case DECIMAL -> decimal(type.decimal(), repetition, name, path);
            case LIST ->
                Types.buildGroup(repetition)
                        .as(LogicalTypeAnnotation.listType())
                        .addField(Types.repeatedGroup()
                                .addField(field("element", type.element(), path + "[]"))
                                .named("list"))
                        .named(name);
            case MAP ->
                Types.buildGroup(repetition)
                        .as(LogicalTypeAnnotation.mapType())
                        .addField(Types.repeatedGroup()
                                .addField(scalar(
                                        PrimitiveTypeName.BINARY,
                                        LogicalTypeAnnotation.stringType(),
                                        Repetition.REQUIRED,
                                        "key"))
                                .addField(field("value", type.element(), path + "[]"))
                                .named("key_value"))
                        .named(name);
            case RECORD ->
                Types.buildGroup(repetition)
                        .addFields(fields(type.shape(), path).toArray(Type[]::new))
                        .named(name);
        };
    }

    private static Type scalar(
            PrimitiveTypeName type, @Nullable LogicalTypeAnnotation annotation, Repetition repetition, String name) {
        var builder = Types.primitive(type, repetition);
        return annotation == null ? builder.named(name) : builder.as(annotation).named(name);
    }

    private static Type decimal(@Nullable Decimal decimal, Repetition repetition, String name, String path) {
        if (decimal == null) {
            throw new IllegalArgumentException("component \"" + path
                    + "\": BigDecimal without @Decimal (expected: @Decimal(precision = .., scale = ..), as a column has"
                    + " one scale)");
        }
        LogicalTypeAnnotation annotation = LogicalTypeAnnotation.decimalType(decimal.scale(), decimal.precision());
        if (decimal.precision() <= INT32_DIGITS) {
            return scalar(PrimitiveTypeName.INT32, annotation, repetition, name);
        }
        if (decimal.precision() <= INT64_DIGITS) {
            return scalar(PrimitiveTypeName.INT64, annotation, repetition, name);
        }
        return Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
                .length(bytesFor(decimal.precision()))
                .as(annotation)
                .named(name);
    }

    /** How many bytes a number of so many digits needs with its sign. */
    static int bytesFor(int precision) {
        return BigInteger.TEN.pow(precision).subtract(BigInteger.ONE).bitLength() / 8 + 1;
    }
}
