package io.datastream.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * A column to write: its name, its type, and how its value is read from a result.
 *
 * @param name name as given, to be found in the table
 * @param type what it holds
 * @param nullable whether a null may be read
 * @param reader reads the value
 */
record Column(String name, SqlType type, boolean nullable, Reader reader) {
    /** Reads a column's value. */
    @FunctionalInterface
    interface Reader {
        /** @param time event time of the result, in nanoseconds since the epoch */
        @Nullable
        Object read(long time, @Nullable Object value) throws Exception;
    }

    Column named(String other) {
        return new Column(other, type, nullable, reader);
    }
}
