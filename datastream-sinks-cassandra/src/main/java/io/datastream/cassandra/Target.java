package io.datastream.cassandra;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.type.DataType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where rows are written.
 *
 * @param columns the columns of a row, in its order
 * @param types the types that the table has for them
 * @param key names of the columns of the primary key
 */
record Target(List<String> columns, List<DataType> types, List<String> key) {
    /** Which columns are part of the key. */
    boolean[] keyMask() {
        boolean[] mask = new boolean[columns.size()];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = key.contains(columns.get(i));
        }
        return mask;
    }

    /** The statement: the columns, the time of writing, and the time to live, if there is one. */
    String insert(Definition definition) {
        return "INSERT INTO " + quote(definition.keyspace()) + "." + quote(definition.table()) + " ("
                + columns.stream().map(Target::quote).collect(Collectors.joining(", ")) + ") VALUES ("
                + "?, ".repeat(columns.size() - 1) + "?) USING TIMESTAMP ?"
                + (definition.timeToLiveSeconds() > 0 ? " AND TTL " + definition.timeToLiveSeconds() : "");
    }

    static String quote(String name) {
        return CqlIdentifier.fromInternal(name).asCql(false);
    }
}
