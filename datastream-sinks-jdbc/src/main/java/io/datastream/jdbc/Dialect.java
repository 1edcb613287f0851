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

    /** The type of a new column that is part of a key. */
    default String keyTypeName(ColumnType type) {
        return typeName(type);
    }

    /** The type of a new column of JSON; null if there is none. */
    default @Nullable String jsonTypeName() {
        return null;
    }

    /** Whether JSON can be written to a column. */
    default boolean acceptsJson(TableShape.ActualColumn column) {
        return false;
    }

    /** Tables that are cut into pieces by time; null if there are none. */
    default @Nullable Hypertables hypertables(Connection connection) {
        return null;
    }

    /** The type of a new column of arrays; null if there are none. */
    default @Nullable String arrayTypeName(ColumnType element) {
        return null;
    }

    /** Whether arrays of a type can be written to a column without loss. */
    default boolean acceptsArray(ColumnType element, TableShape.ActualColumn column) {
        return false;
    }

    /** Whether an upsert replaces a row that is the same by any unique key, not by the given one alone. */
    default boolean replacesByAnyKey() {
        return false;
    }

    /** Whether a transaction that writes keeps all others from writing. */
    default boolean hasOneWriterAtATime() {
        return false;
    }

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

    /**
     * Prepares a transaction that stays open until the pipeline has committed. Its rows are checked when they are written,
     * and the server ends it some time after its client has stopped to speak.
     */
    default void beginHeldTransaction(Connection connection, int silenceMillis) throws SQLException {}

    /** An identifier as SQL. */
    default String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** A prepared statement that writes rows. */
    interface Rows extends AutoCloseable {
        /** Writes rows, no two with the same key if there is a key. Does not commit. */
        void write(List<@Nullable Object[]> rows) throws SQLException;

        /** Gives up what is under way, before the transaction is rolled back. */
        default void abandon() {}

        @Override
        void close() throws SQLException;
    }

    /** Rows that the database can take while others are still to come. */
    interface Streamed extends Rows {
        /** Takes a row, which is sent together with others. After an error, nothing is under way any more. */
        void take(@Nullable Object[] row) throws SQLException;

        /** Ends what was taken: all of it is in the transaction then, or none. Does not commit. */
        void finish() throws SQLException;
    }
}
