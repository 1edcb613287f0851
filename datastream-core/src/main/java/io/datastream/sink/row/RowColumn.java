package io.datastream.sink.row;

import org.jspecify.annotations.Nullable;

/**
 * A column to write: its name, its type, and how its value is read from a result.
 *
 * @param name name as given, to be found in the table
 * @param type what it holds, or, of an array, what each of its elements is
 * @param array whether it holds an array
 * @param nullable whether a null may be read; elements of an array may always be null
 * @param reader reads the value
 */
public record RowColumn(String name, ColumnType type, boolean array, boolean nullable, Reader reader) {
    /** A column that holds no array. */
    public RowColumn(String name, ColumnType type, boolean nullable, Reader reader) {
        this(name, type, false, nullable, reader);
    }

    /** Reads a column's value. */
    @FunctionalInterface
    public interface Reader {
        /**
         * The value of a result's column.
         *
         * @param time event time of the result, in nanoseconds since the epoch
         */
        @Nullable
        Object read(long time, @Nullable Object value) throws Exception;
    }

    /** The same column with another name. */
    public RowColumn named(String other) {
        return new RowColumn(other, type, array, nullable, reader);
    }
}
