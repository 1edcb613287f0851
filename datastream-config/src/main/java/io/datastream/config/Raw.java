package io.datastream.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A value as its source gave it, with the place it came from.
 *
 * @param parts the text, or the elements of a YAML sequence
 * @param sequence whether it was a sequence
 * @param origin for messages: {@code environment WINDOW_SIZE}
 */
record Raw(List<String> parts, boolean sequence, String origin) {
    Raw {
        parts = List.copyOf(parts);
    }

    static Raw text(String text, String origin) {
        return new Raw(List.of(text), false, origin);
    }

    static Raw elements(List<String> elements, String origin) {
        return new Raw(elements, true, origin);
    }

    /** The whole value in one text. */
    String text() {
        return String.join(", ", parts);
    }

    /** What a message shows of the value, with its origin. */
    String found(boolean hidden) {
        return shown(hidden) + " from " + origin;
    }

    private String shown(boolean hidden) {
        if (hidden) {
            return Secret.MASK;
        }
        return sequence
                ? parts.stream().limit(10).map(Text::quote).collect(Collectors.joining(", ", "[", "]"))
                : Text.quote(text());
    }

    @Override
    public String toString() {
        return "value from " + origin; // never the text: it may be a secret
    }
}
