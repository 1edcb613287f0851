package io.datastream.formats.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.datastream.codec.CodecException;
import io.datastream.error.OneLine;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a record in the words of this library. */
final class JsonProblems {
    private static final int LONGEST_VALUE = 60;
    private static final int LONGEST_MESSAGE = 240;
    private static final int LONGEST_LIST = 20;

    /** Where a message names settings of Jackson, which a user of the codec does not have. */
    private static final Pattern HINT = Pattern.compile(", from `[^`]*`|: enable `[^`]*` to allow");

    private final @Nullable ChronoUnit epochUnit;

    JsonProblems(@Nullable ChronoUnit epochUnit) {
        this.epochUnit = epochUnit;
    }

    CodecException writing(IOException problem, JavaType type) {
        String path = problem instanceof JsonMappingException mapping ? path(mapping) : "";
        Throwable cause = deepest(problem);
        return new CodecException(subject(path, type) + ": cannot be written: " + cut(message(cause)), problem);
    }

    CodecException reading(Exception problem, JsonParser outer, JavaType type) {
        if (problem instanceof JsonProcessingException known) {
            return reading(known, outer, type);
        }
        if (problem instanceof IOException) { // bytes that are no text
            return new CodecException(
                    "byte " + position(outer) + ": " + cut(message(problem)) + " (expected: JSON)", problem);
        }
        return new CodecException(type.getRawClass().getSimpleName() + ": " + cut(message(problem)), problem);
    }

    private CodecException reading(JsonProcessingException problem, JsonParser outer, JavaType type) {
        String path = problem instanceof JsonMappingException mapping ? path(mapping) : "";
        Throwable cause = deepest(problem);
        JsonParser parser = problem.getProcessor() instanceof JsonParser used ? used : outer;
        if (cause instanceof InputCoercionException range) {
            return new CodecException(
                    subject(path) + ": " + found(parser) + " (expected: " + inRange(range.getTargetType()) + ")",
                    problem);
        }
        if (cause instanceof StreamReadException malformed) {
            return malformed(problem, malformed, path, outer);
        }
        if (cause instanceof StreamConstraintsException limit) {
            return malformed(problem, limit, path, outer);
        }
        if (cause instanceof MismatchedInputException mismatch) {
            return mismatch(problem, mismatch, path, parser, type);
        }
        if (cause instanceof ValueInstantiationException refused) {
            Throwable reason = refused.getCause() == null ? refused : refused.getCause();
            return new CodecException(subject(path, type) + ": " + cut(message(reason)), problem);
        }
        if (cause instanceof InvalidDefinitionException) {
            return new CodecException(subject(path, type) + ": cannot be read: " + cut(message(cause)), problem);
        }
        return new CodecException(subject(path, type) + ": " + cut(message(cause)), problem);
    }

    private CodecException mismatch(
            Exception problem, MismatchedInputException mismatch, String path, JsonParser parser, JavaType type) {
        if (mismatch instanceof UnrecognizedPropertyException unknown) {
            Collection<Object> known = unknown.getKnownPropertyIds();
            String names = known == null
                    ? ""
                    : list(known.stream().map(String::valueOf).sorted().toList());
            return new CodecException(subject(path) + ": unknown (expected: one of " + names + ")", problem);
        }
        if (mismatch.getTargetType() == null) {
            return new CodecException(subject(path, type) + ": " + cut(message(mismatch)), problem);
        }
        String found = parser.hasToken(JsonToken.FIELD_NAME) ? "field name " + name(parser) : found(parser);
        String expected = expected(mismatch.getTargetType());
        if (mismatch instanceof InvalidFormatException format
                && isInfinite(format.getValue())
                && mismatch.getTargetType() != BigInteger.class) {
            expected += " within the range of " + mismatch.getTargetType().getSimpleName();
        }
        return new CodecException(subject(path) + ": " + found + " (expected: " + expected + ")", problem);
    }

    private static CodecException malformed(
            Exception problem, JsonProcessingException cause, String path, JsonParser parser) {
        String what = cause instanceof JsonEOFException ? "ends too early" : cut(message(cause));
        return new CodecException(place(path, parser) + what + " (expected: JSON)", problem);
    }

    /** What the parser stands at, for people: a short piece of it. */
    static String found(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        try {
            return switch (token) {
                case START_OBJECT -> "an object";
                case START_ARRAY -> "a list";
                case FIELD_NAME -> name(parser);
                case END_OBJECT, END_ARRAY -> "missing";
                case VALUE_STRING -> '"' + OneLine.of(parser.getText(), LONGEST_VALUE) + '"';
                default -> OneLine.of(parser.getText(), LONGEST_VALUE);
            };
        } catch (IOException | RuntimeException e) {
            return "text that cannot be read";
        }
    }

    private static String name(JsonParser parser) {
        try {
            return '"' + OneLine.of(String.valueOf(parser.currentName()), LONGEST_VALUE) + '"';
        } catch (IOException e) {
            return "that cannot be read";
        }
    }

    /** What a value of this type looks like. */
    String expected(Class<?> type) {
        String time = JavaTimes.expected(type, epochUnit);
        if (time != null) {
            return time;
        }
        if (isWhole(type)) {
            return "a whole number";
        }
        if (isFraction(type)) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return "a text";
        }
        if (type == char.class || type == Character.class) {
            return "a text of one character";
        }
        if (type.isEnum()) {
            return "one of "
                    + list(Arrays.stream(type.getEnumConstants())
                            .map(constant -> ((Enum<?>) constant).name())
                            .toList());
        }
        if (type == byte[].class) {
            return "a text in Base64";
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        boolean named = type.getName().startsWith("java.") && !Map.class.isAssignableFrom(type);
        return named ? "a " + type.getSimpleName() : "an object";
    }

    private static boolean isWhole(Class<?> type) {
        return type == long.class
                || type == Long.class
                || type == int.class
                || type == Integer.class
                || type == short.class
                || type == Short.class
                || type == byte.class
                || type == Byte.class
                || type == BigInteger.class;
    }

    private static boolean isFraction(Class<?> type) {
        return type == double.class
                || type == Double.class
                || type == float.class
                || type == Float.class
                || type == BigDecimal.class
                || type == Number.class;
    }

    private static boolean isInfinite(@Nullable Object value) {
        return value instanceof Double wide && wide.isInfinite()
                || value instanceof Float narrow && narrow.isInfinite();
    }

    private String inRange(@Nullable Class<?> type) {
        if (type == null) {
            return "a number in range";
        }
        if (type == int.class || type == Integer.class) {
            return "a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE;
        }
        if (type == long.class || type == Long.class) {
            return "a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE;
        }
        if (type == short.class || type == Short.class) {
            return "a whole number from " + Short.MIN_VALUE + " to " + Short.MAX_VALUE;
        }
        if (type == byte.class || type == Byte.class) {
            return "a whole number from " + Byte.MIN_VALUE + " to " + Byte.MAX_VALUE;
        }
        return expected(type);
    }

    private static String list(Collection<String> names) {
        String text = names.stream().limit(LONGEST_LIST).collect(Collectors.joining(", "));
        return names.size() > LONGEST_LIST ? text + ", ..." : text;
    }

    private static String path(JsonMappingException problem) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : problem.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return cut(path.toString());
    }

    private static String subject(String path) {
        return path.isEmpty() ? "value" : "field \"" + path + "\"";
    }

    private static String subject(String path, JavaType type) {
        return path.isEmpty() ? type.getRawClass().getSimpleName() : subject(path);
    }

    private static String place(String path, JsonParser parser) {
        return (path.isEmpty() ? "" : subject(path) + ", ") + "byte " + position(parser) + ": ";
    }

    private static long position(JsonParser parser) {
        return parser.currentLocation().getByteOffset();
    }

    private static Throwable deepest(Throwable problem) {
        Throwable cause = problem;
        // a mapping exception around another of Jackson's adds only the path, which has been read already
        while (cause.getCause() instanceof JsonProcessingException inner) {
            cause = inner;
        }
        return cause;
    }

    private static String message(Throwable problem) {
        String text =
                problem instanceof JsonProcessingException json ? json.getOriginalMessage() : problem.getMessage();
        return text == null
                ? problem.getClass().getSimpleName()
                : HINT.matcher(text).replaceAll("");
    }

    private static String cut(String message) {
        return OneLine.of(message, LONGEST_MESSAGE);
    }
}
