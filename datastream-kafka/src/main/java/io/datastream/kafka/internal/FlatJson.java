package io.datastream.kafka.internal;

import java.util.HashMap;
import java.util.Map;

/**
 * Reads texts, numbers and truth values of a JSON object; what is nested is checked and left out. For the few bytes of a
 * token and of a token endpoint's answer, so that no JSON library is needed. Messages never quote what was read.
 */
final class FlatJson {
    private static final int DEEPEST = 32;

    private final String text;
    private int at;

    private FlatJson(String text) {
        this.text = text;
    }

    /**
     * The members of an object: {@code String}, {@code Double} or {@code Boolean}. Those that are null are left out.
     *
     * @throws IllegalArgumentException if the text is no JSON object
     */
    static Map<String, Object> parse(String text) {
        FlatJson json = new FlatJson(text);
        Map<String, Object> members = new HashMap<>();
        json.object(members, 0);
        json.skipSpace();
        if (json.at != text.length()) {
            throw json.wrong("nothing more");
        }
        return members;
    }

    private void object(Map<String, Object> members, int depth) {
        expect('{');
        if (isNext('}')) {
            return;
        }
        do {
            skipSpace();
            String name = string();
            expect(':');
            Object value = value(depth + 1);
            if (value != this) {
                members.put(name, value);
            }
        } while (isNext(','));
        expect('}');
    }

    /** A value; this parser itself for one that is left out. */
    private Object value(int depth) {
        if (depth > DEEPEST) {
            throw wrong("less nesting");
        }
        skipSpace();
        char first = at < text.length() ? text.charAt(at) : ' ';
        return switch (first) {
            case '"' -> string();
            case '{' -> {
                object(new HashMap<>(), depth);
                yield this;
            }
            case '[' -> {
                array(depth);
                yield this;
            }
            default -> word();
        };
    }

    private void array(int depth) {
        expect('[');
        if (isNext(']')) {
            return;
        }
        do {
            value(depth + 1);
        } while (isNext(','));
        expect(']');
    }

    private Object word() {
        int start = at;
        while (at < text.length() && "+-.0123456789abcdefghijklmnopqrstuvwxyzE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> this;
            default -> number(word);
        };
    }

    private Double number(String word) {
        if (!word.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
            throw wrong("a value");
        }
        return Double.valueOf(word);
    }

    private String string() {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            out.append(c == '\\' ? escaped() : c);
        }
        throw wrong("an end of the text");
    }

    private char escaped() {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("a known escape");
        };
    }

    private char unicode() {
        int start = at;
        at = Math.min(text.length(), at + 4);
        String digits = text.substring(start, at);
        if (!digits.matches("[0-9a-fA-F]{4}")) {
            throw wrong("four hexadecimal digits");
        }
        return (char) Integer.parseInt(digits, 16);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean isNext(char wanted) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) {
        if (!isNext(wanted)) {
            throw wrong("'" + wanted + "'");
        }
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("JSON at character " + at + " (expected: " + expected + ")");
    }
}
