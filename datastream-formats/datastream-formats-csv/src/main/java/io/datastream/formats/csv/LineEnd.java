package io.datastream.formats.csv;

/** What is written after each line; when files are read, all line ends are known. */
public enum LineEnd {
    /** A line feed. */
    LF("\n"),
    /** A carriage return and a line feed, as RFC 4180 and some spreadsheets want. */
    CRLF("\r\n");

    private final String text;

    LineEnd(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
