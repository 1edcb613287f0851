package io.datastream.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The table beside a pipeline's results that says, for each writer, which of the pipeline's commits they contain. A writer
 * sets it in the transaction that holds the rows.
 *
 * <p>Whoever goes on with a writer raises its token first. One that was taken for dead finds another token than its own
 * when it wakes up, and its transaction ends without a trace.
 */
final class CommitTable {
    /** Its name. */
    static final String NAME = "datastream_commits";

    private static final int LONGEST_TITLE = 200;

    private final Dialect dialect;
    private final @Nullable String schema;
    private final String table;

    /** What it says of a writer. */
    record Entry(long token, long commit) {}

    CommitTable(Dialect dialect, @Nullable String schema) {
        this.dialect = dialect;
        this.schema = schema;
        this.table = (schema == null ? "" : dialect.quote(schema) + ".") + dialect.quote(NAME);
    }

    /** The statement that makes it. */
    String ddl() {
        return "CREATE TABLE IF NOT EXISTS " + table + " (" + dialect.quote("writer")
                + " varchar(36) NOT NULL PRIMARY KEY, " + dialect.quote("token") + " bigint NOT NULL, "
                + dialect.quote("commit_number") + " bigint NOT NULL, " + dialect.quote("title") + " varchar("
                + LONGEST_TITLE + ") NOT NULL)";
    }

    /** Makes it if it is not there, in a transaction of its own. */
    void create(Connection connection) throws SQLException {
        if (dialect.find(connection, schema, NAME) != null) {
            connection.commit();
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(ddl());
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            if (dialect.find(connection, schema, NAME) == null) {
                throw e; // else another has made it in the same moment
            }
            connection.commit();
        }
    }

    /** Takes a writer over from whoever had it, in a transaction of its own. */
    Entry claim(Connection connection, UUID writer, String title) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + table + " SET " + dialect.quote("token")
                + " = " + dialect.quote("token") + " + 1 WHERE " + dialect.quote("writer") + " = ?")) {
            update.setString(1, writer.toString());
            if (update.executeUpdate() == 0) {
                insert(connection, writer, title);
            }
        }
        Entry entry = read(connection, writer);
        connection.commit();
        return entry;
    }

    private void insert(Connection connection, UUID writer, String title) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table + " ("
                + dialect.quote("writer") + ", " + dialect.quote("token") + ", " + dialect.quote("commit_number") + ", "
                + dialect.quote("title") + ") VALUES (?, 1, 0, ?)")) {
            insert.setString(1, writer.toString());
            insert.setString(2, title.length() > LONGEST_TITLE ? title.substring(0, LONGEST_TITLE) : title);
            insert.executeUpdate();
        }
    }

    /** What it says of a writer that has an entry. */
    Entry read(Connection connection, UUID writer) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT " + dialect.quote("token") + ", "
                + dialect.quote("commit_number") + " FROM " + table + " WHERE " + dialect.quote("writer") + " = ?")) {
            query.setString(1, writer.toString());
            try (ResultSet rows = query.executeQuery()) {
                if (!rows.next()) {
                    return new Entry(-1, -1); // someone has deleted it, and with it the right to write
                }
                return new Entry(rows.getLong(1), rows.getLong(2));
            }
        }
    }

    /** Notes the next commit in the present transaction. Returns false if the writer is another's now. */
    boolean advance(Connection connection, UUID writer, Entry from) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + table + " SET "
                + dialect.quote("commit_number") + " = ? WHERE " + dialect.quote("writer") + " = ? AND "
                + dialect.quote("token") + " = ? AND " + dialect.quote("commit_number") + " = ?")) {
            update.setLong(1, from.commit() + 1);
            update.setString(2, writer.toString());
            update.setLong(3, from.token());
            update.setLong(4, from.commit());
            return update.executeUpdate() == 1;
        }
    }
}
