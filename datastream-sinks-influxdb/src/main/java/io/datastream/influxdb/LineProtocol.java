package io.datastream.influxdb;

import io.datastream.codec.CodecException;
import io.datastream.error.OneLine;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes one line: measurement, tags, fields, time. Used by one thread.
 *
 * <p>Names and tag values are escaped by a backslash before what would end them: comma, blank, equals sign. The format has no
 * way to write a line break in them. A backslash of their own escapes what follows at some servers, if that is one of these
 * characters or another backslash, and stands for itself at others; so a value could end earlier than it was meant to. Names
 * and values with either are refused, never changed. Text of fields stands in quotes, where quotes and backslashes are escaped
 * and line breaks may stand.
 */
final class LineProtocol {
    private static final int LONGEST_SHOWN = 60;
    private static final String WRITABLE =
            "no line break, no NUL, and no backslash at the end or before a comma, blank, equals sign or backslash";

    private final StringBuilder line = new StringBuilder(256);
    private final CharsetEncoder utf8 = StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private boolean hasField;

    /** Begins a line. */
    LineProtocol begin(String measurement) {
        line.setLength(0);
        hasField = false;
        checkName("measurement", measurement);
        escape(measurement, false);
        return this;
    }

    /** Adds a tag; one without a value is left out, as the format has none. To be called in the order of names. */
    void tag(String name, @Nullable Object value) {
        if (value == null) {
            return;
        }
        String text = tagText(name, value);
        if (text.isEmpty()) {
            return;
        }
        if (!isWritable(text)) {
            throw new CodecException("tag \"" + name + "\": \"" + show(text) + "\" (expected: " + WRITABLE + ")");
        }
        line.append(',');
        escape(name, true);
        line.append('=');
        escape(text, true);
    }

    private static String tagText(String name, Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof CharSequence
                || value instanceof Character
                || value instanceof Boolean
                || isWhole(value)
                || value instanceof java.util.UUID) {
            return value.toString();
        }
        throw new CodecException("tag \"" + name + "\": of class "
                + value.getClass().getName() + " (expected: a text, a whole number, a boolean, an enum or a UUID)");
    }

    private static boolean isWhole(Object value) {
        return value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte;
    }

    /** Adds a field; one without a value is left out. */
    void field(String name, @Nullable Object value, boolean skipsNan) {
        if (value == null) {
            return;
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (!Double.isFinite(number)) {
                if (skipsNan) {
                    return;
                }
                throw new CodecException(
                        "field \"" + name + "\": " + number + " (expected: a finite number; see" + " leavingOutNaN())");
            }
            begin(name, value.toString());
        } else if (isWhole(value)) {
            begin(name, value.toString());
            line.append('i');
        } else if (value instanceof BigInteger big) {
            if (big.bitLength() >= Long.SIZE) {
                throw new CodecException("field \"" + name + "\": " + show(big.toString()) + " (expected: 64 bits)");
            }
            begin(name, big.toString());
            line.append('i');
        } else if (value instanceof Boolean) {
            begin(name, value.toString());
        } else if (value instanceof CharSequence || value instanceof Character) {
            quote(name, value.toString());
        } else if (value instanceof Enum<?> constant) {
            quote(name, constant.name());
        } else {
            throw new CodecException("field \"" + name + "\": of class "
                    + value.getClass().getName() + " (expected: a number, a boolean, a text or an enum)");
        }
    }

    private void begin(String name, String value) {
        line.append(hasField ? ',' : ' ');
        hasField = true;
        escape(name, true);
        line.append('=').append(value);
    }

    private void quote(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new CodecException("field \"" + name + "\": \"" + show(text) + "\" (expected: no NUL)");
        }
        begin(name, "\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\');
            }
            line.append(c);
        }
        line.append('"');
    }

    /** Ends the line. */
    byte[] end(long time) {
        if (!hasField) {
            throw new CodecException("fields: none has a value (expected: at least one)");
        }
        line.append(' ').append(time);
        try {
            ByteBuffer bytes = utf8.encode(CharBuffer.wrap(line));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw new CodecException("text: half of a surrogate pair (expected: characters of Unicode)", e);
        }
    }

    private void escape(String text, boolean equalsToo) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',' || c == ' ' || (c == '=' && equalsToo)) {
                line.append('\\');
            }
            line.append(c);
        }
    }

    /** @throws CodecException if a line cannot have this name */
    static void checkName(String what, String name) {
        if (name.isEmpty() || !isWritable(name) || name.startsWith("#")) {
            throw new CodecException(
                    what + ": \"" + show(name) + "\" (expected: a name that does not begin with #, " + WRITABLE + ")");
        }
    }

    private static boolean isWritable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r' || c == '\0' || (c == '\\' && isEscapable(text, i + 1))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a backslash before this place could escape what is there. */
    private static boolean isEscapable(String text, int at) {
        return at == text.length() || ", =\\".indexOf(text.charAt(at)) >= 0;
    }

    static String show(String text) {
        return OneLine.of(text, LONGEST_SHOWN);
    }
}
