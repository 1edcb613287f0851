package io.datastream.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows by a statement for some rows at once, and one for those that are left over. */
final class StatementRows implements Dialect.Rows {
    private final Connection connection;
    private final Statements statements;
    private final Binding binding;
    private final int together;
    private final PreparedStatement one;
    private @Nullable PreparedStatement several;

    /** The SQL that writes so many rows. */
    @FunctionalInterface
    interface Statements {
        String of(int rows);
    }

    /** Gives a value the form in which the driver takes it; null is bound as such. */
    @FunctionalInterface
    interface Binding {
        Object bound(Object value) throws SQLException;
    }

    /** @param together how many rows a statement takes at most */
    StatementRows(Connection connection, int together, Statements statements, Binding binding) throws SQLException {
        this.connection = connection;
        this.together = together;
        this.statements = statements;
        this.binding = binding;
        this.one = connection.prepareStatement(statements.of(1));
    }

    @Override
    public void write(List<@Nullable Object[]> rows) throws SQLException {
        int at = 0;
        if (together > 1 && rows.size() >= together) {
            PreparedStatement many = several;
            if (many == null) {
                many = connection.prepareStatement(statements.of(together));
                several = many;
            }
            for (; at + together <= rows.size(); at += together) {
                int place = 1;
                for (@Nullable Object[] row : rows.subList(at, at + together)) {
                    place = bind(many, place, row);
                }
                many.executeUpdate();
            }
        }
        one.clearBatch();
        for (@Nullable Object[] row : rows.subList(at, rows.size())) {
            bind(one, 1, row);
            one.addBatch();
        }
        if (at < rows.size()) {
            one.executeBatch();
        }
    }

    private int bind(PreparedStatement statement, int first, @Nullable Object[] row) throws SQLException {
        int place = first;
        for (Object value : row) {
            if (value == null) {
                statement.setNull(place, Types.NULL);
            } else {
                statement.setObject(place, binding.bound(value));
            }
            place++;
        }
        return place;
    }

    @Override
    public void close() throws SQLException {
        one.close();
        if (several != null) {
            several.close();
        }
    }
}
