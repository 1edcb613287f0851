package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** H2, from version 2. */
final class H2Dialect implements Dialect {
    private static final int LONGEST_NAME = 256;

    @Override
    public String product() {
        return "H2";
    }

    @Override
    public String objection(String identifier) {
        return identifier.length() <= LONGEST_NAME
                ? ""
                : identifier.length() + " characters (expected: at most " + LONGEST_NAME + ", H2's limit)";
    }

    @Override
    public String typeName(ColumnType type) {
        return switch (type) {
            case TEXT -> "CHARACTER VARYING";
            case BOOLEAN -> "BOOLEAN";
            case SMALLINT -> "SMALLINT";
            case INTEGER -> "INTEGER";
            case BIGINT -> "BIGINT";
            case REAL -> "REAL";
            case DOUBLE -> "DOUBLE PRECISION";
            case NUMERIC -> "DECFLOAT(100000)"; // NUMERIC without a scale has none here
            case TIMESTAMP -> "TIMESTAMP(6) WITH TIME ZONE";
            case DATE -> "DATE";
            case UUID -> "UUID";
            case BYTES -> "BINARY VARYING";
        };
    }

    @Override
    public boolean accepts(ColumnType type, TableShape.ActualColumn column) {
        List<String> kinds = switch (type) {
            case TEXT ->
                List.of("CHARACTER VARYING", "CHARACTER", "CHARACTER LARGE OBJECT", "VARCHAR_IGNORECASE", "ENUM");
            case BOOLEAN -> List.of("BOOLEAN");
            case SMALLINT ->
                List.of("SMALLINT", "INTEGER", "BIGINT", "NUMERIC", "DECFLOAT", "REAL", "DOUBLE PRECISION");
            case INTEGER -> List.of("INTEGER", "BIGINT", "NUMERIC", "DECFLOAT", "DOUBLE PRECISION");
            case BIGINT -> List.of("BIGINT", "NUMERIC", "DECFLOAT");
            case REAL -> List.of("REAL", "DOUBLE PRECISION");
            case DOUBLE -> List.of("DOUBLE PRECISION");
            case NUMERIC -> List.of("NUMERIC", "DECFLOAT");
            case TIMESTAMP -> List.of("TIMESTAMP WITH TIME ZONE");
            case DATE -> List.of("DATE");
            case UUID -> List.of("UUID");
            case BYTES -> List.of("BINARY VARYING", "BINARY LARGE OBJECT");
        };
        return kinds.contains(column.kind());
    }

    @Override
    public @Nullable TableShape find(Connection connection, @Nullable String schema, String table) throws SQLException {
        record Candidate(String schema, String name) {}
        List<Candidate> candidates = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT TABLE_SCHEMA, TABLE_NAME"
                + " FROM INFORMATION_SCHEMA.TABLES"
                + " WHERE TABLE_SCHEMA = COALESCE(?, CURRENT_SCHEMA) AND LOWER(TABLE_NAME) = LOWER(?)")) {
            query.setString(1, schema);
            query.setString(2, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    candidates.add(new Candidate(rows.getString(1), rows.getString(2)));
                }
            }
        }
        Candidate found = TableShape.pick(table, candidates, Candidate::name);
        if (found == null) {
            return null;
        }
        List<TableShape.ActualColumn> columns = columns(connection, found.schema(), found.name());
        List<String> primaryKey = new ArrayList<>();
        List<Set<String>> unique = uniqueKeys(connection, found.schema(), found.name(), primaryKey);
        return new TableShape(found.schema(), found.name(), columns, primaryKey, unique);
    }

    /** A database that folds names to lower case does so with the names of types. */
    private static List<TableShape.ActualColumn> columns(Connection connection, String schema, String table)
            throws SQLException {
        List<TableShape.ActualColumn> columns = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT COLUMN_NAME, UPPER(DATA_TYPE),"
                + " IS_NULLABLE = 'NO' AND COLUMN_DEFAULT IS NULL AND IS_IDENTITY = 'NO' AND IS_GENERATED = 'NEVER'"
                + " FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
                + " ORDER BY ORDINAL_POSITION")) {
            query.setString(1, schema);
            query.setString(2, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String type = rows.getString(2);
                    columns.add(new TableShape.ActualColumn(rows.getString(1), type, type, rows.getBoolean(3)));
                }
            }
        }
        return columns;
    }

    private static List<Set<String>> uniqueKeys(
            Connection connection, String schema, String table, List<String> primaryKey) throws SQLException {
        Map<String, Set<String>> keys = new LinkedHashMap<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT i.INDEX_SCHEMA, i.INDEX_NAME,"
                + " i.INDEX_TYPE_NAME, c.COLUMN_NAME FROM INFORMATION_SCHEMA.INDEXES i"
                + " JOIN INFORMATION_SCHEMA.INDEX_COLUMNS c"
                + " ON c.INDEX_SCHEMA = i.INDEX_SCHEMA AND c.INDEX_NAME = i.INDEX_NAME AND c.IS_UNIQUE"
                + " WHERE i.TABLE_SCHEMA = ? AND i.TABLE_NAME = ?"
                + " AND i.INDEX_TYPE_NAME IN ('PRIMARY KEY', 'UNIQUE INDEX')"
                + " ORDER BY i.INDEX_TYPE_NAME, i.INDEX_NAME, c.ORDINAL_POSITION")) {
            query.setString(1, schema);
            query.setString(2, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    keys.computeIfAbsent(rows.getString(1) + "." + rows.getString(2), index -> new LinkedHashSet<>())
                            .add(rows.getString(4));
                    if (rows.getString(3).equals("PRIMARY KEY")) {
                        primaryKey.add(rows.getString(4));
                    }
                }
            }
        }
        return List.copyOf(keys.values());
    }

    @Override
    public Rows prepare(Connection connection, Target target) throws SQLException {
        return new StatementRows(connection, 1, rows -> sql(target), H2Dialect::bound);
    }

    String sql(Target target) {
        StringJoiner names = new StringJoiner(", ");
        StringJoiner places = new StringJoiner(", ");
        for (Target.TargetColumn column : target.columns()) {
            names.add(quote(column.name()));
            places.add("?");
        }
        String into = " INTO " + quote(target.schema()) + "." + quote(target.table()) + " (" + names + ")";
        if (target.key().isEmpty()) {
            return "INSERT" + into + " VALUES (" + places + ")";
        }
        String key = target.key().stream().map(this::quote).collect(Collectors.joining(", "));
        return "MERGE" + into + " KEY (" + key + ") VALUES (" + places + ")";
    }

    private static Object bound(Object value) {
        return value instanceof Instant moment ? moment.atOffset(ZoneOffset.UTC) : value;
    }
}
