package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A database that the user describes; its tables are looked up by the driver's metadata. */
final class GivenDialect implements Dialect {
    private final JdbcDialect given;

    GivenDialect(JdbcDialect given) {
        this.given = given;
    }

    @Override
    public String product() {
        return given.toString();
    }

    @Override
    public String objection(String identifier) {
        return ""; // the database says it
    }

    @Override
    public String typeName(ColumnType type) {
        return given.typeName(type);
    }

    @Override
    public boolean accepts(ColumnType type, TableShape.ActualColumn column) {
        return given.accepts(type, JDBCType.valueOf(column.kind()));
    }

    @Override
    public String quote(String identifier) {
        return given.quote(identifier);
    }

    @Override
    public @Nullable TableShape find(Connection connection, @Nullable String schema, String table) throws SQLException {
        record Candidate(@Nullable String schema, String name) {}
        DatabaseMetaData data = connection.getMetaData();
        String catalog = connection.getCatalog();
        List<Candidate> candidates = new ArrayList<>();
        String wanted = schema == null ? connection.getSchema() : schema;
        try (ResultSet rows = data.getTables(catalog, escaped(data, wanted), "%", null)) {
            while (rows.next()) {
                candidates.add(new Candidate(rows.getString("TABLE_SCHEM"), rows.getString("TABLE_NAME")));
            }
        }
        Candidate found = TableShape.pick(table, candidates, Candidate::name);
        if (found == null) {
            return null;
        }
        List<String> primaryKey = primaryKey(data, catalog, found.schema(), found.name());
        Set<Set<String>> unique = new LinkedHashSet<>(uniqueKeys(data, catalog, found.schema(), found.name()));
        if (!primaryKey.isEmpty()) {
            unique.add(new LinkedHashSet<>(primaryKey));
        }
        return new TableShape(
                found.schema() == null ? "" : found.schema(),
                found.name(),
                columns(data, catalog, found.schema(), found.name()),
                primaryKey,
                List.copyOf(unique));
    }

    /** A name where metadata take a pattern. */
    private static @Nullable String escaped(DatabaseMetaData data, @Nullable String name) throws SQLException {
        if (name == null) {
            return null;
        }
        String escape = data.getSearchStringEscape();
        return name.replace(escape, escape + escape).replace("_", escape + "_").replace("%", escape + "%");
    }

    private static List<TableShape.ActualColumn> columns(
            DatabaseMetaData data, @Nullable String catalog, @Nullable String schema, String table)
            throws SQLException {
        List<TableShape.ActualColumn> columns = new ArrayList<>();
        try (ResultSet rows = data.getColumns(catalog, escaped(data, schema), escaped(data, table), "%")) {
            while (rows.next()) {
                boolean filled = rows.getString("COLUMN_DEF") != null
                        || "YES".equals(rows.getString("IS_AUTOINCREMENT"))
                        || "YES".equals(rows.getString("IS_GENERATEDCOLUMN"));
                columns.add(new TableShape.ActualColumn(
                        rows.getString("COLUMN_NAME"),
                        rows.getString("TYPE_NAME"),
                        type(rows.getInt("DATA_TYPE")).getName(),
                        rows.getInt("NULLABLE") == DatabaseMetaData.columnNoNulls && !filled));
            }
        }
        return columns;
    }

    /** Numbers of a driver's own count as other types. */
    private static JDBCType type(int number) {
        for (JDBCType type : JDBCType.values()) {
            if (type.getVendorTypeNumber() == number) {
                return type;
            }
        }
        return JDBCType.OTHER;
    }

    private static List<String> primaryKey(
            DatabaseMetaData data, @Nullable String catalog, @Nullable String schema, String table)
            throws SQLException {
        Map<Integer, String> parts = new TreeMap<>();
        try (ResultSet rows = data.getPrimaryKeys(catalog, schema, table)) {
            while (rows.next()) {
                parts.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(parts.values());
    }

    private static List<Set<String>> uniqueKeys(
            DatabaseMetaData data, @Nullable String catalog, @Nullable String schema, String table)
            throws SQLException {
        Map<String, Set<String>> keys = new LinkedHashMap<>();
        try (ResultSet rows = data.getIndexInfo(catalog, schema, table, true, true)) {
            while (rows.next()) {
                String column = rows.getString("COLUMN_NAME");
                if (column != null && rows.getString("FILTER_CONDITION") == null) {
                    keys.computeIfAbsent(rows.getString("INDEX_NAME"), index -> new LinkedHashSet<>())
                            .add(column);
                }
            }
        }
        return List.copyOf(keys.values());
    }

    @Override
    public Rows prepare(Connection connection, Target target) throws SQLException {
        String table = (target.schema().isEmpty() ? "" : quote(target.schema()) + ".") + quote(target.table());
        List<String> columns =
                target.columns().stream().map(column -> quote(column.name())).toList();
        String sql = target.key().isEmpty()
                ? given.insert(table, columns)
                : given.upsert(
                        table, columns, target.key().stream().map(this::quote).toList());
        return new StatementRows(connection, 1, rows -> sql, given::bound);
    }
}
