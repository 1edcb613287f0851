package io.datastream.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a small file of UTF-8 text. */
final class TextFile {
    private TextFile() {}

    /** The text of the file, without a byte order mark. At most the given number of bytes is read, whatever the file. */
    static String read(String path, int maxBytes) throws UnreadableException {
        byte[] bytes;
        try {
            Path file = Path.of(path);
            if (Files.isDirectory(file)) {
                throw new UnreadableException("a folder");
            }
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(maxBytes + 1);
            }
        } catch (InvalidPathException malformed) {
            throw new UnreadableException("not a path");
        } catch (NoSuchFileException missing) {
            throw new UnreadableException("no such file");
        } catch (AccessDeniedException denied) {
            throw new UnreadableException("not permitted");
        } catch (IOException failed) {
            throw new UnreadableException(failed.toString());
        }
        if (bytes.length > maxBytes) {
            throw new UnreadableException("longer than " + maxBytes + " bytes");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException notUtf8) {
            throw new UnreadableException("not UTF-8");
        }
    }

    /** Says in a few words why a file cannot be read, without its content. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }
}
