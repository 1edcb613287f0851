package io.datastream.codec.record;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at a record class and at those of its components, each once, so that a record may contain itself. */
final class Shapes {
    private final Map<Class<?>, RecordShape<?>> known = new HashMap<>();

    <T> RecordShape<T> shape(Class<T> type, String path) {
        @SuppressWarnings("unchecked") // put there under its own class
        RecordShape<T> shape = (RecordShape<T>) known.get(type);
        if (shape != null) {
            return shape;
        }
        if (!type.isRecord()) {
            throw new IllegalArgumentException("type: " + type.getName() + " (expected: a record)");
        }
        RecordShape<T> made = new RecordShape<>(type);
        known.put(type, made);
        List<RecordShape.Component> components = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String place = path.isEmpty() ? component.getName() : path + "." + component.getName();
            components.add(new RecordShape.Component(
                    component.getName(), value(component.getAnnotatedType(), isNullable(component), place)));
        }
        made.setComponents(components);
        return made;
    }

    private ValueType value(AnnotatedType annotated, boolean markedNullable, String path) {
        Type type = annotated.getType();
        boolean nullable = markedNullable || isNullable(annotated);
        if (type instanceof Class<?> raw) {
            return scalar(raw, nullable, annotated.getAnnotation(Decimal.class), path);
        }
        if (type instanceof ParameterizedType parameterized
                && annotated instanceof AnnotatedParameterizedType annotatedArguments) {
            AnnotatedType[] arguments = annotatedArguments.getAnnotatedActualTypeArguments();
            Type raw = parameterized.getRawType();
            if (raw == Optional.class) {
                ValueType inner = value(arguments[0], true, path);
                return new ValueType(
                        inner.kind(), inner.raw(), true, true, elementOf(inner), shapeOf(inner), inner.decimal());
            }
            if (raw == List.class) {
                return container(Kind.LIST, List.class, nullable, value(arguments[0], false, path + "[]"), path);
            }
            if (raw == Map.class && arguments[0].getType() == String.class) {
                return container(Kind.MAP, Map.class, nullable, value(arguments[1], false, path + "{}"), path);
            }
        }
        throw unsupported(type, path);
    }

    private ValueType scalar(Class<?> raw, boolean nullable, @Nullable Decimal decimal, String path) {
        Kind kind = Kind.of(raw);
        if (kind == null || raw.getTypeParameters().length > 0) {
            throw unsupported(raw, path);
        }
        if (decimal != null
                && (kind != Kind.DECIMAL
                        || decimal.precision() < 1
                        || decimal.precision() > Decimal.MAX_PRECISION
                        || decimal.scale() < 0
                        || decimal.scale() > decimal.precision())) {
            throw new IllegalArgumentException("component \"" + path + "\": @Decimal(precision = " + decimal.precision()
                    + ", scale = " + decimal.scale() + ") " + raw.getSimpleName()
                    + " (expected: a BigDecimal with a precision from 1 to " + Decimal.MAX_PRECISION
                    + " and a scale from 0 to that)");
        }
        RecordShape<?> shape = kind == Kind.RECORD ? shape(raw, path) : null;
        return new ValueType(kind, raw, nullable, false, null, shape, decimal);
    }

    private static ValueType container(Kind kind, Class<?> raw, boolean nullable, ValueType element, String path) {
        if (element.isOptional()) {
            throw new IllegalArgumentException(
                    "component \"" + path + "\": with Optional elements (expected: @Nullable elements)");
        }
        return new ValueType(kind, raw, nullable, false, element, null, null);
    }

    private static @Nullable ValueType elementOf(ValueType type) {
        return type.kind() == Kind.LIST || type.kind() == Kind.MAP ? type.element() : null;
    }

    private static @Nullable RecordShape<?> shapeOf(ValueType type) {
        return type.kind() == Kind.RECORD ? type.shape() : null;
    }

    private static boolean isNullable(AnnotatedElement element) {
        for (Annotation annotation : element.getAnnotations()) {
            if (annotation.annotationType().getSimpleName().equals("Nullable")) {
                return true;
            }
        }
        return false;
    }

    private static IllegalArgumentException unsupported(Type type, String path) {
        return new IllegalArgumentException("component \"" + path + "\": " + type.getTypeName()
                + " (expected: a primitive or its box, String, byte[], an enum, Instant, LocalDateTime, LocalDate,"
                + " LocalTime, Duration, UUID, BigDecimal, a record, a List, a Map from String, or an Optional)");
    }
}
