package io.datastream.jdbc;

import io.datastream.function.Fn;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How results become columns, as the user defined it: shipped with the sink, and turned into a {@link Layout} by the
 * writer.
 *
 * @param root class of the results; null if the first result tells
 * @param windowKey for windows, class of the key
 * @param windowValue for windows, class of the value
 * @param given columns given one by one, which replace those found in a class
 * @param renamed new names of found columns, by the old ones
 * @param timeColumn name of a column for the event time; null for none
 */
record Mapping(
        @Nullable Class<?> root,
        @Nullable Class<?> windowKey,
        @Nullable Class<?> windowValue,
        List<Given> given,
        Map<String, String> renamed,
        @Nullable String timeColumn)
        implements Serializable {
    /** A column given by the user. */
    record Given(String name, Fn<Object, ?> read, SqlType type) implements Serializable {}

    static final Mapping INFERRED = new Mapping(null, null, null, List.of(), Map.of(), null);

    Mapping forClass(Class<?> type) {
        return new Mapping(type, null, null, given, renamed, timeColumn);
    }

    Mapping forWindows(Class<?> key, Class<?> value) {
        return new Mapping(io.datastream.time.Windowed.class, key, value, given, renamed, timeColumn);
    }

    Mapping with(Given column) {
        List<Given> more = new ArrayList<>(given);
        more.add(column);
        return new Mapping(root, windowKey, windowValue, List.copyOf(more), renamed, timeColumn);
    }

    Mapping renaming(String from, String to) {
        Map<String, String> more = new TreeMap<>(renamed);
        more.put(from, to);
        return new Mapping(root, windowKey, windowValue, given, Map.copyOf(more), timeColumn);
    }

    Mapping withTimeColumn(String name) {
        return new Mapping(root, windowKey, windowValue, given, renamed, name);
    }

    /** Whether the columns are known before the first result. */
    boolean isKnown() {
        return root != null || !given.isEmpty();
    }

    /**
     * The columns.
     *
     * @param sample a result, for classes that the definition leaves open; null if there is none yet
     * @throws IllegalArgumentException if they cannot be found, or do not make a table
     */
    Layout layout(@Nullable Object sample) {
        Layout found;
        if (!given.isEmpty()) {
            List<Column> columns = new ArrayList<>();
            for (Given column : given) {
                columns.add(new Column(
                        column.name(), column.type(), true, (time, value) -> readGiven(column.read(), value)));
            }
            found = new Layout(null, columns, List.of());
        } else {
            found = new Components(windowKey, windowValue).of(root, sample);
        }
        return found.renamed(renamed).withTime(timeColumn).checked();
    }

    @SuppressWarnings("NullAway") // the function was given for these values, nulls among them
    private static @Nullable Object readGiven(Fn<Object, ?> read, @Nullable Object value) throws Exception {
        return read.apply(value);
    }
}
