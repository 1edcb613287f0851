package io.datastream.alerts;

import io.datastream.codec.record.RecordShape;
import io.datastream.function.Fn;
import io.datastream.function.ToDoubleFn;
import java.io.Serializable;
import java.lang.invoke.MethodType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names for what rules in a file may look at in the records of a stream: the components of a record class, and what functions
 * read.
 *
 * <pre>{@code
 * RecordFields<Reading> readings = RecordFields.of("readings", Reading.class).with("degrees", r -> r.kelvin() - 273.15);
 * }</pre>
 *
 * <p>A field that is compared with a limit has to give a {@link Number}, or null for none. Immutable.
 *
 * @param <T> the records
 */
public final class RecordFields<T> {
    private final String name;
    private final Map<String, Fn<? super T, ?>> fields;

    private RecordFields(String name, Map<String, Fn<? super T, ?>> fields) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("records: \"" + name + "\" (expected: a name)");
        }
        this.name = name;
        this.fields = fields;
    }

    /**
     * The components of a record class.
     *
     * @param name how a file names the records
     */
    public static <T> RecordFields<T> of(String name, Class<T> type) {
        Map<String, Fn<? super T, ?>> fields = new LinkedHashMap<>();
        List<RecordShape.Component> components = RecordShape.of(type).components();
        for (int i = 0; i < components.size(); i++) {
            fields.put(components.get(i).name(), new Component<>(type, i));
        }
        return new RecordFields<>(name, fields);
    }

    /**
     * No fields, to begin with.
     *
     * @param name how a file names the records
     */
    public static <T> RecordFields<T> named(String name) {
        return new RecordFields<>(name, Map.of());
    }

    /** The same with a further field, which a function reads. */
    public RecordFields<T> with(String field, Fn<? super T, ?> value) {
        Map<String, Fn<? super T, ?>> more = new LinkedHashMap<>(fields);
        more.put(field, value);
        return new RecordFields<>(name, more);
    }

    /** How a file names the records. */
    public String name() {
        return name;
    }

    /** The names of the fields. */
    List<String> names() {
        return List.copyOf(fields.keySet());
    }

    /** The names of the fields that may give numbers. */
    List<String> numbers() {
        return fields.entrySet().stream()
                .filter(field -> !(field.getValue() instanceof Component<?> component) || component.mayBeNumber())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Reads a field; null if there is none of this name. */
    @Nullable
    Fn<? super T, ?> field(String field) {
        return fields.get(field);
    }

    /** Reads the component of a record. The shape is looked up anew where this was shipped to. */
    private static final class Component<T> implements Fn<T, Object> {
        private static final long serialVersionUID = 1L;

        private final Class<T> type;
        private final int index;
        private transient volatile @Nullable RecordShape<T> shape;

        Component(Class<T> type, int index) {
            this.type = type;
            this.index = index;
        }

        boolean mayBeNumber() {
            Class<?> raw = RecordShape.of(type).components().get(index).type().raw();
            return Number.class.isAssignableFrom(
                    MethodType.methodType(raw).wrap().returnType());
        }

        @Override
        @SuppressWarnings("NullAway") // a component may be null, and those who read it look
        public Object apply(T row) {
            RecordShape<T> known = shape;
            if (known == null) {
                known = RecordShape.of(type);
                shape = known;
            }
            return known.get(row, index);
        }
    }

    /** A field as a number; NaN if it is null. */
    record NumberOf<T>(String field, Fn<? super T, ?> value) implements ToDoubleFn<T>, Serializable {
        @Override
        public double applyAsDouble(T row) throws Exception {
            Object read = value.apply(row);
            if (read == null) {
                return Double.NaN;
            }
            if (read instanceof Number number) {
                return number.doubleValue();
            }
            throw new IllegalArgumentException(
                    "field " + field + ": a " + read.getClass().getSimpleName() + " (expected: a number)");
        }
    }
}
