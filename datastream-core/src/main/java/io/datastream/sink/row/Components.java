package io.datastream.sink.row;

import io.datastream.SingleSeries;
import io.datastream.codec.record.SnakeCase;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the columns of a class: the components of a record, those of records in it with the outer name before theirs, what an
 * optional holds, lists and arrays where the sink takes them, the key, edges and value of a window. Where a class leaves a type open, as a type parameter does, a sample of the results
 * says what it is.
 */
final class Components {
    private final @Nullable Class<?> windowKey;
    private final @Nullable Class<?> windowValue;
    private final boolean arrays;
    private final List<RowColumn> columns = new ArrayList<>();
    private final Deque<Class<?>> path = new ArrayDeque<>();

    Components(@Nullable Class<?> windowKey, @Nullable Class<?> windowValue, boolean arrays) {
        this.windowKey = windowKey;
        this.windowValue = windowValue;
        this.arrays = arrays;
    }

    RowLayout of(@Nullable Class<?> root, @Nullable Object sample) {
        Class<?> type = root != null ? root : classOf(sample);
        if (type == Windowed.class) {
            return windowed((Windowed<?, ?>) sample);
        }
        add("value", "", type, sample, (time, value) -> value, false);
        return new RowLayout(ColumnType.of(type) == null ? type : null, columns, List.of());
    }

    private RowLayout windowed(@Nullable Windowed<?, ?> sample) {
        Object sampleKey = sample == null ? null : sample.key();
        Class<?> keyType = windowKey != null ? windowKey : classOf(sampleKey);
        if (keyType != SingleSeries.class) {
            add("key", "", keyType, sampleKey, (time, value) -> window(value).key(), false);
        }
        List<String> key = new ArrayList<>(columns.stream().map(RowColumn::name).toList());
        edges("window_", (time, value) -> window(value).window(), false);
        key.add("window_start");
        key.add("window_end");
        Object sampleValue = sample == null ? null : sample.value();
        Class<?> valueType = windowValue != null ? windowValue : classOf(sampleValue);
        add("value", "", valueType, sampleValue, (time, value) -> window(value).value(), false);
        return new RowLayout(Windowed.class, columns, key);
    }

    private static Windowed<?, ?> window(@Nullable Object value) {
        if (value instanceof Windowed<?, ?> windowed) {
            return windowed;
        }
        throw new IllegalArgumentException(ColumnValues.show(value) + " (expected: a window)");
    }

    private static Class<?> classOf(@Nullable Object sample) {
        return sample == null ? Object.class : sample.getClass();
    }

    /**
     * Adds the columns of a value.
     *
     * @param name name of the column, if it is one
     * @param prefix what to put before the names of its components, if it has some
     * @param optional whether the value may be null although it is a primitive, as what it is in may be null
     */
    private void add(
            String name,
            String prefix,
            Class<?> type,
            @Nullable Object sample,
            RowColumn.Reader reader,
            boolean optional) {
        ColumnType sql = ColumnType.of(type);
        if (sql != null) {
            columns.add(new RowColumn(name, sql, optional || !type.isPrimitive(), reader));
        } else if (type == Optional.class) {
            Object held = sample == null ? null : ((Optional<?>) sample).orElse(null);
            add(name, prefix, classOf(held), held, (time, value) -> held(reader.read(time, value)), true);
        } else if (type == Window.class) {
            edges(prefix.isEmpty() ? "window_" : prefix, reader, optional);
        } else if (type.isRecord()) {
            components(prefix, type, sample, reader, optional);
        } else if (sample != null && sample.getClass() != type) {
            add(name, prefix, sample.getClass(), sample, reader, optional);
        } else {
            throw new IllegalArgumentException("column \"" + name + "\": "
                    + (type == Object.class
                            ? "of a type that is not known, as the first value is null or its class is generic"
                            : "of class " + type.getName())
                    + " (expected: a record, a number, text, a boolean, a time, a UUID or bytes; else say how to"
                    + " read it with column())");
        }
    }

    private static @Nullable Object held(@Nullable Object optional) {
        return optional == null ? null : ((Optional<?>) optional).orElse(null);
    }

    private void edges(String prefix, RowColumn.Reader reader, boolean optional) {
        columns.add(new RowColumn(prefix + "start", ColumnType.TIMESTAMP, optional, (time, value) -> {
            Window window = (Window) reader.read(time, value);
            return window == null ? null : window.start();
        }));
        columns.add(new RowColumn(prefix + "end", ColumnType.TIMESTAMP, optional, (time, value) -> {
            Window window = (Window) reader.read(time, value);
            return window == null ? null : window.end();
        }));
    }

    private void components(
            String prefix, Class<?> type, @Nullable Object sample, RowColumn.Reader reader, boolean optional) {
        if (path.contains(type)) {
            throw new IllegalArgumentException("class " + type.getName()
                    + ": contains itself (expected: a flat record; else give the columns with column())");
        }
        path.push(type);
        for (RecordComponent component : type.getRecordComponents()) {
            Method accessor = accessible(component);
            String name = prefix + SnakeCase.of(component.getName());
            Object part = sample == null ? null : call(accessor, sample);
            boolean inner = optional || !prefix.isEmpty();
            RowColumn.Reader inside = (time, value) -> {
                Object whole = reader.read(time, value);
                return whole == null ? null : call(accessor, whole);
            };
            ColumnType element = arrays ? elementOf(component.getGenericType()) : null;
            if (element == null) {
                add(name, name + "_", component.getType(), part, inside, inner);
            } else {
                columns.add(new RowColumn(name, element, true, true, inside));
            }
        }
        path.pop();
    }

    /** The type of the elements of a list or an array; null if it is none, or does not say. */
    private static @Nullable ColumnType elementOf(Type type) {
        if (type instanceof Class<?> known) {
            return known.isArray() && known != byte[].class ? ColumnType.of(known.getComponentType()) : null;
        }
        return type instanceof ParameterizedType list
                        && list.getRawType() == List.class
                        && list.getActualTypeArguments()[0] instanceof Class<?> element
                ? ColumnType.of(element)
                : null;
    }

    private static Method accessible(RecordComponent component) {
        Method accessor = component.getAccessor();
        try {
            accessor.setAccessible(true);
            return accessor;
        } catch (InaccessibleObjectException e) {
            throw new IllegalArgumentException(
                    "class " + component.getDeclaringRecord().getName()
                            + ": cannot be read (expected: its package opened to io.datastream.sink.row, or column())",
                    e);
        }
    }

    private static @Nullable Object call(Method accessor, Object whole) {
        if (!accessor.getDeclaringClass().isInstance(whole)) {
            throw new IllegalArgumentException("of class " + whole.getClass().getName() + " (expected: "
                    + accessor.getDeclaringClass().getName() + ")");
        }
        try {
            return accessor.invoke(whole);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(accessor.getName() + "() failed: " + e.getCause(), e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(accessor + ": cannot be called", e);
        }
    }
}
