package io.datastream.formats.json;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The short way from bytes to records of whole numbers, fractions, truth values and texts.
 *
 * <p>It reads one object with each component once, in whichever order, though that of the record is fastest: the name
 * that is expected next is compared first. At any surprise (an escape, a byte beyond ASCII, an exponent, many digits,
 * null, an unknown, missing or doubled field, a constructor that throws, anything that is wrong) it gives up without a
 * word, and the same bytes take the way through Jackson, which alone knows errors. Hence what it gives is what Jackson
 * would have given, and every access to the bytes is checked against their length.
 *
 * <p>A fraction of at most 15 digits is a whole number below 2^53 divided by a power of ten of at most 10^22. Both are
 * exact doubles, so the one rounding of the division gives the double nearest to the text (W. D. Clinger, How to read
 * floating point numbers accurately, PLDI 1990).
 */
final class FlatRecords<T> {
    private static final int MOST_DIGITS = 18;
    private static final int MOST_EXACT_DIGITS = 15;
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };
    private static final int MOST_COMPONENTS = 64;

    private enum Kind {
        LONG,
        INT,
        DOUBLE,
        BOOLEAN,
        TEXT
    }

    private static final Map<Class<?>, Kind> KINDS = Map.of(
            long.class, Kind.LONG,
            int.class, Kind.INT,
            double.class, Kind.DOUBLE,
            boolean.class, Kind.BOOLEAN,
            String.class, Kind.TEXT);

    private final Constructor<T> constructor;
    private final byte[][] names;
    private final Kind[] kinds;

    private FlatRecords(Constructor<T> constructor, byte[][] names, Kind[] kinds) {
        this.constructor = constructor;
        this.names = names;
        this.kinds = kinds;
    }

    /** The short way to a type, or null if there is none. */
    static <T> @Nullable FlatRecords<T> of(Class<T> type) {
        if (!type.isRecord() || isAnnotated(type) || type.getDeclaredConstructors().length > 1) {
            return null;
        }
        RecordComponent[] components = type.getRecordComponents();
        byte[][] names = new byte[components.length][];
        Kind[] kinds = new Kind[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            Kind kind = KINDS.get(component.getType());
            String name = component.getName();
            if (kind == null
                    || isAnnotated(component)
                    || isAnnotated(component.getAccessor())
                    || !name.chars().allMatch(c -> c < 128)) {
                return null;
            }
            names[i] = name.getBytes(StandardCharsets.US_ASCII);
            kinds[i] = kind;
            types[i] = component.getType();
        }
        if (components.length == 0 || components.length > MOST_COMPONENTS) {
            return null;
        }
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            boolean free = !isAnnotated(constructor) && constructor.trySetAccessible();
            return free ? new FlatRecords<>(constructor, names, kinds) : null;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type + ": no canonical constructor (expected: a record)", e);
        }
    }

    private static boolean isAnnotated(AnnotatedElement element) {
        for (Annotation annotation : element.getAnnotations()) {
            if (annotation.annotationType().getName().startsWith("com.fasterxml.jackson.")) {
                return true;
            }
        }
        return false;
    }

    /** The value of the bytes, or null if they take the other way. */
    @Nullable
    T decode(byte[] bytes) {
        @Nullable Object[] values = new Object[names.length];
        if (!new Cursor(bytes).read(values)) {
            return null;
        }
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            return null; // Jackson calls it again, and reports what it says
        } catch (InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException(constructor + ": cannot be called", e);
        }
    }

    /** Where reading stands; every method that gives a surprise leaves it anywhere. */
    private final class Cursor {
        private final byte[] bytes;
        private int at;

        Cursor(byte[] bytes) {
            this.bytes = bytes;
        }

        /** Fills in all values; false at a surprise. */
        boolean read(@Nullable Object[] values) {
            if (!take('{')) {
                return false;
            }
            long seen = 0;
            for (int count = 0; count < values.length; count++) {
                if (count > 0 && !take(',')) {
                    return false;
                }
                int component = name(count);
                if (component < 0 || (seen & 1L << component) != 0 || !take(':')) {
                    return false;
                }
                seen |= 1L << component;
                Object value = value(kinds[component]);
                if (value == null) {
                    return false;
                }
                values[component] = value;
            }
            return take('}') && peek() < 0;
        }

        /** The next byte that is not blank, or -1 at the end. */
        private int peek() {
            while (at < bytes.length) {
                byte b = bytes[at];
                if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                    return b & 0xff;
                }
                at++;
            }
            return -1;
        }

        private boolean take(char expected) {
            if (peek() != expected) {
                return false;
            }
            at++;
            return true;
        }

        /** The component whose name stands here, or -1. */
        private int name(int guess) {
            if (!take('"')) {
                return -1;
            }
            if (isName(guess)) {
                return guess;
            }
            for (int i = 0; i < names.length; i++) {
                if (i != guess && isName(i)) {
                    return i;
                }
            }
            return -1;
        }

        /** Passes over a name and its closing quote, if it is this. */
        private boolean isName(int component) {
            byte[] name = names[component];
            int end = at + name.length;
            if (end >= bytes.length || bytes[end] != '"' || !Arrays.equals(bytes, at, end, name, 0, name.length)) {
                return false;
            }
            at = end + 1;
            return true;
        }

        private @Nullable Object value(Kind kind) {
            int first = peek();
            return switch (kind) {
                case TEXT -> first == '"' ? text() : null;
                case BOOLEAN -> truth(first);
                case LONG -> whole(first);
                case INT -> {
                    Long whole = whole(first);
                    yield whole == null || whole.intValue() != whole ? null : (Object) whole.intValue();
                }
                case DOUBLE -> fraction(first);
            };
        }

        private @Nullable String text() {
            int begin = ++at;
            for (int i = begin; i < bytes.length; i++) {
                byte b = bytes[i];
                if (b == '"') {
                    at = i + 1;
                    return new String(bytes, begin, i - begin, StandardCharsets.ISO_8859_1);
                }
                if (b < ' ' || b == '\\') { // bytes beyond ASCII are negative
                    return null;
                }
            }
            return null;
        }

        private @Nullable Boolean truth(int first) {
            if (first == 't' && isWord("true")) {
                return true;
            }
            return first == 'f' && isWord("false") ? false : null;
        }

        private boolean isWord(String word) {
            if (bytes.length - at < word.length()) {
                return false;
            }
            for (int i = 0; i < word.length(); i++) {
                if (bytes[at + i] != word.charAt(i)) {
                    return false;
                }
            }
            at += word.length();
            return true;
        }

        private @Nullable Long whole(int first) {
            boolean negative = first == '-';
            int begin = negative ? at + 1 : at;
            int end = digits(begin);
            if (!isWhole(begin, end) || end - begin > MOST_DIGITS || isNumberPart(end)) {
                return null;
            }
            long value = number(0, begin, end);
            at = end;
            return negative ? -value : value;
        }

        private @Nullable Double fraction(int first) {
            boolean negative = first == '-';
            int begin = negative ? at + 1 : at;
            int point = digits(begin);
            if (!isWhole(begin, point)) {
                return null;
            }
            int end = point;
            int decimals = 0;
            if (point < bytes.length && bytes[point] == '.') {
                end = digits(point + 1);
                decimals = end - point - 1;
                if (decimals == 0) {
                    return null;
                }
            }
            if (point - begin + decimals > MOST_EXACT_DIGITS || isNumberPart(end)) {
                return null;
            }
            long value = number(0, begin, point);
            if (decimals > 0) {
                value = number(value, point + 1, end);
            }
            if (negative && value == 0) {
                return null; // whether that has a sign is for Jackson to say
            }
            at = end;
            double quotient = value / POWERS[decimals];
            return negative ? -quotient : quotient;
        }

        /** Where digits that begin here end. */
        private int digits(int begin) {
            int i = begin;
            while (i < bytes.length && bytes[i] >= '0' && bytes[i] <= '9') {
                i++;
            }
            return i;
        }

        /** Whether digits are there, without a zero in front of others. */
        private boolean isWhole(int begin, int end) {
            return end > begin && (bytes[begin] != '0' || end == begin + 1);
        }

        /** Whether a number goes on here, in a way that is not read here. */
        private boolean isNumberPart(int i) {
            return i < bytes.length && (bytes[i] == '.' || bytes[i] == 'e' || bytes[i] == 'E');
        }

        private long number(long before, int begin, int end) {
            long value = before;
            for (int i = begin; i < end; i++) {
                value = value * 10 + (bytes[i] - '0');
            }
            return value;
        }
    }
}
