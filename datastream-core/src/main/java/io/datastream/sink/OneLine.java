package io.datastream.sink;

/** Text that stays on its line of a terminal. */
final class OneLine {
    private OneLine() {}

    /** The text with what would leave the line, or change how it looks, in the form of escapes. */
    static String of(String text) {
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, plain);
        for (int i = plain; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                line.append(c);
            } else {
                line.append(
                        switch (c) {
                            case '\n' -> "\\n";
                            case '\r' -> "\\r";
                            default -> String.format("\\u%04x", (int) c);
                        });
            }
        }
        return line.toString();
    }

    private static boolean isPlain(char c) {
        if (c == '\t') {
            return true;
        }
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && (c < '\u202a' || c > '\u202e') // embeddings and overrides of direction
                && (c < '\u2066' || c > '\u2069'); // isolates
    }
}
