package io.datastream.jdbc.poll;

import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.SnakeCase;
import io.datastream.time.EventTime;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table on one connection: its columns, and the statements that read it. */
final class Table<T> {
    private static final int ORDER = 1;
    private static final int KEY = 2;
    private static final int VALUES = 3;

    private final Connection connection;
    private final PolledRows rows;
    private final Column order;
    private final Column key;
    private final String quote;
    private final String columns;
    private final String limit;
    private final int seconds;
    private final int pageRows;
    final RowReader<T> reader;

    private Table(
            Connection connection, PolledRows rows, RecordShape<T> shape, List<Column> known, int pageRows, int seconds)
            throws SQLException, IOException {
        this.connection = connection;
        this.rows = rows;
        this.pageRows = pageRows;
        this.seconds = seconds;
        String quoted = connection.getMetaData().getIdentifierQuoteString();
        this.quote = quoted == null || quoted.isBlank() ? "" : quoted;
        this.order = required(rows.order, known, rows);
        this.key = required(rows.key, known, rows);
        List<Column> found = new ArrayList<>();
        for (RecordShape.Component each : shape.components()) {
            Column column = Column.find(known, each.name());
            found.add(column == null ? required(SnakeCase.of(each.name()), known, rows) : column);
        }
        this.reader = new RowReader<>(shape, found, VALUES);
        List<String> names = new ArrayList<>();
        names.add(quoted(order));
        names.add(quoted(key));
        found.forEach(each -> names.add(quoted(each)));
        this.columns = String.join(", ", names);
        String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
        boolean hasLimit = product.contains("mysql") || product.contains("mariadb") || product.contains("sqlite");
        this.limit = hasLimit ? " LIMIT " + pageRows : " FETCH FIRST " + pageRows + " ROWS ONLY";
        checkKinds();
    }

    /**
     * Looks at the columns.
     *
     * @throws IOException if they do not fit
     */
    static <T> Table<T> of(Connection connection, PolledRows rows, RecordShape<T> shape, int pageRows, int seconds)
            throws SQLException, IOException {
        List<Column> known;
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT * FROM " + rows.table + " polled WHERE 1 = 0")) {
            known = Column.all(none.getMetaData());
        }
        return new Table<>(connection, rows, shape, known, pageRows, seconds);
    }

    private static Column required(String name, List<Column> known, PolledRows rows) throws IOException {
        Column column = Column.find(known, name);
        if (column == null) {
            throw new IOException(
                    rows.table + ": column \"" + name + "\": missing (expected: one of " + Column.names(known) + ")");
        }
        return column;
    }

    private void checkKinds() throws IOException {
        boolean isTime = order.kind() == Column.Kind.LOCAL_TIME || order.kind() == Column.Kind.ZONED_TIME;
        if (rows.byTime ? !isTime : order.kind() != Column.Kind.WHOLE) {
            throw new IOException(rows.table + ": column \"" + order.name() + "\": of type " + order.type()
                    + " (expected: " + (rows.byTime ? "timestamps)" : "whole numbers)"));
        }
        if (key.kind() != Column.Kind.WHOLE && key.kind() != Column.Kind.TEXT && key.kind() != Column.Kind.UNIQUE) {
            throw new IOException(rows.table + ": column \"" + key.name() + "\": of type " + key.type()
                    + " (expected: whole numbers, texts or UUIDs)");
        }
    }

    private String quoted(Column column) {
        return quote.isEmpty() ? column.name() : quote + column.name().replace(quote, quote + quote) + quote;
    }

    /** The highest number or time that is visible; null if there is none. */
    @Nullable
    Long top() throws SQLException {
        String sql = "SELECT MAX(" + quoted(order) + ") FROM " + rows.table + " polled";
        try (PreparedStatement statement = prepared(sql);
                ResultSet result = statement.executeQuery()) {
            result.next();
            return order(result);
        }
    }

    /** Takes the rows of a page. */
    @FunctionalInterface
    interface Taker {
        void take(ResultSet row, RowId id) throws SQLException;
    }

    /**
     * Reads a page of rows, in their order.
     *
     * @param low where it begins, if it is the first one of its pass
     * @param last the row before the page; null at the beginning of a pass
     * @return how many there were
     */
    int page(long low, @Nullable RowId last, long top, Taker taker) throws SQLException {
        List<Object> values = new ArrayList<>();
        StringBuilder where = new StringBuilder();
        String by = quoted(order);
        if (last != null && !rows.byTime) {
            where.append(by).append(" > ? AND ");
            values.add(last.order());
        } else if (last != null) {
            // this form finds its way by an index on the first column, or on both, in every database
            where.append(by)
                    .append(" >= ? AND (")
                    .append(by)
                    .append(" > ? OR ")
                    .append(quoted(key))
                    .append(" > ?) AND ");
            values.add(bound(last.order()));
            values.add(bound(last.order()));
            values.add(last.key());
        } else if (low != PollState.BEGINNING) {
            where.append(by).append(" >= ? AND ");
            values.add(bound(low));
        }
        where.append(by).append(" <= ?");
        values.add(bound(top));
        String sorted = rows.byTime ? by + ", " + quoted(key) : by;
        String sql =
                "SELECT " + columns + " FROM " + rows.table + " polled WHERE " + where + " ORDER BY " + sorted + limit;
        int count = 0;
        try (PreparedStatement statement = prepared(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    Long number = order(result);
                    if (number == null) {
                        throw new SQLException("column \"" + order.name() + "\": null (expected: a value)");
                    }
                    taker.take(result, new RowId(number, key(result)));
                    count++;
                }
            }
        }
        return count;
    }

    private PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setQueryTimeout(seconds);
            statement.setFetchSize(pageRows);
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
        return statement;
    }

    private @Nullable Long order(ResultSet row) throws SQLException {
        if (order.kind() == Column.Kind.ZONED_TIME) {
            OffsetDateTime time = row.getObject(ORDER, OffsetDateTime.class);
            return time == null ? null : (Long) nanos(time);
        }
        if (order.kind() == Column.Kind.LOCAL_TIME) {
            LocalDateTime time = row.getObject(ORDER, LocalDateTime.class);
            return time == null ? null : (Long) nanos(time.atOffset(ZoneOffset.UTC));
        }
        long number = row.getLong(ORDER);
        return row.wasNull() ? null : (Long) number;
    }

    /** What is beyond the range of event times, such as an infinite time, stands at its end. */
    private static long nanos(OffsetDateTime time) {
        Instant instant = time.toInstant();
        if (instant.isAfter(EventTime.instant(EventTime.LATEST))) {
            return EventTime.LATEST;
        }
        if (instant.isBefore(EventTime.instant(EventTime.EARLIEST))) {
            return EventTime.EARLIEST;
        }
        return EventTime.nanos(instant);
    }

    private Object bound(long number) {
        return switch (order.kind()) {
            case ZONED_TIME -> EventTime.instant(number).atOffset(ZoneOffset.UTC);
            case LOCAL_TIME -> LocalDateTime.ofInstant(EventTime.instant(number), ZoneOffset.UTC);
            default -> number;
        };
    }

    private Object key(ResultSet row) throws SQLException {
        Object found = row.getObject(KEY);
        if (found == null) {
            throw new SQLException("column \"" + key.name() + "\": null (expected: a key)");
        }
        return switch (key.kind()) {
            case WHOLE -> row.getLong(KEY);
            case UNIQUE -> found instanceof UUID ? found : UUID.fromString(found.toString());
            default -> row.getString(KEY);
        };
    }
}
