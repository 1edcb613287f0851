package io.datastream.influxdb;

import io.datastream.codec.record.SnakeCase;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The components of a record class as tags and fields, in snake case, those of a record within it too. */
final class Components {
    private static final Set<Class<?>> WRITABLE = Set.of(
            Double.class,
            Float.class,
            Long.class,
            Integer.class,
            Short.class,
            Byte.class,
            BigInteger.class,
            Boolean.class,
            String.class,
            Character.class);

    private final @Nullable Set<String> tags;
    private final Set<String> without;
    private final List<Column> columns = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /**
     * @param tags names of those that are tags; null for all of them
     * @param without names of those to leave out
     */
    Components(@Nullable Set<String> tags, Set<String> without) {
        this.tags = tags;
        this.without = without;
    }

    /**
     * The columns of a class.
     *
     * @param name name of the column if the class is no record
     * @param reader reads an object of the class from a result
     */
    List<Column> of(String name, Class<?> type, Reader reader) {
        add(name, "", type, reader, 0);
        return columns;
    }

    /** All names that were found, of columns and of records within records. */
    Set<String> names() {
        return names;
    }

    private void add(String name, String prefix, Class<?> type, Reader reader, int depth) {
        names.add(name);
        if (without.contains(name)) {
            return;
        }
        if (isWritable(type)) {
            columns.add(new Column(name, tags == null || tags.contains(name), reader));
            return;
        }
        if (!type.isRecord() || depth > 8) {
            throw new IllegalArgumentException("component \"" + name + "\": of class " + type.getName()
                    + " (expected: a number, a boolean, a text, an enum or a record of such; leave it out with"
                    + " without(), or say how to read it with field() or tag())");
        }
        for (RecordComponent component : type.getRecordComponents()) {
            String inner = prefix + SnakeCase.of(component.getName());
            Part part = new Part(type, component.getName());
            part.accessor(); // so that what cannot be read is told at once
            add(
                    inner,
                    inner + "_",
                    component.getType(),
                    result -> {
                        Object whole = reader.read(result);
                        return whole == null ? null : part.read(whole);
                    },
                    depth + 1);
        }
    }

    private static boolean isWritable(Class<?> type) {
        return (type.isPrimitive() && type != void.class) || type.isEnum() || WRITABLE.contains(type);
    }

    /** Reads a component; its accessor is looked up again in another JVM. */
    private static final class Part implements Reader {
        private static final long serialVersionUID = 1L;

        private final Class<?> record;
        private final String name;
        private transient @Nullable Method accessor;

        Part(Class<?> record, String name) {
            this.record = record;
            this.name = name;
        }

        private Method accessor() {
            Method known = accessor;
            if (known == null) {
                try {
                    known = record.getDeclaredMethod(name);
                    known.setAccessible(true);
                } catch (NoSuchMethodException | InaccessibleObjectException e) {
                    throw new IllegalArgumentException(
                            "class " + record.getName()
                                    + ": cannot be read (expected: its package opened to io.datastream.influxdb, or"
                                    + " field() and tag())",
                            e);
                }
                accessor = known;
            }
            return known;
        }

        @Override
        public @Nullable Object read(Object whole) throws Exception {
            try {
                return accessor().invoke(whole);
            } catch (InvocationTargetException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }
}
