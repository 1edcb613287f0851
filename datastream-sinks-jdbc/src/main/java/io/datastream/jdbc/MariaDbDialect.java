package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** MariaDB, from version 10.7, by its own driver. A schema is what MariaDB calls a database. */
final class MariaDbDialect implements Dialect {
    private static final int LONGEST_NAME = 64;
    private static final int ROWS_TOGETHER = 100;
    private static final int MOST_VALUES = 20_000;

    @Override
    public String product() {
        return "MariaDB";
    }

    @Override
    public String objection(String identifier) {
        if (identifier.codePoints().anyMatch(Character::isSupplementaryCodePoint)) {
            return "a character beyond U+FFFF (expected: none, which MariaDB does not take in names)";
        }
        if (identifier.endsWith(" ")) {
            return "a blank at its end (expected: none, which MariaDB does not take)";
        }
        return identifier.length() <= LONGEST_NAME
                ? ""
                : identifier.length() + " characters (expected: at most " + LONGEST_NAME + ", MariaDB's limit)";
    }

    @Override
    public String quote(String identifier) {
        return '`' + identifier.replace("`", "``") + '`';
    }

    @Override
    public String typeName(ColumnType type) {
        return switch (type) {
            case TEXT -> "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";
            case BOOLEAN -> "boolean";
            case SMALLINT -> "smallint";
            case INTEGER -> "int";
            case BIGINT -> "bigint";
            case REAL -> "float";
            case DOUBLE -> "double";
            case NUMERIC -> "decimal(65,20)";
            case TIMESTAMP -> "datetime(6)";
            case DATE -> "date";
            case UUID -> "uuid";
            case BYTES -> "longblob";
        };
    }

    /** Keys must have a length; this collation tells all texts apart, as other databases do. */
    @Override
    public String keyTypeName(ColumnType type) {
        return switch (type) {
            case TEXT -> "varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";
            case BYTES -> "varbinary(255)";
            default -> typeName(type);
        };
    }

    @Override
    public boolean accepts(ColumnType type, TableShape.ActualColumn column) {
        List<String> kinds = switch (type) {
            case TEXT -> List.of("varchar", "char", "tinytext", "text", "mediumtext", "longtext", "enum");
            case BOOLEAN -> List.of("tinyint", "bit");
            case SMALLINT -> List.of("smallint", "mediumint", "int", "bigint", "decimal", "float", "double");
            case INTEGER -> List.of("int", "bigint", "decimal", "double");
            case BIGINT -> List.of("bigint", "decimal");
            case REAL -> List.of("float", "double");
            case DOUBLE -> List.of("double");
            case NUMERIC -> List.of("decimal");
            case TIMESTAMP -> List.of("datetime");
            case DATE -> List.of("date");
            case UUID -> List.of("uuid");
            case BYTES -> List.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");
        };
        return kinds.contains(column.kind());
    }

    /** {@code ON DUPLICATE KEY} does not say which key. */
    @Override
    public boolean replacesByAnyKey() {
        return true;
    }

    @Override
    public @Nullable TableShape find(Connection connection, @Nullable String schema, String table) throws SQLException {
        record Candidate(String schema, String name) {}
        List<Candidate> candidates = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT TABLE_SCHEMA, TABLE_NAME"
                + " FROM information_schema.TABLES"
                + " WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND LOWER(TABLE_NAME) = LOWER(?)")) {
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

    private static List<TableShape.ActualColumn> columns(Connection connection, String schema, String table)
            throws SQLException {
        List<TableShape.ActualColumn> columns = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT COLUMN_NAME, COLUMN_TYPE, LOWER(DATA_TYPE),"
                + " IS_NULLABLE = 'NO' AND COLUMN_DEFAULT IS NULL AND EXTRA NOT LIKE '%auto_increment%'"
                + " AND IS_GENERATED = 'NEVER' FROM information_schema.COLUMNS"
                + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION")) {
            query.setString(1, schema);
            query.setString(2, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    columns.add(new TableShape.ActualColumn(
                            rows.getString(1), rows.getString(2), rows.getString(3), rows.getBoolean(4)));
                }
            }
        }
        return columns;
    }

    private static List<Set<String>> uniqueKeys(
            Connection connection, String schema, String table, List<String> primaryKey) throws SQLException {
        Map<String, Set<String>> keys = new LinkedHashMap<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT INDEX_NAME, COLUMN_NAME"
                + " FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0"
                + " ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX")) {
            query.setString(1, schema);
            query.setString(2, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    keys.computeIfAbsent(rows.getString(1), index -> new LinkedHashSet<>())
                            .add(rows.getString(2));
                    if (rows.getString(1).equals("PRIMARY")) {
                        primaryKey.add(rows.getString(2));
                    }
                }
            }
        }
        return List.copyOf(keys.values());
    }

    @Override
    public Rows prepare(Connection connection, Target target) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // else a value that does not fit is cut, and only warned of
            statement.execute("SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_ALL_TABLES')");
        }
        int together = Math.max(
                1, Math.min(ROWS_TOGETHER, MOST_VALUES / target.columns().size()));
        return new StatementRows(connection, together, rows -> sql(target, rows), MariaDbDialect::bound);
    }

    String sql(Target target, int rows) {
        StringJoiner names = new StringJoiner(", ", " (", ")");
        StringJoiner places = new StringJoiner(", ", "(", ")");
        StringJoiner updates = new StringJoiner(", ");
        for (Target.TargetColumn column : target.columns()) {
            String name = quote(column.name());
            names.add(name);
            places.add("?");
            if (!target.key().contains(column.name())) {
                updates.add(name + " = VALUES(" + name + ")");
            }
        }
        String insert = "INSERT INTO " + quote(target.schema()) + "." + quote(target.table()) + names + " VALUES "
                + (places + ", ").repeat(rows - 1) + places;
        if (target.key().isEmpty()) {
            return insert;
        }
        String unchanged = target.key().stream()
                .limit(1)
                .map(name -> quote(name) + " = " + quote(name))
                .collect(Collectors.joining());
        return insert + " ON DUPLICATE KEY UPDATE " + (updates.length() == 0 ? unchanged : updates);
    }

    private static Object bound(Object value) throws SQLException {
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (!Double.isFinite(number)) {
                throw new SQLException(number + " (expected: a finite number, as MariaDB has no others)", "22003");
            }
            return value;
        }
        if (value instanceof Instant moment) {
            String text = PostgresRows.text(moment); // in UTC, whatever the zone of the session is
            return text.substring(0, text.indexOf('+'));
        }
        return value instanceof LocalDate || value instanceof UUID ? value.toString() : value;
    }

    @Override
    public void beginHeldTransaction(Connection connection, int silenceMillis) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION idle_transaction_timeout = " + Math.max(1, silenceMillis / 1000));
        }
    }
}
