package io.datastream.source.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file as it was seen in its folder.
 *
 * @param name its path relative to the folder, with {@code /} between its parts
 * @param key what the file system calls it, such as its inode; its name where the file system has no such thing
 * @param modified when it was written last, in milliseconds since the epoch
 */
record FoundFile(String name, Path path, String key, long size, long modified) {
    private static final long YOUNG_MILLIS = 60_000;

    /** What the file system calls a file. */
    static String key(BasicFileAttributes attributes, String name) {
        return attributes.fileKey() == null ? name : attributes.fileKey().toString();
    }

    /** Whether the name still belongs to the same file. */
    boolean isStillThere() throws IOException {
        return key(Files.readAttributes(path, BasicFileAttributes.class), name).equals(key);
    }

    /** Whether it was written to a moment ago, so that what is strange about it may be over soon. */
    boolean isYoung() {
        return System.currentTimeMillis() - modified < YOUNG_MILLIS;
    }
}
