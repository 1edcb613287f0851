package io.datastream.conformance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the rows of an output with the expected ones. Rows are matched by key; every expected row must be there once,
 * and no other. An expected row whose cells other than the key and {@code ts} are all empty may be absent. No value is
 * null or NaN; an expected {@code NaN} must be a NaN.
 */
final class Comparison {
    private final Case.Output output;
    private final Table expected;

    Comparison(Case.Output output, Table expected) {
        this.output = output;
        this.expected = expected;
    }

    /** The first difference; empty if there is none. */
    Optional<String> difference(List<Map<String, Object>> actual) {
        Map<List<String>, Map<String, Object>> byKey = new LinkedHashMap<>();
        for (Map<String, Object> row : actual) {
            List<String> key = output.key().stream()
                    .map(column -> String.valueOf(row.get(column)))
                    .toList();
            if (byKey.put(key, row) != null) {
                return Optional.of("row " + key + " twice");
            }
        }
        List<List<String>> wanted = new ArrayList<>();
        for (List<String> row : expected.rows()) {
            List<String> key =
                    output.key().stream().map(column -> cell(row, column)).toList();
            Map<String, Object> found = byKey.get(key);
            if (found != null) {
                wanted.add(key);
                Optional<String> difference = difference(key, row, found);
                if (difference.isPresent()) {
                    return difference;
                }
            } else if (!isEmpty(row)) {
                return Optional.of("row " + key + " is missing");
            }
        }
        return surplusOrOrder(byKey.keySet(), wanted);
    }

    private Optional<String> surplusOrOrder(Set<List<String>> found, List<List<String>> wanted) {
        Set<List<String>> known = new HashSet<>(wanted);
        for (List<String> key : found) {
            if (!known.contains(key)) {
                return Optional.of("row " + key + " is too many");
            }
        }
        if (output.ordered() && !new ArrayList<>(found).equals(wanted)) {
            return Optional.of("rows in another order");
        }
        return Optional.empty();
    }

    private Optional<String> difference(List<String> key, List<String> row, Map<String, Object> found) {
        for (Case.Column column : output.columns()) {
            String wanted = cell(row, column.name());
            Object actual = found.get(column.name());
            if (!isNear(wanted, actual, column)) {
                return Optional.of("row " + key + ", " + column.name() + ": " + actual + " (expected: "
                        + (wanted.isEmpty() ? "none" : wanted) + ")");
            }
        }
        return Optional.empty();
    }

    private String cell(List<String> row, String column) {
        int place = expected.column(column);
        if (place < 0) {
            throw new IllegalStateException(output.file() + ": no column " + column);
        }
        return row.get(place);
    }

    /** Whether a row may be left out: it says nothing. */
    private boolean isEmpty(List<String> row) {
        boolean more = false;
        for (int i = 0; i < row.size(); i++) {
            String column = expected.columns().get(i);
            if (output.key().contains(column)) {
                continue;
            }
            more = true;
            if (!column.equals("ts") && !row.get(i).isEmpty()) {
                return false;
            }
        }
        return more;
    }

    static boolean isNear(String wanted, @Nullable Object actual, Case.Column column) {
        boolean none = actual == null || (actual instanceof Double number && number.isNaN());
        if (wanted.isEmpty()) {
            return none;
        }
        if (none) {
            return wanted.equals("NaN") && actual != null;
        }
        return switch (column.type()) {
            case "string" -> wanted.equals(String.valueOf(actual));
            case "long" -> actual instanceof Number number && number.doubleValue() == Long.parseLong(wanted);
            case "double" ->
                actual instanceof Number number && isNear(Double.parseDouble(wanted), number.doubleValue(), column);
            default ->
                throw new IllegalStateException("type of column " + column.name() + ": " + column.type()
                        + " (expected: long, double or string)");
        };
    }

    private static boolean isNear(double wanted, double actual, Case.Column column) {
        if (!Double.isFinite(wanted) || !Double.isFinite(actual)) {
            return wanted == actual;
        }
        return Math.abs(actual - wanted) <= column.atol() + column.rtol() * Math.abs(wanted);
    }
}
