package io.datastream.fuzz;

import io.datastream.codec.record.Kind;
import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.ValueType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Compares records with the cells of their lines, which are found one character after the other. */
final class CsvOracle<T> {
    private static final char NONE = 0;

    private final RecordShape<T> shape;
    private final char delimiter;
    private final char quote;
    private final char escape;
    private final char comment;
    private final String nullText;

    private CsvOracle(RecordShape<T> shape, char delimiter, char quote, char escape, char comment, String nullText) {
        this.shape = shape;
        this.delimiter = delimiter;
        this.quote = quote;
        this.escape = escape;
        this.comment = comment;
        this.nullText = nullText;
    }

    static <T> CsvOracle<T> of(Class<T> type) {
        return new CsvOracle<>(RecordShape.of(type), ',', '"', NONE, NONE, "");
    }

    static <T> CsvOracle<T> ofDialect(
            Class<T> type, char delimiter, char quote, char escape, char comment, String nullText) {
        return new CsvOracle<>(RecordShape.of(type), delimiter, quote, escape, comment, nullText);
    }

    /** Compares the one record of a line. */
    void checkLine(byte[] document, List<T> read) throws WrongException {
        List<List<Cell>> lines = lines(new String(document, StandardCharsets.UTF_8));
        if (lines.size() != 1) {
            throw new WrongException(read + " is read of " + lines.size() + " lines");
        }
        check(lines.get(0), names(), read.get(0));
    }

    /** Compares the records of a file whose first line names the columns. */
    void checkFile(byte[] document, List<T> read) throws WrongException {
        String text = new String(document, StandardCharsets.UTF_8);
        List<List<Cell>> lines = lines(text.startsWith("\ufeff") ? text.substring(1) : text);
        if (read.size() != Math.max(0, lines.size() - 1)) {
            throw new WrongException(
                    read.size() + " records are read of " + lines.size() + " lines, one of them a header");
        }
        for (int i = 0; i < read.size(); i++) {
            List<String> names =
                    lines.get(0).stream().map(cell -> withoutBlanks(cell.text)).toList();
            check(lines.get(i + 1), names, read.get(i));
        }
    }

    private List<String> names() {
        return shape.components().stream().map(RecordShape.Component::name).toList();
    }

    private void check(List<Cell> cells, List<String> names, T read) throws WrongException {
        if (cells.size() != names.size()) {
            throw new WrongException(read + " is read of " + cells.size() + " cells");
        }
        for (int i = 0; i < shape.components().size(); i++) {
            RecordShape.Component component = shape.components().get(i);
            Object value = shape.get(read, i);
            int column = names.indexOf(component.name());
            if (column < 0 || !isSame(cells.get(column), component.type(), value)) {
                throw new WrongException(component.name() + " is read as " + value + " (expected: "
                        + (column < 0 ? "no column" : cells.get(column).text) + ", as it is written)");
            }
        }
    }

    /** A cell, and whether it stands in quotes. */
    private record Cell(String text, boolean quoted) {}

    private List<List<Cell>> lines(String text) {
        List<List<Cell>> lines = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            char first = text.charAt(i);
            if (isLineEnd(first)) { // an empty line, or the second half of a line end
                i++;
            } else if (comment != NONE && first == comment) {
                while (i < text.length() && !isLineEnd(text.charAt(i))) {
                    i++;
                }
            } else {
                List<Cell> cells = new ArrayList<>();
                i = cells(text, i, cells);
                lines.add(cells);
            }
        }
        return lines;
    }

    /** Finds the cells of a line; gives where it ends. */
    private int cells(String text, int begin, List<Cell> cells) {
        int i = begin;
        while (true) {
            StringBuilder cell = new StringBuilder();
            boolean quoted = i < text.length() && text.charAt(i) == quote;
            i = quoted ? quotedCell(text, i + 1, cell) : plainCell(text, i, cell);
            cells.add(new Cell(cell.toString(), quoted));
            if (i >= text.length() || text.charAt(i) != delimiter) {
                return i;
            }
            i++;
        }
    }

    private int plainCell(String text, int begin, StringBuilder cell) {
        int i = begin;
        while (i < text.length() && text.charAt(i) != delimiter && !isLineEnd(text.charAt(i))) {
            cell.append(text.charAt(i++));
        }
        return i;
    }

    private int quotedCell(String text, int begin, StringBuilder cell) {
        int i = begin;
        while (i < text.length()) {
            char c = text.charAt(i);
            boolean hasNext = i + 1 < text.length();
            if (escape != NONE && c == escape && hasNext || c == quote && hasNext && text.charAt(i + 1) == quote) {
                cell.append(text.charAt(i + 1));
                i += 2;
            } else if (c == quote) {
                return i + 1;
            } else {
                cell.append(c);
                i++;
            }
        }
        return i;
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }

    private boolean isSame(Cell cell, ValueType type, @Nullable Object value) {
        if (value == null) {
            return !cell.quoted && (cell.text.isEmpty() || cell.text.equals(nullText));
        }
        if (type.kind() == Kind.STRING) {
            return value.equals(cell.text);
        }
        String text = withoutBlanks(cell.text);
        return text.equals(text.trim()) && isSame(text, type, value);
    }

    private static boolean isSame(String text, ValueType type, Object value) {
        try {
            return switch (type.kind()) {
                case BOOLEAN -> text.equals(value.toString());
                case INT, LONG -> new BigDecimal(text).compareTo(new BigDecimal(value.toString())) == 0;
                case DOUBLE -> Double.compare(Double.parseDouble(text), (Double) value) == 0;
                case ENUM -> text.equals(((Enum<?>) value).name());
                case INSTANT -> OffsetDateTime.parse(text).toInstant().equals(value);
                case LOCAL_DATE -> LocalDate.parse(text).equals(value);
                case DECIMAL -> new BigDecimal(text).compareTo((BigDecimal) value) == 0;
                case UUID -> UUID.fromString(text).equals(value);
                default -> throw new IllegalStateException(type.kind() + " (expected: a kind this class knows)");
            };
        } catch (IllegalArgumentException | DateTimeException e) { // numbers too
            return false;
        }
    }

    private static String withoutBlanks(String text) {
        return text.replaceAll("^[ \\t]+|[ \\t]+$", "");
    }
}
