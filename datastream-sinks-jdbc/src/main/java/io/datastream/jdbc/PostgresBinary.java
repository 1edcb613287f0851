package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values in PostgreSQL's binary format, which costs neither side the way through text. Each is written as a column's own
 * type reads it: its length, then its bytes. What PostgreSQL has no form for is refused with the code that it uses itself.
 */
@FunctionalInterface
interface PostgresBinary {
    /** Stands where the length of a value would. */
    int NULL = -1;

    /** The numbers of built-in types, which are the same in every database. */
    Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("bool", 16),
            Map.entry("bytea", 17),
            Map.entry("int8", 20),
            Map.entry("int2", 21),
            Map.entry("int4", 23),
            Map.entry("text", 25),
            Map.entry("json", 114),
            Map.entry("float4", 700),
            Map.entry("float8", 701),
            Map.entry("bpchar", 1042),
            Map.entry("varchar", 1043),
            Map.entry("date", 1082),
            Map.entry("timestamptz", 1184),
            Map.entry("numeric", 1700),
            Map.entry("uuid", 2950),
            Map.entry("jsonb", 3802));

    /** Writes a value in the form in which it is bound, without its length. */
    void put(Bytes out, Object value) throws SQLException;

    /** Writes a value with its length before it. */
    default void putField(Bytes out, Object value) throws SQLException {
        int start = out.length();
        out.putInt(0);
        put(out, value);
        out.setInt(start, out.length() - start - Integer.BYTES);
    }

    /** How values are written to a column. */
    static PostgresBinary of(Target.TargetColumn column) {
        String kind = column.actual().kind();
        return column.array()
                ? array(column.type(), kind.substring(0, kind.length() - PostgresDialect.ARRAY.length()))
                : of(column.type(), kind);
    }

    /** Whether the elements of an array can be of this kind: what an array is made of is told by number. */
    static boolean isBuiltIn(String kind) {
        return NUMBERS.containsKey(kind);
    }

    private static PostgresBinary array(ColumnType type, String kind) {
        PostgresBinary element = of(type, kind);
        int number = Objects.requireNonNull(NUMBERS.get(kind));
        return (out, value) -> {
            @Nullable Object[] elements = (@Nullable Object[]) value;
            out.putInt(elements.length == 0 ? 0 : 1); // dimensions
            out.putInt(Arrays.stream(elements).anyMatch(Objects::isNull) ? 1 : 0);
            out.putInt(number);
            if (elements.length > 0) {
                out.putInt(elements.length);
                out.putInt(1); // the index of the first
            }
            for (Object each : elements) {
                if (each == null) {
                    out.putInt(NULL);
                } else {
                    element.putField(out, each);
                }
            }
        };
    }

    /** How values of a type are written to a column, as {@link PostgresDialect#accepts} allows. */
    static PostgresBinary of(ColumnType type, String kind) {
        return switch (type) {
            case TEXT ->
                kind.equals("jsonb")
                        ? (out, value) -> {
                            out.putByte(1); // the version of its format
                            out.putText((String) value);
                        }
                        : (out, value) -> out.putText((String) value);
            case BOOLEAN -> (out, value) -> out.putByte((Boolean) value ? 1 : 0);
            case SMALLINT, INTEGER, BIGINT, REAL, DOUBLE -> number(kind);
            case NUMERIC -> (out, value) -> Decimals.put(out, (BigDecimal) value);
            case TIMESTAMP -> (out, value) -> out.putLong(Times.micros((Instant) value));
            case DATE -> (out, value) -> out.putInt(Times.days((LocalDate) value));
            case UUID ->
                (out, value) -> {
                    out.putLong(((UUID) value).getMostSignificantBits());
                    out.putLong(((UUID) value).getLeastSignificantBits());
                };
            case BYTES -> (out, value) -> out.put((byte[]) value);
        };
    }

    private static PostgresBinary number(String kind) {
        return switch (kind) {
            case "int2" -> (out, value) -> out.putShort(((Number) value).shortValue());
            case "int4" -> (out, value) -> out.putInt(((Number) value).intValue());
            case "int8" -> (out, value) -> out.putLong(((Number) value).longValue());
            case "float4" -> (out, value) -> out.putInt(Float.floatToIntBits(((Number) value).floatValue()));
            case "float8" -> (out, value) -> out.putLong(Double.doubleToLongBits(((Number) value).doubleValue()));
            case "numeric" -> (out, value) -> Decimals.put(out, BigDecimal.valueOf(((Number) value).longValue()));
            default -> throw new IllegalArgumentException("column type: " + kind + " (expected: a number's)");
        };
    }

    /** Times count from the first day of 2000. */
    final class Times {
        private static final long EPOCH_SECONDS = 946_684_800;
        private static final long EPOCH_DAYS = EPOCH_SECONDS / 86_400;
        private static final long MICROS = 1_000_000;

        private Times() {}

        static long micros(Instant moment) throws SQLException {
            try {
                long micros = Math.addExact(
                        Math.multiplyExact(moment.getEpochSecond() - EPOCH_SECONDS, MICROS), moment.getNano() / 1000);
                if (micros != Long.MIN_VALUE && micros != Long.MAX_VALUE) { // these are the infinite ones
                    return micros;
                }
            } catch (ArithmeticException e) {
                throw new SQLException("timestamp out of range: " + moment, "22008", e);
            }
            throw new SQLException("timestamp out of range: " + moment, "22008");
        }

        static int days(LocalDate day) throws SQLException {
            long days = day.toEpochDay() - EPOCH_DAYS;
            if (days <= Integer.MIN_VALUE || days >= Integer.MAX_VALUE) {
                throw new SQLException("date out of range: " + day, "22008");
            }
            return (int) days;
        }
    }

    /** A decimal number is a row of digits from 0 to 9999, of which the weight says where the point is. */
    final class Decimals {
        private static final int DIGITS = 4;
        private static final int MOST_BEFORE_POINT = 131_072;
        private static final int MOST_AFTER_POINT = 16_383;
        private static final int NEGATIVE = 0x4000;

        private Decimals() {}

        static void put(Bytes out, BigDecimal number) throws SQLException {
            BigInteger unscaled = number.unscaledValue();
            int scale = number.scale();
            if (unscaled.signum() == 0) {
                checkRange(number, 0, scale);
                header(out, 0, 0, 0, Math.max(scale, 0));
                return;
            }
            String digits = unscaled.abs().toString();
            long beforePoint = (long) digits.length() - scale;
            checkRange(number, beforePoint, scale);
            int weight = Math.toIntExact(Math.floorDiv(beforePoint + DIGITS - 1, (long) DIGITS) - 1);
            int lead = Math.toIntExact((weight + 1L) * DIGITS - beforePoint); // zeros before the first digit
            int groups = (lead + digits.length() + DIGITS - 1) / DIGITS;
            header(out, groups, weight, unscaled.signum() < 0 ? NEGATIVE : 0, Math.max(scale, 0));
            for (int group = 0; group < groups; group++) {
                int digit = 0;
                for (int at = group * DIGITS - lead; at < (group + 1) * DIGITS - lead; at++) {
                    digit = digit * 10 + (at >= 0 && at < digits.length() ? digits.charAt(at) - '0' : 0);
                }
                out.putShort(digit);
            }
        }

        private static void checkRange(BigDecimal number, long beforePoint, int scale) throws SQLException {
            if (beforePoint > MOST_BEFORE_POINT || scale > MOST_AFTER_POINT) {
                throw new SQLException(
                        "value overflows numeric format: precision " + number.precision() + ", scale " + scale,
                        "22003");
            }
        }

        private static void header(Bytes out, int groups, int weight, int sign, int scale) {
            out.putShort(groups);
            out.putShort(weight);
            out.putShort(sign);
            out.putShort(scale);
        }
    }
}
