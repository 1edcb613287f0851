package io.datastream.push;

import io.datastream.codec.CodecException;
import io.datastream.error.OneLine;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one line of line protocol, from left to right. */
final class PointParser {
    private static final int LONGEST_IN_MESSAGE = 100;

    String measurement = "";
    final Map<String, String> tags = new HashMap<>();
    final Map<String, Object> fields = new HashMap<>();
    private final String line;
    private int at;

    PointParser(String line) {
        this.line = line;
    }

    /** Reads the line, and gives the number that is its time; null where there is none. */
    @Nullable
    Long read() {
        measurement = name("measurement", ", ");
        while (take(',')) {
            String tag = name("tag", ",= ");
            expect('=', "tag " + tag);
            if (tags.put(tag, name("tag " + tag, ", ")) != null) {
                throw wrong("tag " + tag, "twice", "each once");
            }
        }
        expect(' ', "fields");
        skipSpaces();
        do {
            String field = name("field", ",= ");
            expect('=', "field " + field);
            if (fields.put(field, value("field " + field)) != null) {
                throw wrong("field " + field, "twice", "each once");
            }
        } while (take(','));
        skipSpaces();
        return at == line.length() ? null : time();
    }

    private Long time() {
        String text = line.substring(at).stripTrailing();
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw wrong("time", text, "a whole number, and nothing after it");
        }
    }

    /** A name or the value of a tag, up to one of the ends; a backslash before one of them, or another, is not part of it. */
    private String name(String what, String ends) {
        StringBuilder name = new StringBuilder();
        while (at < line.length() && ends.indexOf(line.charAt(at)) < 0) {
            char c = line.charAt(at++);
            if (c == '\\' && at < line.length() && ",= \\#".indexOf(line.charAt(at)) >= 0) {
                c = line.charAt(at++);
            }
            name.append(c);
        }
        if (name.isEmpty()) {
            throw wrong(what, "nothing", "text");
        }
        return name.toString();
    }

    private Object value(String what) {
        if (take('"')) {
            return text(what);
        }
        int start = at;
        while (at < line.length() && line.charAt(at) != ',' && line.charAt(at) != ' ') {
            at++;
        }
        String value = line.substring(start, at);
        return switch (value) {
            case "t", "T", "true", "True", "TRUE" -> true;
            case "f", "F", "false", "False", "FALSE" -> false;
            default -> number(what, value);
        };
    }

    private static Object number(String what, String value) {
        try {
            if (value.endsWith("i")) {
                return Long.valueOf(value.substring(0, value.length() - 1));
            }
            if (value.endsWith("u") && !value.startsWith("-")) {
                return Long.valueOf(value.substring(0, value.length() - 1)); // those above 2^63 do not fit
            }
            if (value.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
                double number = Double.parseDouble(value);
                if (Double.isFinite(number)) {
                    return number;
                }
            }
        } catch (NumberFormatException e) {
            // told below, as any other value that is none
        }
        throw wrong(what, value, "a number, 1i, true, false, or a text in quotes");
    }

    private String text(String what) {
        StringBuilder text = new StringBuilder();
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == '"') {
                return text.toString();
            }
            if (c == '\\' && at < line.length() && "\"\\".indexOf(line.charAt(at)) >= 0) {
                c = line.charAt(at++);
            }
            text.append(c);
        }
        throw wrong(what, text.toString(), "a text with a quote at its end, on one line");
    }

    private void skipSpaces() {
        while (take(' ')) {
            // several are as one
        }
    }

    private boolean take(char c) {
        boolean there = at < line.length() && line.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char c, String what) {
        if (!take(c)) {
            String found = at == line.length() ? "the end" : "'" + line.charAt(at) + "'";
            throw wrong(what, found + " at character " + (at + 1), "'" + c + "'");
        }
    }

    static String shorten(String text) {
        return OneLine.of(text, LONGEST_IN_MESSAGE);
    }

    private static CodecException wrong(String what, String value, String expected) {
        return new CodecException(shorten(what) + ": " + shorten(value) + " (expected: " + expected + ")");
    }
}
