package io.datastream.formats.csv;

import org.jspecify.annotations.Nullable;

/** A cell's text is not what it should be. Without a stack trace: it is always turned into another exception. */
final class CsvCellException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The message says what was expected. */
    CsvCellException(String expected, @Nullable Throwable cause) {
        super(expected, cause, false, false);
    }
}
