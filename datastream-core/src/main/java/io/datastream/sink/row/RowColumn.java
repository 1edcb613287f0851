package io.datastream.sink.row;

import org.jspecify.annotations.Nullable;

/**
 * A column to write: its name, its type, and how its value is read from a result.
 *
 * @param name name as given, to be found in the table
 * @param type what it holds
 * @param nullable whether a null may be read
 * @param reader reads the value
 */
public record RowColumn(String name, ColumnType type, boolean nullable, Reader reader) {
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
        return new RowColumn(other, type, nullable, reader);
    }
}
