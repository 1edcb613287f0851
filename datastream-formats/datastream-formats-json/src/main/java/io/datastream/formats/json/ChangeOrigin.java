package io.datastream.formats.json;

import org.jspecify.annotations.Nullable;

/**
 * Where a change happened.
 *
 * @param connector what read it, such as {@code postgresql}
 * @param database name of the database
 * @param schema name of the schema; null where tables have none
 * @param table name of the table
 * @param isSnapshot whether it comes from reading the table as a whole
 * @param position where it stands in the log of the database: the LSN of PostgreSQL and SQL Server, file, byte and row of
 *     MariaDB and MySQL, the SCN of Oracle; null where none is told
 * @param transaction name of its transaction; null where none is told
 */
public record ChangeOrigin(
        String connector,
        String database,
        @Nullable String schema,
        String table,
        boolean isSnapshot,
        @Nullable String position,
        @Nullable String transaction) {}
