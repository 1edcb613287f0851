package io.datastream.formats.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastream.codec.CodecException;
import io.datastream.codec.record.Decimal;
import io.datastream.codec.record.Kind;
import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.SnakeCase;
import io.datastream.codec.record.ValueType;
import io.datastream.error.OneLine;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the values of one document. */
final class DebeziumValues {
    private static final int LONGEST_VALUE = 60;
    private static final String UNAVAILABLE = "__debezium_unavailable_value";
    private static final String UNAVAILABLE_BYTES = "X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==";
    private static final String DECIMAL = "org.apache.kafka.connect.data.Decimal";
    private static final String ANY_DECIMAL = "io.debezium.data.VariableScaleDecimal";

    private static final Map<String, Double> NO_NUMBERS =
            Map.of("NaN", Double.NaN, "Infinity", Double.POSITIVE_INFINITY, "-Infinity", Double.NEGATIVE_INFINITY);

    private final @Nullable ChronoUnit times;
    private final @Nullable DebeziumDecimals decimals;

    /** Columns whose values were not sent. */
    final Set<String> unavailable = new LinkedHashSet<>();

    DebeziumValues(@Nullable ChronoUnit times, @Nullable DebeziumDecimals decimals) {
        this.times = times;
        this.decimals = decimals;
    }

    <R> R row(RecordShape<R> shape, JsonNode row, @Nullable JsonNode schema, DebeziumPath path) {
        if (!row.isObject()) {
            throw wrong(path, row, "an object");
        }
        List<RecordShape.Component> components = shape.components();
        @Nullable Object[] values = new @Nullable Object[components.size()];
        for (int i = 0; i < values.length; i++) {
            RecordShape.Component component = components.get(i);
            String name = component.name();
            String column = row.has(name) ? name : SnakeCase.of(name);
            JsonNode value = row.path(column);
            DebeziumPath place = path.field(value.isMissingNode() ? name : column);
            boolean isUnavailable = isUnavailable(value);
            if (isUnavailable) {
                unavailable.add(column);
            }
            values[i] = value.isMissingNode() || value.isNull() || isUnavailable
                    ? absent(component.type(), value, place)
                    : value(component.type(), value, DebeziumSchema.field(schema, column), place);
        }
        try {
            return shape.create(values);
        } catch (CodecException e) {
            throw new CodecException(path + ": " + e.getMessage(), e);
        }
    }

    private static boolean isUnavailable(JsonNode value) {
        JsonNode text = value.isArray() && value.size() == 1 ? value.get(0) : value;
        return text.isTextual()
                && (text.textValue().equals(UNAVAILABLE) || text.textValue().equals(UNAVAILABLE_BYTES));
    }

    private static @Nullable Object absent(ValueType type, JsonNode value, DebeziumPath place) {
        if (type.raw().isPrimitive()) {
            throw wrong(place, value, type.kind().expected());
        }
        return null;
    }

    private Object value(ValueType type, JsonNode value, @Nullable JsonNode schema, DebeziumPath place) {
        return switch (type.kind()) {
            case BOOLEAN -> truth(value, place);
            case BYTE -> (byte) whole(type, value, place, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case SHORT -> (short) whole(type, value, place, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT -> (int) whole(type, value, place, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> whole(type, value, place, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> (float) fraction(type, value, place);
            case DOUBLE -> fraction(type, value, place);
            case STRING -> text(value, place, "a text");
            case BYTES -> bytes(value, place);
            case ENUM -> constant(type, value, place);
            case INSTANT, LOCAL_DATE_TIME, LOCAL_TIME, DURATION -> time(type.kind(), value, schema, place);
            case LOCAL_DATE -> date(value, schema, place);
            case UUID -> parsed(value, place, "a UUID", UUID::fromString);
            case DECIMAL -> decimal(type, value, schema, place);
            case LIST -> list(type, value, schema, place);
            case MAP -> map(type, value, schema, place);
            case RECORD -> row(type.shape(), value, schema, place);
        };
    }

    /** MariaDB and MySQL have numbers for it. */
    private static boolean truth(JsonNode value, DebeziumPath place) {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isIntegralNumber() && value.canConvertToInt() && (value.intValue() == 0 || value.intValue() == 1)) {
            return value.intValue() == 1;
        }
        throw wrong(place, value, "true or false, or 1 or 0");
    }

    private static long whole(ValueType type, JsonNode value, DebeziumPath place, long least, long most) {
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw wrong(place, value, type.kind().expected());
        }
        return value.longValue();
    }

    private static double fraction(ValueType type, JsonNode value, DebeziumPath place) {
        if (value.isNumber()) {
            double number = value.doubleValue();
            boolean fits = type.kind() == Kind.DOUBLE || !Float.isInfinite((float) number);
            if (!Double.isInfinite(number) && fits) {
                return number;
            }
        } else if (value.isTextual()) {
            Double other = NO_NUMBERS.get(value.textValue());
            if (other != null) {
                return other;
            }
        }
        throw wrong(place, value, type.kind().expected());
    }

    private static String text(JsonNode value, DebeziumPath place, String expected) {
        if (!value.isTextual()) {
            throw wrong(place, value, expected);
        }
        return value.textValue();
    }

    private static byte[] bytes(JsonNode value, DebeziumPath place) {
        String expected = "bytes in Base64";
        text(value, place, expected);
        try {
            return value.binaryValue();
        } catch (IOException e) {
            throw wrong(place, value, expected, e);
        }
    }

    private static Object constant(ValueType type, JsonNode value, DebeziumPath place) {
        Object[] all = type.raw().getEnumConstants();
        for (Object constant : all) {
            if (value.isTextual() && ((Enum<?>) constant).name().equals(value.textValue())) {
                return constant;
            }
        }
        String names = Arrays.stream(all).map(String::valueOf).collect(Collectors.joining(", "));
        throw wrong(place, value, "one of " + names);
    }

    private Object time(Kind kind, JsonNode value, @Nullable JsonNode schema, DebeziumPath place) {
        if (value.isTextual()) {
            return switch (kind) {
                case INSTANT -> parsed(value, place, "a time such as \"2024-01-31T12:00:00Z\"", DebeziumTimes::instant);
                case LOCAL_DATE_TIME -> parsed(value, place, "a time without zone, or in UTC", DebeziumTimes::dateTime);
                case LOCAL_TIME -> parsed(value, place, "a time of day without zone, or in UTC", DebeziumTimes::time);
                default -> parsed(value, place, "an interval without years and months", DebeziumTimes::duration);
            };
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(place, value, kind.expected());
        }
        ChronoUnit unit = DebeziumTimes.unit(DebeziumSchema.meaning(schema));
        if (unit == null && schema == null) {
            unit = kind == Kind.DURATION ? ChronoUnit.MICROS : times;
        }
        if (unit == null) {
            throw wrong(
                    place,
                    value,
                    kind.expected() + (schema == null ? "; in a document without schema by withTimes()" : ""));
        }
        long number = value.longValue();
        try {
            return switch (kind) {
                case INSTANT -> DebeziumTimes.instant(number, unit);
                case LOCAL_DATE_TIME -> DebeziumTimes.dateTime(number, unit);
                case LOCAL_TIME -> DebeziumTimes.time(number, unit);
                default -> DebeziumTimes.duration(number, unit);
            };
        } catch (DateTimeException e) {
            throw wrong(place, value, kind.expected(), e);
        }
    }

    private static LocalDate date(JsonNode value, @Nullable JsonNode schema, DebeziumPath place) {
        String expected = "a date, as days since 1970 or \"2024-01-31\"";
        if (value.isTextual()) {
            return parsed(value, place, expected, DebeziumTimes::date);
        }
        boolean isDate = schema == null || DebeziumTimes.isDate(DebeziumSchema.meaning(schema));
        if (!isDate || !value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(place, value, expected);
        }
        return LocalDate.ofEpochDay(value.intValue());
    }

    private BigDecimal decimal(ValueType type, JsonNode value, @Nullable JsonNode schema, DebeziumPath place) {
        if (value.isNumber()) {
            return value.decimalValue();
        }
        String meaning = DebeziumSchema.meaning(schema);
        if (value.isObject() && (schema == null || meaning.equals(ANY_DECIMAL))) {
            JsonNode scale = value.path("scale");
            if (!scale.canConvertToInt() || !scale.isIntegralNumber()) {
                throw wrong(place.field("scale"), scale, "a whole number");
            }
            return digits(value.path("value"), scale.intValue(), place.field("value"));
        }
        if (!value.isTextual()) {
            throw wrong(place, value, type.kind().expected());
        }
        if (meaning.equals(DECIMAL) && schema != null) {
            JsonNode scale = schema.path("parameters").path("scale");
            return digits(value, scale.asInt(0), place);
        }
        if (schema != null || decimals == DebeziumDecimals.STRING) {
            return parsed(value, place, type.kind().expected(), BigDecimal::new);
        }
        Decimal scaled = type.decimal();
        if (decimals == null || scaled == null) {
            throw wrong(
                    place,
                    value,
                    type.kind().expected() + "; in a document without schema by "
                            + (decimals == null ? "withDecimals()" : "@Decimal at the component"));
        }
        return digits(value, scaled.scale(), place);
    }

    private static BigDecimal digits(JsonNode value, int scale, DebeziumPath place) {
        byte[] digits = bytes(value, place);
        if (digits.length == 0) {
            throw wrong(place, value, "a decimal number in Base64");
        }
        return new BigDecimal(new BigInteger(digits), scale);
    }

    private List<@Nullable Object> list(ValueType type, JsonNode value, @Nullable JsonNode schema, DebeziumPath place) {
        if (!value.isArray()) {
            throw wrong(place, value, type.kind().expected());
        }
        JsonNode elements = DebeziumSchema.elements(schema, "items");
        List<@Nullable Object> list = new ArrayList<>(value.size());
        for (JsonNode each : value) {
            DebeziumPath at = place.element(list.size());
            list.add(each.isNull() ? null : value(type.element(), each, elements, at));
        }
        return list;
    }

    private Map<String, @Nullable Object> map(
            ValueType type, JsonNode value, @Nullable JsonNode schema, DebeziumPath place) {
        if (!value.isObject()) {
            throw wrong(place, value, type.kind().expected());
        }
        JsonNode elements = DebeziumSchema.elements(schema, "values");
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            JsonNode of = each.getValue();
            String key = each.getKey();
            map.put(key, of.isNull() ? null : value(type.element(), of, elements, place.field(key)));
        }
        return map;
    }

    private static <V> V parsed(JsonNode value, DebeziumPath place, String expected, Function<String, V> parse) {
        try {
            return parse.apply(text(value, place, expected));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw wrong(place, value, expected, e);
        }
    }

    private static CodecException wrong(DebeziumPath place, JsonNode value, String expected) {
        return wrong(place, value, expected, null);
    }

    private static CodecException wrong(
            DebeziumPath place, JsonNode value, String expected, @Nullable Exception cause) {
        String message = place + ": " + found(value) + " (expected: " + expected + ")";
        return cause == null ? new CodecException(message) : new CodecException(message, cause);
    }

    /** A value for people: a short piece of it. */
    static String found(JsonNode value) {
        return switch (value.getNodeType()) {
            case MISSING -> "missing";
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> '"' + OneLine.of(value.textValue(), LONGEST_VALUE) + '"';
            default -> OneLine.of(value.asText(), LONGEST_VALUE);
        };
    }
}
