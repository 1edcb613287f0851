package io.datastream.formats.json;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A type with type arguments, which a {@link Class} cannot express: {@code new JsonType<List<Reading>>() {}}.
 *
 * @param <T> the type
 */
@SuppressWarnings("unused") // T is read by reflection
public abstract class JsonType<T> {
    private final Type type;

    /** Captures the type argument of the anonymous subclass. */
    protected JsonType() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)) {
            throw new IllegalStateException("JsonType: no type argument (expected: new JsonType<List<Reading>>() {})");
        }
        this.type = parent.getActualTypeArguments()[0];
    }

    final Type type() {
        return type;
    }

    @Override
    public final String toString() {
        return type.getTypeName();
    }
}
