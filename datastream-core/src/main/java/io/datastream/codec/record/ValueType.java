package io.datastream.codec.record;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The type of a component, of an element of a list, or of a value of a map.
 */
public final class ValueType {
    private final Kind kind;
    private final Class<?> raw;
    private final boolean nullable;
    private final boolean optional;
    private final @Nullable ValueType element;
    private final @Nullable RecordShape<?> shape;
    private final @Nullable Decimal decimal;

    ValueType(
            Kind kind,
            Class<?> raw,
            boolean nullable,
            boolean optional,
            @Nullable ValueType element,
            @Nullable RecordShape<?> shape,
            @Nullable Decimal decimal) {
        this.kind = kind;
        this.raw = raw;
        this.nullable = nullable;
        this.optional = optional;
        this.element = element;
        this.shape = shape;
        this.decimal = decimal;
    }

    /** What kind of value. */
    public Kind kind() {
        return kind;
    }

    /** Its class, such as that of the enum; of an optional value, that of what is in it. */
    public Class<?> raw() {
        return raw;
    }

    /** Whether it may be null: marked as {@code @Nullable} by any library, or an {@link java.util.Optional}. */
    public boolean isNullable() {
        return nullable;
    }

    /** Whether the component is an {@link java.util.Optional}; the shape wraps and unwraps it. */
    boolean isOptional() {
        return optional;
    }

    /** The elements of a list or the values of a map. */
    public ValueType element() {
        return Objects.requireNonNull(element, "element of what is no list and no map");
    }

    /** The shape of a record. */
    public RecordShape<?> shape() {
        return Objects.requireNonNull(shape, "shape of what is no record");
    }

    /** The digits of a decimal number, if they are said. */
    public @Nullable Decimal decimal() {
        return decimal;
    }
}
