package io.datastream.fuzz;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.ValueType;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares a record with the tree that Jackson makes of the same JSON, without any mapping of ours. */
final class JsonOracle<T> {
    private static final int DEEPEST = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);

    /** For fractions with exponents that are too large for decimals: they are zero, or infinite, which nothing is read as. */
    private static final ObjectMapper WITHOUT_DECIMALS =
            JSON.copy().disable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final RecordShape<T> shape;

    JsonOracle(Class<T> type) {
        this.shape = RecordShape.of(type);
    }

    void checkValue(byte[] document, List<T> read) throws WrongException {
        check(document, read.get(0));
    }

    /** Compares the records of a file with a value a line. */
    void checkLines(byte[] document, List<T> read) throws WrongException {
        // a character a byte, so that lines are the bytes they are
        String text = new String(document, StandardCharsets.ISO_8859_1);
        List<String> lines = Arrays.stream(
                        text.replaceFirst("^\u00ef\u00bb\u00bf", "").split("\n"))
                .filter(line -> !line.matches("[ \t\r]*"))
                .toList();
        if (lines.size() != read.size()) {
            throw new WrongException(read.size() + " records are read (expected: " + lines.size() + ")");
        }
        for (int i = 0; i < lines.size(); i++) {
            check(lines.get(i).getBytes(StandardCharsets.ISO_8859_1), read.get(i));
        }
    }

    private void check(byte[] document, T read) throws WrongException {
        JsonNode tree;
        try {
            tree = tree(document);
        } catch (JsonProcessingException e) {
            throw new WrongException(read + " is read of what is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new WrongException(read + " is read of what is no JSON: " + e.getMessage(), e);
        }
        checkRecord("", tree, shape, read);
    }

    private static JsonNode tree(byte[] document) throws IOException {
        try {
            return JSON.readTree(document);
        } catch (NumberFormatException e) {
            return WITHOUT_DECIMALS.readTree(document);
        }
    }

    private static void checkRecord(String path, JsonNode node, RecordShape<?> shape, Object record)
            throws WrongException {
        require(node.isObject(), path, node, record);
        for (int i = 0; i < shape.components().size(); i++) {
            RecordShape.Component component = shape.components().get(i);
            JsonNode field = node.has(component.name()) ? node.get(component.name()) : MissingNode.getInstance();
            check(path + "." + component.name(), field, component.type(), shape.get(record, i));
        }
    }

    private static void check(String path, JsonNode node, ValueType type, @Nullable Object value)
            throws WrongException {
        if (value == null) {
            require(node.isNull() || node.isMissingNode(), path, node, null);
            return;
        }
        switch (type.kind()) {
            case RECORD -> checkRecord(path, node, type.shape(), value);
            case LIST -> {
                List<?> list = (List<?>) value;
                require(node.isArray() && node.size() == list.size(), path, node, value);
                for (int i = 0; i < list.size(); i++) {
                    check(path + "[" + i + "]", node.get(i), type.element(), list.get(i));
                }
            }
            case MAP -> {
                Map<?, ?> map = (Map<?, ?>) value;
                require(node.isObject() && node.size() == map.size(), path, node, value);
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    String key = String.valueOf(entry.getKey());
                    require(node.has(key), path, node, value);
                    check(path + "[" + key + "]", node.get(key), type.element(), entry.getValue());
                }
            }
            default -> require(isSame(node, type, value), path, node, value);
        }
    }

    /** Numbers by {@code ==}, as the tree's decimals have no negative zero. */
    private static boolean isSame(JsonNode node, ValueType type, Object value) {
        return switch (type.kind()) {
            case BOOLEAN -> node.isBoolean() && node.booleanValue() == (Boolean) value;
            case BYTE, SHORT, INT, LONG ->
                isFinite(node) && node.decimalValue().compareTo(BigDecimal.valueOf(((Number) value).longValue())) == 0;
            case FLOAT ->
                isFinite(node)
                        ? Float.parseFloat(node.decimalValue().toString()) == (Float) value
                        : node.isTextual() && node.textValue().equals(value.toString());
            case DOUBLE ->
                isFinite(node)
                        ? Double.parseDouble(node.decimalValue().toString()) == (Double) value
                        : node.isTextual() && node.textValue().equals(value.toString());
            case STRING -> node.isTextual() && node.textValue().equals(value);
            case ENUM -> node.isTextual() && node.textValue().equals(((Enum<?>) value).name());
            case INSTANT -> node.isTextual() && value.equals(instant(node.textValue()));
            default -> throw new IllegalStateException(type.kind() + " (expected: a kind this class knows)");
        };
    }

    /** Whether it is a number that has a decimal. */
    private static boolean isFinite(JsonNode node) {
        return node.isNumber() && !(node.isDouble() && Double.isInfinite(node.doubleValue()));
    }

    private static @Nullable Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static void require(boolean same, String path, JsonNode node, @Nullable Object value)
            throws WrongException {
        if (!same) {
            throw new WrongException(
                    path + " is read as " + Objects.toString(value) + " (expected: " + node + ", as it is written)");
        }
    }
}
