package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import java.io.Serializable;
import java.sql.JDBCType;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * What a sink must know of a database that it does not know by itself: the names of types, and the statement that replaces a
 * row. Everything else it asks the driver, which must be one of JDBC 4.2. See {@link JdbcConnection#withDialect}.
 *
 * <p>It is shipped with the sink, so an enum is a good form for it; {@code toString()} names the database in messages.
 */
public interface JdbcDialect extends Serializable {
    /** The type of a new column, such as {@code double precision}. */
    String typeName(ColumnType type);

    /**
     * The statement that adds a row, or replaces the one with the same key.
     *
     * @param table the table's name, quoted
     * @param columns the columns' names, quoted; the statement has a {@code ?} for each, in this order
     * @param key those of them that identify a row
     */
    String upsert(String table, List<String> columns, List<String> key);

    /**
     * The statement that adds a row. Default: {@code INSERT INTO ... VALUES}.
     *
     * @param table the table's name, quoted
     * @param columns the columns' names, quoted; the statement has a {@code ?} for each, in this order
     */
    default String insert(String table, List<String> columns) {
        return "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES ("
                + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
    }

    /** Whether a column that the driver says is of this type takes all values of a type. Default: by the names of both. */
    default boolean accepts(ColumnType type, JDBCType actual) {
        Set<JDBCType> takers = switch (type) {
            case TEXT ->
                Set.of(
                        JDBCType.CHAR,
                        JDBCType.VARCHAR,
                        JDBCType.LONGVARCHAR,
                        JDBCType.CLOB,
                        JDBCType.NCHAR,
                        JDBCType.NVARCHAR,
                        JDBCType.LONGNVARCHAR,
                        JDBCType.NCLOB);
            case BOOLEAN -> Set.of(JDBCType.BOOLEAN, JDBCType.BIT);
            case SMALLINT ->
                Set.of(JDBCType.SMALLINT, JDBCType.INTEGER, JDBCType.BIGINT, JDBCType.NUMERIC, JDBCType.DECIMAL);
            case INTEGER -> Set.of(JDBCType.INTEGER, JDBCType.BIGINT, JDBCType.NUMERIC, JDBCType.DECIMAL);
            case BIGINT -> Set.of(JDBCType.BIGINT, JDBCType.NUMERIC, JDBCType.DECIMAL);
            case REAL -> Set.of(JDBCType.REAL, JDBCType.FLOAT, JDBCType.DOUBLE);
            case DOUBLE -> Set.of(JDBCType.FLOAT, JDBCType.DOUBLE);
            case NUMERIC -> Set.of(JDBCType.NUMERIC, JDBCType.DECIMAL);
            case TIMESTAMP -> Set.of(JDBCType.TIMESTAMP_WITH_TIMEZONE);
            case DATE -> Set.of(JDBCType.DATE);
            case UUID -> Set.of(JDBCType.OTHER);
            case BYTES -> Set.of(JDBCType.BINARY, JDBCType.VARBINARY, JDBCType.LONGVARBINARY, JDBCType.BLOB);
        };
        return takers.contains(actual);
    }

    /**
     * The form in which the driver takes a value by {@code setObject}.
     *
     * @param value a String, Boolean, Short, Integer, Long, Float, Double, BigDecimal, Instant, LocalDate, UUID or byte[].
     *     Default: an Instant becomes an OffsetDateTime in UTC, and all others stay as they are
     */
    default Object bound(Object value) {
        return value instanceof Instant moment ? moment.atOffset(ZoneOffset.UTC) : value;
    }

    /** An identifier as SQL. Default: within double quotes. */
    default String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
