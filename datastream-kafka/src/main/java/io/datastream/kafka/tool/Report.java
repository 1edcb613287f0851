package io.datastream.kafka.tool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a command has to say: as lines for people, and as one object for machines. */
final class Report {
    private final List<String> lines = new ArrayList<>();
    private final Map<String, @Nullable Object> data = new LinkedHashMap<>();

    /** Adds to the object for machines. */
    Report with(String name, @Nullable Object value) {
        data.put(name, value);
        return this;
    }

    /** Adds a line for people. */
    Report line(String line) {
        lines.add(line);
        return this;
    }

    /**
     * Adds rows to both: a table for people, and objects with the names of the columns for machines.
     *
     * @param name name of the list of objects
     */
    Report rows(String name, List<String> columns, List<? extends List<? extends @Nullable Object>> rows) {
        List<Map<String, @Nullable Object>> objects = new ArrayList<>();
        for (List<? extends @Nullable Object> row : rows) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                object.put(columns.get(i), row.get(i));
            }
            objects.add(object);
        }
        data.put(name, objects);
        if (!rows.isEmpty()) {
            lines.addAll(table(columns, rows));
        }
        return this;
    }

    private static List<String> table(List<String> columns, List<? extends List<? extends @Nullable Object>> rows) {
        int[] widths = new int[columns.size()];
        boolean[] right = new boolean[columns.size()];
        Arrays.fill(right, true);
        for (int i = 0; i < widths.length; i++) {
            widths[i] = columns.get(i).length();
            for (List<? extends @Nullable Object> row : rows) {
                Object cell = row.get(i);
                widths[i] = Math.max(widths[i], text(cell).length());
                right[i] &= cell == null || cell instanceof Number;
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(columns, widths, right));
        rows.forEach(row -> lines.add(line(row, widths, right)));
        return lines;
    }

    private static String line(List<? extends @Nullable Object> cells, int[] widths, boolean[] right) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String text = text(cells.get(i));
            String pad = " ".repeat(widths[i] - text.length());
            line.append(i == 0 ? "" : "  ").append(right[i] ? pad + text : text + pad);
        }
        return line.toString().stripTrailing();
    }

    private static String text(@Nullable Object cell) {
        return cell == null ? "-" : cell.toString().replaceAll("\\p{Cntrl}+", " ");
    }

    List<String> lines() {
        return lines;
    }

    Map<String, @Nullable Object> data() {
        return data;
    }
}
