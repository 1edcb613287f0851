package io.datastream.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A CSV file without quotes: a header line and lines of cells.
 *
 * @param columns names of the columns
 * @param rows cells of the lines, as many as there are columns
 */
record Table(List<String> columns, List<List<String>> rows) {
    /** Reads a file. */
    static Table read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty()) {
            throw new IOException(file + ": no lines (expected: a line with the names of the columns)");
        }
        List<String> columns = List.of(lines.get(0).split(",", -1));
        List<List<String>> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            List<String> cells = List.of(lines.get(i).split(",", -1));
            if (cells.size() != columns.size()) {
                throw new IOException(
                        file + ": line " + (i + 1) + ": " + cells.size() + " cells (expected: " + columns.size() + ")");
            }
            rows.add(cells);
        }
        return new Table(columns, rows);
    }

    /** The place of a column; -1 if there is none of that name. */
    int column(String name) {
        return columns.indexOf(name);
    }
}
