package io.datastream.formats.csv;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.NumberInput;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A type whose values fit a cell, and how their text is read.
 *
 * @param parse from a text to a value; throws {@link CsvCellException} or another exception for texts that are none
 * @param expected what such a text looks like
 */
record CsvScalar<V>(Class<V> type, Function<String, ? extends V> parse, String expected) {
    /** No number of this many characters is honest; refusing them bounds the cost of the big types. */
    private static final int LONGEST_NUMBER = 1_000;

    private static final long NANOS = 1_000_000_000L;

    /** All types but texts, enums and those that Jackson knows by itself. */
    static SimpleModule module(boolean emptyAsNaN, @Nullable ChronoUnit epochUnit) {
        SimpleModule module = new SimpleModule("datastream-csv");
        for (CsvScalar<?> scalar : all(epochUnit)) {
            add(module, scalar, emptyAsNaN);
        }
        if (epochUnit != null) {
            module.addSerializer(Instant.class, new EpochWriter(epochUnit));
        }
        return module;
    }

    private static <V> void add(SimpleModule module, CsvScalar<V> scalar, boolean emptyAsNaN) {
        module.addDeserializer(scalar.type, new Reader<>(scalar, emptyAsNaN));
        if (scalar.type.getName().startsWith("java.time.")) {
            module.addSerializer(scalar.type, ToStringSerializer.instance);
        }
    }

    static List<CsvScalar<?>> all(@Nullable ChronoUnit epochUnit) {
        List<CsvScalar<?>> all = new ArrayList<>();
        add(all, byte.class, Byte.class, text -> (byte) whole(text, Byte.MIN_VALUE, Byte.MAX_VALUE), "a whole number");
        add(
                all,
                short.class,
                Short.class,
                text -> (short) whole(text, Short.MIN_VALUE, Short.MAX_VALUE),
                "a whole number");
        add(
                all,
                int.class,
                Integer.class,
                text -> (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE),
                "a whole number");
        add(all, long.class, Long.class, text -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE), "a whole number");
        add(all, float.class, Float.class, CsvScalar::fraction32, "a number");
        add(all, double.class, Double.class, CsvScalar::fraction64, "a number");
        add(all, boolean.class, Boolean.class, CsvScalar::truth, "true or false");
        add(all, char.class, Character.class, CsvScalar::character, "a text of one character");
        all.add(new CsvScalar<>(String.class, text -> text, "a text"));
        all.add(new CsvScalar<>(BigInteger.class, text -> new BigInteger(digits(text, false)), "a whole number"));
        all.add(new CsvScalar<>(BigDecimal.class, text -> new BigDecimal(digits(text, true)), "a number"));
        if (epochUnit == null) {
            time(all, Instant.class, Instant::parse, "a time such as 2024-01-31T12:00:00Z");
        } else {
            String unit = epochUnit.toString().toLowerCase(Locale.ROOT);
            time(
                    all,
                    Instant.class,
                    text -> Instant.EPOCH.plus(whole(text, Long.MIN_VALUE, Long.MAX_VALUE), epochUnit),
                    "a whole number of " + unit + " since 1970");
        }
        all.add(new CsvScalar<>(UUID.class, CsvScalar::uuid, "a UUID"));
        time(all, LocalDate.class, LocalDate::parse, "a date such as 2024-01-31");
        time(all, LocalTime.class, LocalTime::parse, "a time of day such as 12:00:00");
        time(all, LocalDateTime.class, LocalDateTime::parse, "a local time such as 2024-01-31T12:00:00");
        time(all, OffsetDateTime.class, OffsetDateTime::parse, "a time such as 2024-01-31T12:00:00+01:00");
        time(all, ZonedDateTime.class, ZonedDateTime::parse, "a time such as 2024-01-31T12:00:00+01:00");
        time(all, Duration.class, Duration::parse, "a duration such as PT1M30S");
        time(all, Period.class, Period::parse, "a period such as P1M");
        time(all, Year.class, Year::parse, "a year such as 2024");
        time(all, YearMonth.class, YearMonth::parse, "a month such as 2024-01");
        time(all, ZoneId.class, ZoneId::of, "a time zone such as Europe/Berlin");
        time(all, ZoneOffset.class, ZoneOffset::of, "an offset such as +01:00");
        return all;
    }

    private static <V> void add(
            List<CsvScalar<?>> all, Class<V> primitive, Class<V> boxed, Function<String, V> parse, String expected) {
        all.add(new CsvScalar<>(primitive, parse, expected));
        all.add(new CsvScalar<>(boxed, parse, expected));
    }

    /** Jackson's own also takes 22 or 24 characters, as bytes in base64. */
    private static UUID uuid(String text) {
        String written = withoutBlanks(text);
        UUID uuid = UUID.fromString(written);
        if (written.length() != 36) {
            throw new IllegalArgumentException("not of 36 characters");
        }
        return uuid;
    }

    /**
     * A text without the spaces and tabs around it. Line ends, control characters and other white space stay: what has them
     * around it is no number and no name.
     */
    static String withoutBlanks(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static <V> void time(List<CsvScalar<?>> all, Class<V> type, Function<String, V> parse, String expected) {
        all.add(new CsvScalar<>(type, text -> parse.apply(withoutBlanks(text)), expected));
    }

    /**
     * The value of a cell.
     *
     * @param text its text; null for bytes that are no text
     * @throws CsvCellException if it is none
     */
    V read(@Nullable String text) {
        if (text == null) {
            throw new CsvCellException("a text in UTF-8", null);
        }
        try {
            return parse.apply(text);
        } catch (CsvCellException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CsvCellException(expected, e);
        }
    }

    /**
     * The value of a cell without a value.
     *
     * @throws CsvCellException if there is none, because the type is primitive
     */
    @SuppressWarnings("unchecked")
    @Nullable
    V nullValue(boolean emptyAsNaN) {
        if (!type.isPrimitive()) {
            return null;
        }
        if (emptyAsNaN && type == double.class) {
            return (V) Double.valueOf(Double.NaN);
        }
        if (emptyAsNaN && type == float.class) {
            return (V) Float.valueOf(Float.NaN);
        }
        throw new CsvCellException(expected, null);
    }

    private static long whole(String text, long min, long max) {
        String digits = digits(text, false);
        String expected = "a whole number from " + min + " to " + max;
        try {
            long value = Long.parseLong(digits);
            if (value < min || value > max) {
                throw new CsvCellException(expected, null);
            }
            return value;
        } catch (NumberFormatException e) {
            boolean tooManyDigits = digits.length() > 18;
            throw new CsvCellException(tooManyDigits ? expected : "a whole number", e);
        }
    }

    private static double fraction64(String text) {
        String number = withoutBlanks(text);
        return switch (number) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> finite(number);
        };
    }

    private static double finite(String number) {
        double value = NumberInput.parseDouble(digits(number, true), true);
        if (Double.isInfinite(value)) {
            throw new CsvCellException("a number within the range of double", null);
        }
        return value;
    }

    private static float fraction32(String text) {
        double wide = fraction64(text);
        if (Double.isNaN(wide) || Double.isInfinite(wide)) {
            return (float) wide;
        }
        // not by way of double, which would round twice
        float value = NumberInput.parseFloat(withoutBlanks(text), true);
        if (Float.isInfinite(value)) {
            throw new CsvCellException("a number within the range of float", null);
        }
        return value;
    }

    private static boolean truth(String text) {
        return switch (withoutBlanks(text)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither");
        };
    }

    private static char character(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException("not one");
        }
        return text.charAt(0);
    }

    /** The text without blanks around it, if it has only the characters of numbers: parsers of the JDK take more. */
    private static String digits(String text, boolean fraction) {
        String number = withoutBlanks(text);
        if (number.isEmpty() || number.length() > LONGEST_NUMBER) {
            throw new NumberFormatException("length");
        }
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            boolean ok =
                    (c >= '0' && c <= '9') || c == '-' || c == '+' || (fraction && (c == '.' || c == 'e' || c == 'E'));
            if (!ok) {
                throw new NumberFormatException("character");
            }
        }
        return number;
    }

    private static final class Reader<V> extends StdScalarDeserializer<V> {
        private static final long serialVersionUID = 1L;
        private final transient CsvScalar<V> scalar;
        private final boolean emptyAsNaN;

        Reader(CsvScalar<V> scalar, boolean emptyAsNaN) {
            super(scalar.type);
            this.scalar = scalar;
            this.emptyAsNaN = emptyAsNaN;
        }

        @Override
        public V deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return scalar.read(parser.getText());
        }

        @Override
        public @Nullable V getNullValue(DeserializationContext context) {
            return scalar.nullValue(emptyAsNaN);
        }
    }

    private static final class EpochWriter extends StdScalarSerializer<Instant> {
        private static final long serialVersionUID = 1L;
        private final ChronoUnit unit;

        EpochWriter(ChronoUnit unit) {
            super(Instant.class);
            this.unit = unit;
        }

        @Override
        public void serialize(Instant value, JsonGenerator out, SerializerProvider provider) throws IOException {
            // floor, also before 1970; until() would round towards zero
            long perSecond = ChronoUnit.SECONDS.getDuration().dividedBy(unit.getDuration());
            try {
                out.writeNumber(Math.addExact(
                        Math.multiplyExact(value.getEpochSecond(), perSecond), value.getNano() / (NANOS / perSecond)));
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(
                        value + " (expected: a time that fits a number of "
                                + unit.toString().toLowerCase(Locale.ROOT) + ")",
                        e);
            }
        }
    }
}
