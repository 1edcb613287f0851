package io.datastream.error;

/**
 * Foreign text that stays on its line: no name or value of a record can look like another line of a log, move a
 * terminal's cursor or turn the direction of what follows it.
 *
 * <p>Escaped, as {@code \\n}, {@code \\r} or {@code \\u001b}, are control characters but the tab, separators of lines and
 * paragraphs, halves of surrogate pairs that stand alone, and the embeddings, overrides and isolates of direction. All
 * else stays as it is, joined emoji too.
 */
public final class OneLine {
    private OneLine() {}

    /** The whole text. */
    public static String of(String text) {
        return of(text, Integer.MAX_VALUE);
    }

    /** The text, cut after {@code longest} of its code points; "..." says that it was. */
    public static String of(String text, int longest) {
        int plain = 0;
        while (plain < text.length() && plain < longest && isPlainAscii(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        StringBuilder line = new StringBuilder(Math.min(text.length(), longest) + 16).append(text, 0, plain);
        int at = plain;
        for (int shown = plain; at < text.length() && shown < longest; shown++) {
            int codePoint = text.codePointAt(at);
            at += Character.charCount(codePoint);
            if (isPlain(codePoint)) {
                line.appendCodePoint(codePoint);
            } else {
                line.append(escape(codePoint));
            }
        }
        return at < text.length() ? line.append("...").toString() : line.toString();
    }

    private static boolean isPlainAscii(char c) {
        return c >= ' ' && c < 0x7f;
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL -> codePoint == '\t';
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> false;
            case Character.FORMAT -> !turnsDirection(codePoint);
            default -> true;
        };
    }

    private static boolean turnsDirection(int codePoint) {
        return codePoint >= 0x202a && codePoint <= 0x202e || codePoint >= 0x2066 && codePoint <= 0x2069;
    }

    private static String escape(int codePoint) {
        return switch (codePoint) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            default -> String.format("\\u%04x", codePoint);
        };
    }
}
