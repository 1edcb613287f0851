package io.datastream.redis;

import io.datastream.error.OneLine;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text as bytes. */
final class Text {
    private static final int LONGEST_SHOWN = 60;

    private Text() {}

    /**
     * The text as UTF-8. Unlike {@link String#getBytes()}, for which all halves of pairs are the same.
     *
     * @throws IllegalArgumentException if the text holds half of a pair of characters alone
     */
    static byte[] utf8(String text) {
        if (!hasSurrogates(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not text (expected: no half of a pair of characters alone)", e);
        }
    }

    /** A key for messages: its beginning, on one line, so that no key can look like a line of a log. */
    static String shown(String key) {
        return '"' + OneLine.of(key, LONGEST_SHOWN) + '"';
    }

    private static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }
}
