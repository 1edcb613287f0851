package io.datastream.formats.csv;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.datastream.codec.CodecException;
import io.datastream.error.OneLine;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a record in the words of this library. */
final class CsvProblems {
    private static final int LONGEST_VALUE = 60;
    private static final int LONGEST_LIST = 20;

    private CsvProblems() {}

    static CodecException reading(
            Exception problem, CsvColumns columns, CsvSplitter cells, Map<String, JavaType> types, Class<?> type) {
        String property = property(problem);
        Throwable cause = deepest(problem);
        if (property == null) {
            return new CodecException(type.getSimpleName() + ": " + message(cause), problem);
        }
        String subject = "column \"" + property + "\": ";
        JavaType expected = types.get(property);
        int column = columns.column(property);
        if (column < 0 || expected == null) {
            return new CodecException(subject + message(cause), problem);
        }
        if (cause instanceof CsvCellException wrong) {
            return cell(columns, cells, column, wrong);
        }
        if (cause instanceof MismatchedInputException) {
            return new CodecException(
                    subject + found(cells, column) + " (expected: " + expected(expected.getRawClass()) + ")", problem);
        }
        return new CodecException(subject + found(cells, column) + ": " + message(cause), problem);
    }

    static CodecException cell(CsvColumns columns, CsvSplitter cells, int column, CsvCellException wrong) {
        return new CodecException(
                "column \"" + columns.property(column) + "\": " + found(cells, column) + " (expected: "
                        + wrong.getMessage() + ")",
                wrong);
    }

    /** A constructor did not take its values. */
    static CodecException refused(Class<?> type, Throwable reason) {
        return new CodecException(type.getSimpleName() + ": " + message(reason), reason);
    }

    static CodecException writing(Exception problem, Class<?> type) {
        String property = property(problem);
        String subject = property == null ? type.getSimpleName() : "column \"" + property + "\"";
        return new CodecException(subject + ": cannot be written: " + message(deepest(problem)), problem);
    }

    /** A short piece of a cell. */
    static String found(CsvSplitter cells, int column) {
        if (cells.isEmpty(column)) {
            return "empty";
        }
        String text = cells.text(column);
        return text == null ? "bytes that are no UTF-8" : "\"" + cut(text) + "\"";
    }

    /** What a cell of a type that has no scalar looks like. */
    static String expected(Class<?> type) {
        if (!type.isEnum()) {
            return "a " + type.getSimpleName();
        }
        Object[] constants = type.getEnumConstants();
        String names = Arrays.stream(constants)
                .limit(LONGEST_LIST)
                .map(constant -> ((Enum<?>) constant).name())
                .collect(Collectors.joining(", "));
        return "one of " + names + (constants.length > LONGEST_LIST ? ", ..." : "");
    }

    private static @Nullable String property(Exception problem) {
        if (problem instanceof JsonMappingException mapping
                && !mapping.getPath().isEmpty()) {
            return mapping.getPath().get(0).getFieldName();
        }
        return null;
    }

    private static Throwable deepest(Throwable problem) {
        Throwable cause = problem;
        while (cause instanceof JsonMappingException && cause.getCause() != null) {
            boolean own = cause instanceof ValueInstantiationException
                    || cause.getCause() instanceof JsonProcessingException
                    || cause.getClass() == JsonMappingException.class;
            if (!own) {
                break;
            }
            cause = cause.getCause();
        }
        return cause;
    }

    private static String message(Throwable problem) {
        String text =
                problem instanceof JsonProcessingException json ? json.getOriginalMessage() : problem.getMessage();
        return text == null ? problem.getClass().getSimpleName() : OneLine.of(text, 4 * LONGEST_VALUE);
    }

    static String cut(String text) {
        return OneLine.of(text, LONGEST_VALUE);
    }
}
