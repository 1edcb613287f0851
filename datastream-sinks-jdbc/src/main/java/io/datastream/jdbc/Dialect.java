package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What differs between databases. Another database is another implementation, listed in {@link Dialects}. */
interface Dialect {
    /** The database's name, as its driver gives it. */
    String product();

    /** What is wrong with an identifier: empty if it can be used. */
    String objection(String identifier);

    /** The type of a new column. */
    String typeName(ColumnType type);

    /** Whether values of a type can be written to a column without loss. */
    boolean accepts(ColumnType type, TableShape.ActualColumn column);

    /**
     * Looks up a table.
     *
     * @param schema its schema; null for the connection's own
     * @return null if it does not exist
     */
    @Nullable
    TableShape find(Connection connection, @Nullable String schema, String table) throws SQLException;

    /** Prepares the statement that writes rows. */
    Rows prepare(Connection connection, Target target) throws SQLException;

    /** An identifier as SQL. */
    default String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** A prepared statement that writes rows. */
    interface Rows extends AutoCloseable {
        /** Writes rows, no two with the same key if there is a key. Does not commit. */
        void write(List<@Nullable Object[]> rows) throws SQLException;

        @Override
        void close() throws SQLException;
    }
}
