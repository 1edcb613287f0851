package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import java.util.List;

/**
 * Where rows are written, with all names as the database stores them.
 *
 * @param schema the table's schema
 * @param table the table
 * @param columns the columns of a row, in its order
 * @param key names of the columns that identify a row; empty for plain inserts
 */
record Target(String schema, String table, List<TargetColumn> columns, List<String> key) {
    /**
     * A column to bind.
     *
     * @param name name as stored
     * @param type what is bound, or, of an array, what each of its elements is
     * @param array whether it is an array
     * @param actual the column of the table
     */
    record TargetColumn(String name, ColumnType type, boolean array, TableShape.ActualColumn actual) {}

    /** Which columns are part of the key. */
    boolean[] keyMask() {
        boolean[] mask = new boolean[columns.size()];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = key.contains(columns.get(i).name());
        }
        return mask;
    }
}
