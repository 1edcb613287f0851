package io.datastream.sink.row;

import io.datastream.function.Fn;
import io.datastream.time.Windowed;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How results become columns, as the user defined it: shipped with the sink, and turned into a {@link RowLayout} by the
 * writer.
 *
 * @param root class of the results; null if the first result tells
 * @param windowKey for windows, class of the key
 * @param windowValue for windows, class of the value
 * @param given columns given one by one, which replace those found in a class
 * @param renamed new names of found columns, by the old ones
 * @param timeColumn name of a column for the event time; null for none
 * @param arrays whether lists and arrays in records are columns
 */
public record RowMapping(
        @Nullable Class<?> root,
        @Nullable Class<?> windowKey,
        @Nullable Class<?> windowValue,
        List<Given> given,
        Map<String, String> renamed,
        @Nullable String timeColumn,
        boolean arrays)
        implements Serializable {
    /**
     * A column given by the user.
     *
     * @param array whether it holds an array of the type
     */
    public record Given(String name, Fn<Object, ?> read, ColumnType type, boolean array) implements Serializable {
        /** A column that holds no array. */
        public Given(String name, Fn<Object, ?> read, ColumnType type) {
            this(name, read, type, false);
        }
    }

    /** The columns of whatever comes. */
    public static final RowMapping INFERRED = new RowMapping(null, null, null, List.of(), Map.of(), null, false);

    /** The columns of a class. */
    public RowMapping forClass(Class<?> type) {
        return new RowMapping(type, null, null, given, renamed, timeColumn, arrays);
    }

    /** The columns of windows with keys and values of these classes. */
    public RowMapping forWindows(Class<?> key, Class<?> value) {
        return new RowMapping(Windowed.class, key, value, given, renamed, timeColumn, arrays);
    }

    /** The same with one more column given by the user. */
    public RowMapping with(Given column) {
        List<Given> more = new ArrayList<>(given);
        more.add(column);
        return new RowMapping(root, windowKey, windowValue, List.copyOf(more), renamed, timeColumn, arrays);
    }

    /** The same with another name for a column that is found. */
    public RowMapping renaming(String from, String to) {
        Map<String, String> more = new TreeMap<>(renamed);
        more.put(from, to);
        return new RowMapping(root, windowKey, windowValue, given, Map.copyOf(more), timeColumn, arrays);
    }

    /** The same with a column for the event time. */
    public RowMapping withTimeColumn(String name) {
        return new RowMapping(root, windowKey, windowValue, given, renamed, name, arrays);
    }

    /** The same for a sink that can write arrays: lists and arrays in records are columns. */
    public RowMapping withArrays() {
        return new RowMapping(root, windowKey, windowValue, given, renamed, timeColumn, true);
    }

    /** Whether the columns are known before the first result. */
    public boolean isKnown() {
        return root != null || !given.isEmpty();
    }

    /**
     * The columns.
     *
     * @param sample a result, for classes that the definition leaves open; null if there is none yet
     * @throws IllegalArgumentException if they cannot be found, or do not make a table
     */
    public RowLayout layout(@Nullable Object sample) {
        RowLayout found;
        if (!given.isEmpty()) {
            List<RowColumn> columns = new ArrayList<>();
            for (Given column : given) {
                columns.add(new RowColumn(
                        column.name(),
                        column.type(),
                        column.array(),
                        true,
                        (time, value) -> readGiven(column.read(), value)));
            }
            found = new RowLayout(null, columns, List.of());
        } else {
            found = new Components(windowKey, windowValue, arrays).of(root, sample);
        }
        return found.renamed(renamed).withTime(timeColumn).checked();
    }

    @SuppressWarnings("NullAway") // the function was given for these values, nulls among them
    private static @Nullable Object readGiven(Fn<Object, ?> read, @Nullable Object value) throws Exception {
        return read.apply(value);
    }
}
