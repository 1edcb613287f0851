package io.datastream.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts rows of results together. Rows with a column {@code i} are numbered in the order of the results. */
final class Rows {
    private final List<Map<String, Object>> rows = new ArrayList<>();

    /** A new row. */
    Map<String, Object> add() {
        Map<String, Object> row = new LinkedHashMap<>();
        rows.add(row);
        return row;
    }

    /** A new row with its number and time. */
    Map<String, Object> addNumbered(long millis) {
        Map<String, Object> row = add();
        row.put("i", (long) rows.size() - 1);
        row.put("ts", millis);
        return row;
    }

    /** Sets a column of all rows, which the results of another pipeline have in the same order. */
    <R> void column(String name, List<Runs.Timed<R>> results, java.util.function.ToDoubleFunction<R> value) {
        for (int i = 0; i < results.size(); i++) {
            Map<String, Object> row =
                    i < rows.size() ? rows.get(i) : addNumbered(results.get(i).millis());
            row.put(name, value.applyAsDouble(results.get(i).value()));
        }
    }

    /** The rows as the main output. */
    Map<String, List<Map<String, Object>>> asOutput() {
        return Map.of("out", rows);
    }

    List<Map<String, Object>> list() {
        return rows;
    }

    /** Fails if a case asks for columns that its operator does not give. */
    static void checkColumns(Case test, Set<String> known) {
        for (String column : test.columns()) {
            if (!known.contains(column)) {
                throw new NotSupportedException("column " + column);
            }
        }
    }
}
