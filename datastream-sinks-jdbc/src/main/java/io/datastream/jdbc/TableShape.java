package io.datastream.jdbc;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table as it is in the database.
 *
 * @param schema its schema; empty if the database has none
 * @param name its name as stored
 * @param columns its columns
 * @param primaryKey columns of its primary key; empty if it has none
 * @param uniqueKeys columns of each unique index that an upsert can use, the primary key's included
 */
record TableShape(
        String schema, String name, List<ActualColumn> columns, List<String> primaryKey, List<Set<String>> uniqueKeys) {
    /**
     * A column of it.
     *
     * @param name its name as stored
     * @param type its type as the database writes it
     * @param kind the type's bare name, by which dialects decide; of an array, that of its elements and {@code []}
     * @param required whether a row must have a value for it
     */
    record ActualColumn(String name, String type, String kind, boolean required) {}

    /** The column of this name, or, if there is none, the only one whose name differs in case alone. */
    @Nullable
    ActualColumn column(String wanted) {
        return pick(wanted, columns, ActualColumn::name);
    }

    /** The item of this name, or, if there is none, the only one whose name differs in case alone. */
    static <T> @Nullable T pick(String wanted, List<T> items, java.util.function.Function<T, String> name) {
        T close = null;
        int several = 0;
        for (T item : items) {
            if (name.apply(item).equals(wanted)) {
                return item;
            }
            if (name.apply(item).equalsIgnoreCase(wanted)) {
                close = item;
                several++;
            }
        }
        return several == 1 ? close : null;
    }
}
