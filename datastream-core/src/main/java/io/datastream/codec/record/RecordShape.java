package io.datastream.codec.record;

import io.datastream.codec.CodecException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The components of a record class with their types, and ways to take a record apart and to make one. A component may be of
 * any {@link Kind}, or an {@link Optional} of one. Safe for use by several threads.
 *
 * @param <T> the records
 */
public final class RecordShape<T> {
    private final Class<T> type;
    private final MethodHandle constructor;
    private final MethodHandle[] accessors;
    private List<Component> components =
            List.of(); // set once, before the shape is handed out: a type may contain itself

    RecordShape(Class<T> type) {
        this.type = type;
        RecordComponent[] all = type.getRecordComponents();
        this.accessors = new MethodHandle[all.length];
        try {
            Constructor<T> canonical = type.getDeclaredConstructor(
                    Arrays.stream(all).map(RecordComponent::getType).toArray(Class<?>[]::new));
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            canonical.setAccessible(true);
            this.constructor = lookup.unreflectConstructor(canonical)
                    .asSpreader(Object[].class, all.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
            for (int i = 0; i < all.length; i++) {
                Method accessor = all[i].getAccessor();
                accessor.setAccessible(true);
                accessors[i] = lookup.unreflect(accessor).asType(MethodType.methodType(Object.class, Object.class));
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException(
                    type.getName() + ": cannot be reached: " + e.getMessage()
                            + " (expected: a record in a package that is open to this library)",
                    e);
        }
    }

    /**
     * The shape of a record class.
     *
     * @throws IllegalArgumentException if it is no record, or has a component that is of no {@link Kind}
     */
    public static <T> RecordShape<T> of(Class<T> type) {
        return new Shapes().shape(type, "");
    }

    void setComponents(List<Component> components) {
        this.components = List.copyOf(components);
    }

    /** The record class. */
    public Class<T> type() {
        return type;
    }

    /** Its components in their order. */
    public List<Component> components() {
        return components;
    }

    /** The value of a component; null for an empty {@link Optional}. */
    public @Nullable Object get(Object record, int component) {
        Object value;
        try {
            value = accessors[component].invokeExact(record);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(type.getName() + ": " + e.getMessage(), e); // accessors declare no others
        }
        return value instanceof Optional<?> optional ? optional.orElse(null) : value;
    }

    /**
     * A record of these values, in the order of the components. The array is changed.
     *
     * @param values of the right classes; null only for components that are nullable
     * @throws CodecException if the constructor refuses them
     */
    public T create(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (components.get(i).type().isOptional()) {
                values[i] = Optional.ofNullable(values[i]);
            }
        }
        try {
            return type.cast(constructor.invokeExact(values));
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new CodecException(type.getSimpleName() + ": " + reason, e);
        }
    }

    /**
     * A component of a record.
     *
     * @param name its name
     * @param type its type
     */
    public record Component(String name, ValueType type) {}
}
