package io.datastream.formats.csv;

import java.io.Serializable;

/**
 * The characters that are no data.
 *
 * @param escape what takes the meaning from a quote within quotes, or {@link #NONE}
 * @param comment what a line begins with that is no record, or {@link #NONE}
 */
record CsvMarks(char delimiter, char quote, char escape, char comment, LineEnd lineEnd) implements Serializable {
    static final char NONE = 0;

    CsvMarks {
        requireMark("delimiter", delimiter);
        requireMark("quote", quote);
        if (delimiter == quote) {
            throw new IllegalArgumentException("quote: " + quote + " (expected: another character than the delimiter)");
        }
        requireOther("escape", escape, delimiter, quote);
        requireOther("comment", comment, delimiter, quote);
        if (escape != NONE && escape == comment) {
            throw new IllegalArgumentException(
                    "comment: " + comment + " (expected: another character than the escape)");
        }
    }

    private static void requireOther(String name, char mark, char delimiter, char quote) {
        if (mark != NONE) {
            requireMark(name, mark);
            if (mark == delimiter || mark == quote) {
                throw new IllegalArgumentException(
                        name + ": " + mark + " (expected: another character than the delimiter and the quote)");
            }
        }
    }

    private static void requireMark(String name, char mark) {
        boolean printable = mark == '\t' || (mark > ' ' && mark < 127);
        // a number must never need quotes
        if (!printable || Character.isLetterOrDigit(mark) || "+-.".indexOf(mark) >= 0) {
            throw new IllegalArgumentException(
                    String.format("%s: U+%04X (expected: a punctuation mark of ASCII or a tab)", name, (int) mark));
        }
    }

    boolean hasEscape() {
        return escape != NONE;
    }

    boolean hasComment() {
        return comment != NONE;
    }

    CsvMarks withDelimiter(char value) {
        return new CsvMarks(value, quote, escape, comment, lineEnd);
    }

    CsvMarks withQuote(char value) {
        return new CsvMarks(delimiter, value, escape, comment, lineEnd);
    }

    CsvMarks withEscape(char value) {
        return new CsvMarks(delimiter, quote, value, comment, lineEnd);
    }

    CsvMarks withComment(char value) {
        return new CsvMarks(delimiter, quote, escape, value, lineEnd);
    }

    CsvMarks withLineEnd(LineEnd value) {
        return new CsvMarks(delimiter, quote, escape, comment, value);
    }
}
