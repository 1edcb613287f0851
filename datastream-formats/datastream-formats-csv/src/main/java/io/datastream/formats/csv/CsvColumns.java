package io.datastream.formats.csv;

import io.datastream.codec.CodecException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The columns of a file, and which property of the type each of them is. */
final class CsvColumns {
    private final List<String> names;
    private final List<String> properties;
    private final int[] indexes;

    private CsvColumns(List<String> names, List<String> properties, int[] indexes) {
        this.names = names;
        this.properties = properties;
        this.indexes = indexes;
    }

    /**
     * Finds the properties of columns by their names.
     *
     * @param isShown whether unknown names may be told, which are values where a file has no header
     * @throws CodecException if a property has no column, or a column no property, or two have the same name
     */
    static CsvColumns of(List<String> names, List<String> properties, UnknownColumns unknown, boolean isShown) {
        List<String> problems = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int[] indexes = new int[names.size()];
        for (int i = 0; i < indexes.length; i++) {
            String name = names.get(i);
            indexes[i] = properties.indexOf(name);
            if (indexes[i] >= 0) {
                if (!seen.add(name)) {
                    problems.add("\"" + CsvProblems.cut(name) + "\" occurs twice");
                }
            } else if (unknown == UnknownColumns.REJECT) {
                problems.add((isShown ? "\"" + CsvProblems.cut(name) + "\"" : "column " + (i + 1)) + " is unknown");
            }
        }
        for (String property : properties) {
            if (!seen.contains(property)) {
                problems.add("\"" + property + "\" is missing");
            }
        }
        if (!problems.isEmpty()) {
            String shown = problems.stream().limit(10).collect(Collectors.joining(", "));
            throw new CodecException("columns: " + shown + " (expected: " + String.join(", ", properties) + ")");
        }
        return new CsvColumns(List.copyOf(names), properties, indexes);
    }

    int size() {
        return indexes.length;
    }

    /** The number of a column's property among those of the type, or -1 if the column is passed over. */
    int index(int column) {
        return indexes[column];
    }

    /** The property of a column, or null if it is passed over. */
    @Nullable
    String property(int column) {
        return indexes[column] < 0 ? null : properties.get(indexes[column]);
    }

    /** The column of a property, or -1. */
    int column(String property) {
        for (int i = 0; i < indexes.length; i++) {
            if (property.equals(property(i))) {
                return i;
            }
        }
        return -1;
    }

    /** The names as a list for people. */
    String names() {
        return CsvProblems.cut(String.join(", ", names));
    }
}
