package io.datastream.jdbc;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a sink was told, apart from its columns and its connection.
 *
 * @param table the table
 * @param schema its schema; null for the connection's own
 * @param upsert whether rows replace those of the same key
 * @param exact whether rows appear once, with the pipeline's commit
 * @param create whether to create the table if it does not exist
 * @param key names of the key's columns as given; empty to find them
 * @param json names of the columns whose text is JSON
 * @param hypertable name of the column by whose time TimescaleDB cuts the table; null for a plain table
 * @param batchRows rows that are sent together
 * @param batchNanos how long a row waits for others, while more are coming
 * @param networkTimeoutMillis how long the database may be silent
 */
record Definition(
        String table,
        @Nullable String schema,
        boolean upsert,
        boolean exact,
        boolean create,
        List<String> key,
        Set<String> json,
        @Nullable String hypertable,
        int batchRows,
        long batchNanos,
        int networkTimeoutMillis)
        implements Serializable {
    Definition inSchema(String name) {
        return with(name, exact, create, key, json, hypertable);
    }

    Definition creating() {
        return with(schema, exact, true, key, json, hypertable);
    }

    Definition exactlyOnce() {
        return with(schema, true, create, key, json, hypertable);
    }

    Definition keyedBy(List<String> columns) {
        return with(schema, exact, create, columns, json, hypertable);
    }

    Definition withJson(Set<String> columns) {
        return with(schema, exact, create, key, columns, hypertable);
    }

    Definition asHypertable(String column) {
        return with(schema, exact, create, key, json, column);
    }

    private Definition with(
            @Nullable String newSchema,
            boolean newExact,
            boolean newCreate,
            List<String> newKey,
            Set<String> newJson,
            @Nullable String newHypertable) {
        return new Definition(
                table,
                newSchema,
                upsert,
                newExact,
                newCreate,
                newKey,
                newJson,
                newHypertable,
                batchRows,
                batchNanos,
                networkTimeoutMillis);
    }

    Definition withBatch(int rows, long nanos) {
        return new Definition(
                table, schema, upsert, exact, create, key, json, hypertable, rows, nanos, networkTimeoutMillis);
    }

    Definition withNetworkTimeout(int millis) {
        return new Definition(
                table, schema, upsert, exact, create, key, json, hypertable, batchRows, batchNanos, millis);
    }

    /** The table's name for messages. */
    String place() {
        return "table \"" + (schema == null ? "" : schema + "\".\"") + table + "\"";
    }
}
