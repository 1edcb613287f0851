package io.datastream.jdbc.poll;

import io.datastream.codec.CodecException;
import io.datastream.codec.record.Kind;
import io.datastream.codec.record.RecordShape;
import io.datastream.codec.record.ValueType;
import io.datastream.error.OneLine;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a record of the row at which a result stands. */
final class RowReader<T> {
    private static final int LONGEST_VALUE = 60;
    private static final Set<Kind> REFUSED = Set.of(Kind.LIST, Kind.MAP, Kind.RECORD, Kind.DURATION);

    private final RecordShape<T> shape;
    private final List<Column> columns;
    private final int first;

    /**
     * A reader.
     *
     * @param columns those of the components, in their order
     * @param first index of the first one in the result
     */
    RowReader(RecordShape<T> shape, List<Column> columns, int first) {
        this.shape = shape;
        this.columns = columns;
        this.first = first;
    }

    /** Refuses components that no column has. */
    static void check(RecordShape<?> shape) {
        for (RecordShape.Component each : shape.components()) {
            if (REFUSED.contains(each.type().kind())) {
                throw new IllegalArgumentException("component \"" + each.name() + "\": "
                        + each.type().kind().expected()
                        + " (expected: a number, a truth value, a text, bytes, an enum, a time,"
                        + " a date, or a UUID)");
            }
        }
    }

    /** The record; throws a {@link CodecException} if a value does not fit its component. */
    T read(ResultSet row) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(row, first + i, shape.components().get(i).type(), columns.get(i));
        }
        return shape.create(values);
    }

    private static @Nullable Object value(ResultSet row, int at, ValueType type, Column column) throws SQLException {
        Object found = row.getObject(at);
        if (found == null) {
            if (type.raw().isPrimitive() || !type.isNullable()) {
                throw wrong(
                        column, null, type.kind().expected() + "; mark the component @Nullable if it may be missing");
            }
            return null;
        }
        return switch (type.kind()) {
            case BOOLEAN -> truth(found, column);
            case BYTE -> (byte) whole(found, type, column, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case SHORT -> (short) whole(found, type, column, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT -> (int) whole(found, type, column, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> whole(found, type, column, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> number(found, type, column).floatValue();
            case DOUBLE -> number(found, type, column).doubleValue();
            case DECIMAL -> decimal(found, type, column);
            case STRING -> text(row, at, found, column, "a text");
            case BYTES -> bytes(row, at, found, column);
            case ENUM -> constant(text(row, at, found, column, "a name"), type, column);
            case INSTANT -> instant(row, at, found, column);
            case LOCAL_DATE_TIME -> dateTime(row, at, found, column);
            case LOCAL_DATE ->
                column.kind() == Column.Kind.DATE
                        ? row.getObject(at, LocalDate.class)
                        : parsed(found, column, type.kind().expected(), LocalDate::parse);
            case LOCAL_TIME ->
                column.kind() == Column.Kind.TIME_OF_DAY
                        ? row.getObject(at, LocalTime.class)
                        : parsed(found, column, type.kind().expected(), LocalTime::parse);
            case UUID -> found instanceof UUID ? found : parsed(found, column, "a UUID", UUID::fromString);
            case LIST, MAP, RECORD, DURATION -> throw new IllegalStateException(column + ": " + type.kind());
        };
    }

    private static boolean truth(Object found, Column column) {
        if (found instanceof Boolean truth) {
            return truth;
        }
        if (found instanceof Number number && (number.doubleValue() == 0 || number.doubleValue() == 1)) {
            return number.doubleValue() == 1;
        }
        throw wrong(column, found, "true or false, or 1 or 0");
    }

    private static long whole(Object found, ValueType type, Column column, long least, long most) {
        try {
            long value;
            if (found instanceof Long || found instanceof Integer || found instanceof Short || found instanceof Byte) {
                value = ((Number) found).longValue();
            } else if (found instanceof BigInteger big) {
                value = big.longValueExact();
            } else if (found instanceof BigDecimal decimal) {
                value = decimal.longValueExact();
            } else {
                throw wrong(column, found, type.kind().expected());
            }
            if (value >= least && value <= most) {
                return value;
            }
        } catch (ArithmeticException e) {
            throw wrong(column, found, type.kind().expected(), e);
        }
        throw wrong(column, found, type.kind().expected());
    }

    private static Number number(Object found, ValueType type, Column column) {
        if (found instanceof Number number) {
            return number;
        }
        throw wrong(column, found, type.kind().expected());
    }

    private static BigDecimal decimal(Object found, ValueType type, Column column) {
        if (found instanceof BigDecimal decimal) {
            return decimal;
        }
        if (found instanceof BigInteger whole) {
            return new BigDecimal(whole);
        }
        Number number = number(found, type, column);
        double value = number.doubleValue();
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw wrong(column, found, type.kind().expected());
        }
        return found instanceof Double || found instanceof Float
                ? new BigDecimal(number.toString())
                : BigDecimal.valueOf(number.longValue());
    }

    private static String text(ResultSet row, int at, Object found, Column column, String expected)
            throws SQLException {
        boolean isOther = found instanceof Number
                || found instanceof Boolean
                || found instanceof byte[]
                || found instanceof java.util.Date
                || found instanceof TemporalAccessor;
        String text = isOther ? null : row.getString(at);
        if (text == null) {
            throw wrong(column, found, expected);
        }
        return text;
    }

    private static byte[] bytes(ResultSet row, int at, Object found, Column column) throws SQLException {
        byte[] bytes = found instanceof byte[] || found instanceof Blob ? row.getBytes(at) : null;
        if (bytes == null) {
            throw wrong(column, found, "bytes");
        }
        return bytes;
    }

    private static Object constant(String name, ValueType type, Column column) {
        for (Object constant : type.raw().getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        String names = Arrays.stream(type.raw().getEnumConstants())
                .map(each -> ((Enum<?>) each).name())
                .collect(Collectors.joining(", "));
        throw wrong(column, name, "one of " + names);
    }

    private static Instant instant(ResultSet row, int at, Object found, Column column) throws SQLException {
        return switch (column.kind()) {
            case ZONED_TIME -> row.getObject(at, OffsetDateTime.class).toInstant();
            case LOCAL_TIME -> row.getObject(at, LocalDateTime.class).toInstant(ZoneOffset.UTC);
            default ->
                parsed(
                        found,
                        column,
                        "a time",
                        text -> OffsetDateTime.parse(text).toInstant());
        };
    }

    private static LocalDateTime dateTime(ResultSet row, int at, Object found, Column column) throws SQLException {
        return column.kind() == Column.Kind.LOCAL_TIME
                ? row.getObject(at, LocalDateTime.class)
                : parsed(found, column, "a time without zone", LocalDateTime::parse);
    }

    private static <V> V parsed(Object found, Column column, String expected, Function<String, V> parse) {
        if (!(found instanceof String text)) {
            throw wrong(column, found, expected);
        }
        try {
            return parse.apply(text);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw wrong(column, found, expected, e);
        }
    }

    private static CodecException wrong(Column column, @Nullable Object found, String expected) {
        return new CodecException(message(column, found, expected));
    }

    private static CodecException wrong(Column column, Object found, String expected, Exception cause) {
        return new CodecException(message(column, found, expected), cause);
    }

    private static String message(Column column, @Nullable Object found, String expected) {
        String shown = found instanceof byte[] bytes
                ? bytes.length + " bytes"
                : found instanceof String text
                        ? '"' + OneLine.of(text, LONGEST_VALUE) + '"'
                        : OneLine.of(String.valueOf(found), LONGEST_VALUE);
        return "column \"" + OneLine.of(column.name()) + "\" of type " + OneLine.of(column.type()) + ": " + shown
                + " (expected: " + expected + ")";
    }
}
