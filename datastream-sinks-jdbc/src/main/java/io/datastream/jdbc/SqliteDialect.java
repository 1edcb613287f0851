package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** SQLite, from version 3.24. What it has no type for is text: decimals, moments in UTC, days. */
final class SqliteDialect implements Dialect {
    @Override
    public String product() {
        return "SQLite";
    }

    @Override
    public String objection(String identifier) {
        return "";
    }

    @Override
    public String typeName(ColumnType type) {
        return switch (type) {
            case TEXT, NUMERIC, TIMESTAMP, DATE, UUID -> "text";
            case BOOLEAN -> "boolean";
            case SMALLINT -> "smallint";
            case INTEGER -> "integer";
            case BIGINT -> "bigint";
            case REAL, DOUBLE -> "double";
            case BYTES -> "blob";
        };
    }

    /** By affinity, as SQLite finds it: a column may hold anything, and only some affinities change what is stored. */
    @Override
    public boolean accepts(ColumnType type, TableShape.ActualColumn column) {
        return switch (type) {
            case TEXT, NUMERIC, TIMESTAMP, DATE, UUID -> column.kind().equals("text");
            case BOOLEAN, SMALLINT, INTEGER, BIGINT ->
                Set.of("integer", "numeric").contains(column.kind());
            case REAL, DOUBLE -> column.kind().equals("real");
            case BYTES -> column.kind().equals("blob");
        };
    }

    private static String affinity(String declared) {
        String type = declared.toLowerCase(Locale.ROOT);
        if (type.contains("int")) {
            return "integer";
        }
        if (type.contains("char") || type.contains("clob") || type.contains("text")) {
            return "text";
        }
        if (type.isEmpty() || type.contains("blob")) {
            return "blob";
        }
        return type.contains("real") || type.contains("floa") || type.contains("doub") ? "real" : "numeric";
    }

    @Override
    public boolean hasOneWriterAtATime() {
        return true;
    }

    @Override
    public @Nullable TableShape find(Connection connection, @Nullable String schema, String table) throws SQLException {
        String place = schema == null ? "main" : schema;
        try (PreparedStatement query = connection.prepareStatement("SELECT name FROM " + quote(place)
                + ".sqlite_master WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? shape(connection, place, rows.getString(1)) : null;
            }
        }
    }

    private static TableShape shape(Connection connection, String schema, String table) throws SQLException {
        List<TableShape.ActualColumn> columns = new ArrayList<>();
        Map<Integer, String> primary = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT name, type, \"notnull\" AND dflt_value IS NULL, pk FROM pragma_table_info(?, ?) ORDER BY"
                        + " cid")) {
            query.setString(1, table);
            query.setString(2, schema);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String type = rows.getString(2) == null ? "" : rows.getString(2);
                    columns.add(
                            new TableShape.ActualColumn(rows.getString(1), type, affinity(type), rows.getBoolean(3)));
                    if (rows.getInt(4) > 0) {
                        primary.put(rows.getInt(4), rows.getString(1));
                    }
                }
            }
        }
        List<String> primaryKey = List.copyOf(primary.values());
        Map<String, Set<String>> keys = new LinkedHashMap<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT l.name, i.name"
                + " FROM pragma_index_list(?, ?) l JOIN pragma_index_info(l.name, ?) i"
                + " WHERE l.\"unique\" AND NOT l.partial ORDER BY l.seq, i.seqno")) {
            query.setString(1, table);
            query.setString(2, schema);
            query.setString(3, schema);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    keys.computeIfAbsent(rows.getString(1), index -> new LinkedHashSet<>())
                            .add(rows.getString(2));
                }
            }
        }
        List<Set<String>> unique = new ArrayList<>(keys.values());
        if (!primaryKey.isEmpty()) {
            unique.add(new LinkedHashSet<>(primaryKey)); // that of a row number has no index
        }
        return new TableShape(schema, table, columns, primaryKey, unique);
    }

    @Override
    public Rows prepare(Connection connection, Target target) throws SQLException {
        return new StatementRows(connection, 1, rows -> sql(target), SqliteDialect::bound);
    }

    String sql(Target target) {
        StringJoiner names = new StringJoiner(", ", " (", ")");
        StringJoiner places = new StringJoiner(", ", " VALUES (", ")");
        StringJoiner updates = new StringJoiner(", ");
        for (Target.TargetColumn column : target.columns()) {
            String name = quote(column.name());
            names.add(name);
            places.add("?");
            if (!target.key().contains(column.name())) {
                updates.add(name + " = excluded." + name);
            }
        }
        String insert = "INSERT INTO " + quote(target.schema()) + "." + quote(target.table()) + names + places;
        if (target.key().isEmpty()) {
            return insert;
        }
        String key = target.key().stream().map(this::quote).collect(Collectors.joining(", "));
        return insert + " ON CONFLICT (" + key + ") DO "
                + (updates.length() == 0 ? "NOTHING" : "UPDATE SET " + updates);
    }

    private static Object bound(Object value) throws SQLException {
        if (value instanceof Double number && number.isNaN() || value instanceof Float single && single.isNaN()) {
            throw new SQLException("NaN (expected: a number, as SQLite would store null)", "22003");
        }
        if (value instanceof Instant moment) {
            String text = PostgresRows.text(moment);
            return text.substring(0, text.indexOf('+'));
        }
        if (value instanceof Float single) {
            return single.doubleValue();
        }
        return value instanceof LocalDate || value instanceof UUID || value instanceof BigDecimal
                ? value.toString()
                : value;
    }
}
