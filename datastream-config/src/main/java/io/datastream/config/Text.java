package io.datastream.config;

/** Makes foreign text fit for one line of a message: no control characters, no endless values. */
final class Text {
    /** Longer texts are cut; a message needs the start of a value to find it, not all of it. */
    static final int MAX_SHOWN = 120;

    private Text() {}

    static String quote(String text) {
        return "\"" + oneLine(text, MAX_SHOWN).replace("\"", "\\\"") + "\"";
    }

    /** The text with control, format and line-separating characters as escapes, cut behind so many characters. */
    static String oneLine(String text, int limit) {
        StringBuilder line = new StringBuilder();
        int at = 0;
        for (int shown = 0; at < text.length() && shown < limit; shown++) {
            int codePoint = text.codePointAt(at);
            at += Character.charCount(codePoint);
            switch (Character.getType(codePoint)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> line.append(escape(codePoint));
                default -> line.appendCodePoint(codePoint);
            }
        }
        return at < text.length() ? line.append("...").toString() : line.toString();
    }

    private static String escape(int codePoint) {
        return switch (codePoint) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format("\\u%04x", codePoint);
        };
    }
}
