package io.datastream.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Tables that TimescaleDB cuts into pieces by time. */
final class Hypertables {
    private final Dialect dialect;
    private final Connection connection;

    Hypertables(Dialect dialect, Connection connection) {
        this.dialect = dialect;
        this.connection = connection;
    }

    /** Why there can be none; empty if there can. */
    String objection() throws SQLException {
        return schemaOfExtension() == null
                ? "the extension timescaledb is not in the database (expected: CREATE EXTENSION timescaledb, or no"
                        + " asHypertable())"
                : "";
    }

    boolean isThere(TableShape shape) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM timescaledb_information.hypertables"
                + " WHERE hypertable_schema = ? AND hypertable_name = ?")) {
            query.setString(1, shape.schema());
            query.setString(2, shape.name());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Makes a table one, within the transaction that has created it. Does nothing if it is one. */
    void make(TableShape shape, String timeColumn) throws SQLException {
        try (PreparedStatement call =
                connection.prepareStatement("SELECT " + function() + "(?::regclass, ?::name, if_not_exists => true)")) {
            call.setString(1, table(shape));
            call.setString(2, timeColumn);
            call.execute();
        }
    }

    /** The statement that makes a table with rows one. */
    String statement(TableShape shape, String timeColumn) throws SQLException {
        return "SELECT " + function() + "(" + literal(table(shape)) + ", " + literal(timeColumn)
                + ", migrate_data => true)";
    }

    private String function() throws SQLException {
        return dialect.quote(String.valueOf(schemaOfExtension())) + ".create_hypertable";
    }

    private String table(TableShape shape) {
        return dialect.quote(shape.schema()) + "." + dialect.quote(shape.name());
    }

    private @Nullable String schemaOfExtension() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT n.nspname FROM pg_catalog.pg_extension e"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb'");
                ResultSet rows = query.executeQuery()) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
