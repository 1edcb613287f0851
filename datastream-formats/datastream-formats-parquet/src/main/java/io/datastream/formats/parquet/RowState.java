package io.datastream.formats.parquet;

import io.datastream.error.OneLine;
import org.jspecify.annotations.Nullable;

/** What is known of the row that is being read. The first problem counts; the row is read to its end all the same. */
final class RowState {
    private static final int VALUE_BYTES = 16;
    private static final int LONGEST_MESSAGE = 500;

    private final long maxRowBytes;
    private long bytes;
    private @Nullable Object row;
    private @Nullable String problem;
    private @Nullable Throwable cause;

    RowState(long maxRowBytes) {
        this.maxRowBytes = maxRowBytes;
    }

    void begin() {
        bytes = 0;
        row = null;
        problem = null;
        cause = null;
    }

    void end(@Nullable Object made) {
        row = made;
    }

    @Nullable
    Object row() {
        return row;
    }

    /** Counts what a value costs; a few bytes of a file can stand for any number of values in a row. */
    void spend(int more) {
        bytes += VALUE_BYTES + more;
        if (bytes > maxRowBytes) {
            throw new TooLargeException(maxRowBytes);
        }
    }

    void problem(String path, String message, @Nullable Throwable reason) {
        if (problem == null) {
            String cut = OneLine.of(message, LONGEST_MESSAGE);
            problem = path.isEmpty() ? cut : "column \"" + path + "\": " + cut;
            cause = reason;
        }
    }

    boolean hasProblem() {
        return problem != null;
    }

    String problem() {
        return String.valueOf(problem);
    }

    @Nullable
    Throwable cause() {
        return cause;
    }

    /** A row that takes too much memory, so that the rest of the file cannot be read. */
    static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLargeException(long maxRowBytes) {
            super("a row of more than " + maxRowBytes + " bytes (expected: at most that; see withMaxRowBytes)");
        }
    }
}
