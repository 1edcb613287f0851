package io.datastream.sink.row;

import io.datastream.time.EventTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a sink, and the rows they make of results.
 *
 * @param root class that every result must have; null if any will do
 * @param columns in the order of the statement
 * @param naturalKey what identifies a result when nobody says: of a window, its key and its edges; empty if nothing does
 */
public record RowLayout(@Nullable Class<?> root, List<RowColumn> columns, List<String> naturalKey) {
    RowLayout renamed(Map<String, String> names) {
        List<RowColumn> changed = new ArrayList<>(columns);
        names.forEach((from, to) -> {
            int at = names().indexOf(from);
            if (at < 0) {
                throw new IllegalArgumentException(
                        "column: " + from + " (expected: one of " + String.join(", ", names()) + ")");
            }
            changed.set(at, changed.get(at).named(to));
        });
        List<String> key = new ArrayList<>(naturalKey);
        key.replaceAll(name -> names.getOrDefault(name, name));
        return new RowLayout(root, changed, key);
    }

    RowLayout withTime(@Nullable String name) {
        if (name == null) {
            return this;
        }
        List<RowColumn> more = new ArrayList<>(columns);
        more.add(new RowColumn(name, ColumnType.TIMESTAMP, false, (time, value) -> EventTime.instant(time)));
        return new RowLayout(root, more, naturalKey);
    }

    RowLayout checked() {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("columns: none (expected: at least one)");
        }
        Set<String> seen = new HashSet<>();
        for (String name : names()) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        "column: " + name + " twice (expected: different names; give the columns with column())");
            }
        }
        return this;
    }

    /** The names of the columns. */
    public List<String> names() {
        return columns.stream().map(RowColumn::name).toList();
    }

    /**
     * The bound values of a result.
     *
     * @param key whether the column at an index is part of the key, and so not null
     * @throws BadValue if a value cannot be read or does not fit its column
     */
    public @Nullable Object[] row(long time, @Nullable Object value, boolean[] key) throws BadValue {
        if (root != null && !root.isInstance(value)) {
            throw new BadValue(
                    "value: "
                            + (value == null
                                    ? "null"
                                    : "of class " + value.getClass().getName()) + " (expected: "
                            + root.getName() + ")",
                    null);
        }
        @Nullable Object[] row = new @Nullable Object[columns.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = bound(columns.get(i), time, value, key[i]);
        }
        return row;
    }

    private static @Nullable Object bound(RowColumn column, long time, @Nullable Object value, boolean key)
            throws BadValue {
        Object read;
        try {
            read = column.reader().read(time, value);
        } catch (Exception e) {
            throw new BadValue("column \"" + column.name() + "\": cannot be read: " + e, e);
        }
        if (read == null) {
            if (key || !column.nullable()) {
                throw new BadValue(
                        "column \"" + column.name() + "\": null (expected: a value, as it is "
                                + (key ? "part of the key)" : "not nullable)"),
                        null);
            }
            return null;
        }
        try {
            return column.array()
                    ? ColumnValues.convertArray(column.type(), read)
                    : ColumnValues.convert(column.type(), read);
        } catch (IllegalArgumentException e) {
            throw new BadValue("column \"" + column.name() + "\": " + e.getMessage(), e);
        }
    }

    /** A result that cannot be written. */
    public static final class BadValue extends Exception {
        private static final long serialVersionUID = 1L;

        BadValue(String message, @Nullable Exception cause) {
            super(message, cause);
        }

        /** What is wrong, beginning with the column. */
        public String text() {
            return String.valueOf(getMessage());
        }
    }
}
