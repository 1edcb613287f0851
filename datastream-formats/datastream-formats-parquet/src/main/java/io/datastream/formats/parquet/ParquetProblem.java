package io.datastream.formats.parquet;

import io.datastream.codec.CodecException;
import org.jspecify.annotations.Nullable;

/** Something wrong with a value, on its way up to where the whole path to it is known. */
final class ParquetProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_PATH = 200;

    private String path = "";

    ParquetProblem(String message) {
        this(message, null);
    }

    ParquetProblem(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }

    ParquetProblem in(String step) {
        if (path.length() < LONGEST_PATH) {
            path = path.isEmpty() || path.startsWith("[") ? step + path : step + "." + path;
        }
        return this;
    }

    String text() {
        return path.isEmpty() ? String.valueOf(getMessage()) : "column \"" + path + "\": " + getMessage();
    }

    CodecException toCodecException() {
        Throwable cause = getCause();
        return cause == null ? new CodecException(text()) : new CodecException(text(), cause);
    }
}
