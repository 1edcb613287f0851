package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** PostgreSQL, from version 12. The catalog is read as such, since the driver's metadata hide domains and enums. */
final class PostgresDialect implements Dialect {
    private static final int LONGEST_NAME_BYTES = 63;
    static final String ARRAY = "[]";

    @Override
    public String product() {
        return "PostgreSQL";
    }

    @Override
    public String objection(String identifier) {
        int bytes = identifier.getBytes(StandardCharsets.UTF_8).length;
        return bytes <= LONGEST_NAME_BYTES
                ? ""
                : bytes + " bytes (expected: at most " + LONGEST_NAME_BYTES + ", PostgreSQL's limit)";
    }

    @Override
    public String typeName(ColumnType type) {
        return switch (type) {
            case TEXT -> "text";
            case BOOLEAN -> "boolean";
            case SMALLINT -> "smallint";
            case INTEGER -> "integer";
            case BIGINT -> "bigint";
            case REAL -> "real";
            case DOUBLE -> "double precision";
            case NUMERIC -> "numeric";
            case TIMESTAMP -> "timestamp(6) with time zone";
            case DATE -> "date";
            case UUID -> "uuid";
            case BYTES -> "bytea";
        };
    }

    @Override
    public String jsonTypeName() {
        return "jsonb";
    }

    @Override
    public boolean acceptsJson(TableShape.ActualColumn column) {
        return column.kind().equals("jsonb") || column.kind().equals("json");
    }

    @Override
    public Hypertables hypertables(Connection connection) {
        return new Hypertables(this, connection);
    }

    @Override
    public String arrayTypeName(ColumnType element) {
        return typeName(element) + "[]";
    }

    @Override
    public boolean acceptsArray(ColumnType element, TableShape.ActualColumn column) {
        String kind = column.kind();
        return kind.endsWith(ARRAY)
                && PostgresBinary.isBuiltIn(kind.substring(0, kind.length() - ARRAY.length()))
                && kinds(element).contains(kind.substring(0, kind.length() - ARRAY.length()));
    }

    @Override
    public boolean accepts(ColumnType type, TableShape.ActualColumn column) {
        return kinds(type).contains(column.kind());
    }

    private static List<String> kinds(ColumnType type) {
        return switch (type) {
            case TEXT -> List.of("text", "varchar", "bpchar", "citext", "json", "jsonb", "enum");
            case BOOLEAN -> List.of("bool");
            case SMALLINT -> List.of("int2", "int4", "int8", "numeric", "float4", "float8");
            case INTEGER -> List.of("int4", "int8", "numeric", "float8");
            case BIGINT -> List.of("int8", "numeric");
            case REAL -> List.of("float4", "float8");
            case DOUBLE -> List.of("float8");
            case NUMERIC -> List.of("numeric");
            case TIMESTAMP -> List.of("timestamptz");
            case DATE -> List.of("date");
            case UUID -> List.of("uuid");
            case BYTES -> List.of("bytea");
        };
    }

    @Override
    public @Nullable TableShape find(Connection connection, @Nullable String schema, String table) throws SQLException {
        record Candidate(long oid, String schema, String name) {}
        List<Candidate> candidates = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT c.oid, n.nspname, c.relname"
                + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = coalesce(?, current_schema()) AND lower(c.relname) = lower(?)"
                + " AND c.relkind IN ('r', 'p', 'v', 'f')")) {
            query.setString(1, schema);
            query.setString(2, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    candidates.add(new Candidate(rows.getLong(1), rows.getString(2), rows.getString(3)));
                }
            }
        }
        Candidate found = TableShape.pick(table, candidates, Candidate::name);
        if (found == null) {
            return null;
        }
        List<TableShape.ActualColumn> columns = columns(connection, found.oid());
        List<String> primaryKey = new ArrayList<>();
        List<Set<String>> unique = uniqueKeys(connection, found.oid(), primaryKey);
        return new TableShape(found.schema(), found.name(), columns, primaryKey, unique);
    }

    private static List<TableShape.ActualColumn> columns(Connection connection, long table) throws SQLException {
        List<TableShape.ActualColumn> columns = new ArrayList<>();
        // a domain counts as the type it is made of, an array as the type of its elements and brackets
        try (PreparedStatement query = connection.prepareStatement("SELECT a.attname,"
                + " pg_catalog.format_type(a.atttypid, a.atttypmod), b.oid::regtype::text,"
                + " CASE WHEN e.oid IS NOT NULL THEN e.typname || '[]' WHEN b.typtype = 'e' THEN 'enum'"
                + " ELSE b.typname END,"
                + " a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''"
                + " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
                + " JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END"
                + " LEFT JOIN pg_catalog.pg_type e ON e.oid = b.typelem AND e.typarray = b.oid"
                + " WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum")) {
            query.setLong(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String kind = rows.getString(4);
                    boolean castByName = kind.equals("enum");
                    columns.add(new TableShape.ActualColumn(
                            rows.getString(1), rows.getString(castByName ? 3 : 2), kind, rows.getBoolean(5)));
                }
            }
        }
        return columns;
    }

    /** Unique indexes that ON CONFLICT can infer from columns alone: no expression, no condition, checked at once. */
    private static List<Set<String>> uniqueKeys(Connection connection, long table, List<String> primaryKey)
            throws SQLException {
        Map<Long, Set<String>> keys = new LinkedHashMap<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT i.indexrelid, i.indisprimary, a.attname FROM pg_catalog.pg_index i"
                        + " CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, n)"
                        + " JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum"
                        + " WHERE i.indrelid = ? AND i.indisunique AND i.indisvalid AND i.indimmediate"
                        + " AND i.indpred IS NULL AND i.indexprs IS NULL AND k.n <= i.indnkeyatts"
                        + " ORDER BY i.indisprimary DESC, i.indexrelid, k.n")) {
            query.setLong(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    keys.computeIfAbsent(rows.getLong(1), index -> new LinkedHashSet<>())
                            .add(rows.getString(3));
                    if (rows.getBoolean(2)) {
                        primaryKey.add(rows.getString(3));
                    }
                }
            }
        }
        return List.copyOf(keys.values());
    }

    @Override
    public Rows prepare(Connection connection, Target target) throws SQLException {
        return target.key().isEmpty() && takesCopy(connection, target)
                ? new PostgresCopy(this, connection, target)
                : new PostgresRows(this, connection, target);
    }

    @Override
    public void beginHeldTransaction(Connection connection, int silenceMillis) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = " + silenceMillis);
            statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
        }
    }

    /**
     * Whether COPY does what INSERT does: into tables, partitioned ones too, without rules or row security. Other drivers
     * than pgjdbc have another way to it.
     */
    private static boolean takesCopy(Connection connection, Target target) throws SQLException {
        if (!connection.getMetaData().getDriverName().equals("PostgreSQL JDBC Driver")) {
            return false;
        }
        try (PreparedStatement query = connection.prepareStatement("SELECT c.relkind IN ('r', 'p')"
                + " AND NOT c.relhasrules AND NOT c.relrowsecurity"
                + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = ? AND c.relname = ?")) {
            query.setString(1, target.schema());
            query.setString(2, target.table());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }
}
