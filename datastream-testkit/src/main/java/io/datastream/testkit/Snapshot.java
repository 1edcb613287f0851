package io.datastream.testkit;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a value was at one moment, taken apart. Two are equal if the values have the same parts, and numbers the same
 * bits; all {@code NaN} are one. Classes with an {@code equals} of their own are parts, others are taken apart by fields.
 */
final class Snapshot {
    private static final int DEEPEST = 100;
    private static final Map<Class<?>, Boolean> LEAVES = new ConcurrentHashMap<>();
    private static final Map<Class<?>, List<Part>> PARTS = new ConcurrentHashMap<>();

    private final Object tree;

    private Snapshot(Object tree) {
        this.tree = tree;
    }

    static Snapshot of(@Nullable Object value) {
        return new Snapshot(tree(value, new IdentityHashMap<>()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Snapshot snapshot && tree.equals(snapshot.tree);
    }

    @Override
    public int hashCode() {
        return tree.hashCode();
    }

    @Override
    public String toString() {
        return tree.toString();
    }

    private enum Mark {
        NULL,
        CYCLE;

        @Override
        public String toString() {
            return this == NULL ? "null" : "(contains itself)";
        }
    }

    private record Parts(String type, List<String> names, List<Object> values) {
        @Override
        public String toString() {
            return type
                    + IntStream.range(0, values.size())
                            .mapToObj(i -> (names.isEmpty() ? "" : names.get(i) + "=") + values.get(i))
                            .collect(Collectors.joining(", ", "[", "]"));
        }
    }

    private static Object tree(@Nullable Object value, IdentityHashMap<Object, Boolean> above) {
        if (value == null) {
            return Mark.NULL;
        }
        Class<?> type = value.getClass();
        if (type != Optional.class && !isTakenApart(value) && LEAVES.computeIfAbsent(type, Snapshot::isLeaf)) {
            return value;
        }
        if (above.size() > DEEPEST || above.putIfAbsent(value, true) != null) {
            return Mark.CYCLE;
        }
        Object tree = parts(value, type, above);
        above.remove(value);
        return tree;
    }

    private static boolean isTakenApart(Object value) {
        return value instanceof Record
                || value instanceof Collection
                || value instanceof Map
                || value.getClass().isArray();
    }

    private static Object parts(Object value, Class<?> type, IdentityHashMap<Object, Boolean> above) {
        if (value instanceof Record) {
            return named(value, type, above);
        }
        if (value instanceof Optional<?> optional) {
            return new Parts(
                    "Optional",
                    List.of(),
                    optional.stream().map(item -> tree(item, above)).toList());
        }
        if (value instanceof Set<?> set) {
            Set<Object> items = new HashSet<>();
            set.forEach(item -> items.add(tree(item, above)));
            return items;
        }
        if (value instanceof Collection<?> collection) {
            List<Object> items = new ArrayList<>();
            collection.forEach(item -> items.add(tree(item, above)));
            return items;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> entries = new HashMap<>();
            map.forEach((key, item) -> entries.put(tree(key, above), tree(item, above)));
            return entries;
        }
        if (type.isArray()) {
            List<Object> items = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) {
                items.add(tree(Array.get(value, i), above));
            }
            return new Parts(type.getComponentType().getSimpleName(), List.of(), items);
        }
        if (type.getName().startsWith("java.")) {
            return new Parts(type.getSimpleName(), List.of(), List.of(value.toString()));
        }
        return named(value, type, above);
    }

    /** A part of a value: a record's component or a field. */
    private record Part(String name, Reader reader) {}

    private interface Reader {
        @Nullable
        Object read(Object value) throws ReflectiveOperationException;
    }

    private static Object named(Object value, Class<?> type, IdentityHashMap<Object, Boolean> above) {
        List<String> names = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        try {
            for (Part part : PARTS.computeIfAbsent(type, Snapshot::partsOf)) {
                names.add(part.name());
                values.add(tree(part.reader().read(value), above));
            }
        } catch (ReflectiveOperationException e) {
            throw cannotRead(type, e);
        }
        return new Parts(type.getSimpleName(), names, values);
    }

    private static List<Part> partsOf(Class<?> type) {
        List<Part> parts = new ArrayList<>();
        try {
            if (type.isRecord()) {
                for (RecordComponent component : type.getRecordComponents()) {
                    Method accessor = component.getAccessor();
                    accessor.setAccessible(true);
                    parts.add(new Part(component.getName(), accessor::invoke));
                }
                return parts;
            }
            for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
                List<Field> fields = new ArrayList<>(List.of(at.getDeclaredFields()));
                fields.sort(Comparator.comparing(Field::getName));
                for (Field field : fields) {
                    if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())) {
                        field.setAccessible(true);
                        parts.add(new Part(field.getName(), field::get));
                    }
                }
            }
            return parts;
        } catch (RuntimeException e) {
            throw cannotRead(type, e);
        }
    }

    private static IllegalArgumentException cannotRead(Class<?> type, Exception e) {
        return new IllegalArgumentException(
                "value of " + type.getName() + ": cannot be compared: " + e
                        + " (expected: a record or class that can be read, or a class with equals)",
                e);
    }

    /** Whether a class says itself which of its instances are equal. */
    private static boolean isLeaf(Class<?> type) {
        if (Enum.class.isAssignableFrom(type)) {
            return true;
        }
        try {
            return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type + " without equals", e);
        }
    }
}
