package io.datastream.jdbc;

import java.io.Serializable;
import java.util.List;
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
        int batchRows,
        long batchNanos,
        int networkTimeoutMillis)
        implements Serializable {
    Definition inSchema(String name) {
        return new Definition(table, name, upsert, exact, create, key, batchRows, batchNanos, networkTimeoutMillis);
    }

    Definition creating() {
        return new Definition(table, schema, upsert, exact, true, key, batchRows, batchNanos, networkTimeoutMillis);
    }

    Definition exactlyOnce() {
        return new Definition(table, schema, upsert, true, create, key, batchRows, batchNanos, networkTimeoutMillis);
    }

    Definition keyedBy(List<String> columns) {
        return new Definition(
                table, schema, upsert, exact, create, columns, batchRows, batchNanos, networkTimeoutMillis);
    }

    Definition withBatch(int rows, long nanos) {
        return new Definition(table, schema, upsert, exact, create, key, rows, nanos, networkTimeoutMillis);
    }

    Definition withNetworkTimeout(int millis) {
        return new Definition(table, schema, upsert, exact, create, key, batchRows, batchNanos, millis);
    }

    /** The table's name for messages. */
    String place() {
        return "table \"" + (schema == null ? "" : schema + "\".\"") + table + "\"";
    }
}
