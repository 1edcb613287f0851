package io.datastream.formats.avro;

import io.datastream.codec.CodecException;
import io.datastream.error.Masking;
import io.datastream.error.OneLine;
import org.jspecify.annotations.Nullable;

/** Something wrong with a value, on its way up to where the whole path to it is known. */
final class AvroProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_PATH = 200;
    private static final int LONGEST_MESSAGE = 500;

    private final boolean structural;
    private String path = "";

    private AvroProblem(String message, boolean structural, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.structural = structural;
    }

    /** A value that is understood, but not what is expected: where the next one begins is known. */
    static AvroProblem value(String message) {
        return new AvroProblem(message, false, null);
    }

    static AvroProblem value(String message, Throwable cause) {
        return new AvroProblem(message, false, cause);
    }

    /** Bytes that cannot be understood, nor can what follows them. */
    static AvroProblem structural(String message) {
        return new AvroProblem(message, true, null);
    }

    boolean isStructural() {
        return structural;
    }

    AvroProblem in(String step) {
        if (path.length() < LONGEST_PATH) {
            path = path.isEmpty() || path.startsWith("[") ? step + path : step + "." + path;
        }
        return this;
    }

    /** Without values of a record of this type that are masked. */
    CodecException toCodecException(Class<?> type) {
        return Masking.masked(toCodecException(), type);
    }

    CodecException toCodecException() {
        String shown = OneLine.of(String.valueOf(getMessage()), LONGEST_MESSAGE);
        String placed = path.isEmpty() ? shown : "field \"" + path + "\": " + shown;
        Throwable cause = getCause();
        return cause == null ? new CodecException(placed) : new CodecException(placed, cause);
    }
}
