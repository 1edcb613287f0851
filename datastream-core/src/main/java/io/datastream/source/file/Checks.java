package io.datastream.source.file;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;

/** Checks what sources of folders are told. */
final class Checks {
    private Checks() {}

    static String absolute(String name, Path path) {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException(name + ": " + path + " (expected: one of the default file system)");
        }
        return path.toAbsolutePath().normalize().toString();
    }

    static void glob(String glob) {
        if (glob.isEmpty() || glob.startsWith("/")) {
            throw new IllegalArgumentException(
                    "glob: \"" + glob + "\" (expected: a pattern relative to the folder, such as *.csv)");
        }
        FileSystems.getDefault().getPathMatcher("glob:" + glob); // says itself what is wrong with a pattern
    }

    static String suffix(String suffix) {
        if (suffix.isEmpty()) {
            throw new IllegalArgumentException("suffix: \"\" (expected: the end of a file name, such as .zst)");
        }
        return suffix;
    }

    static void notNegative(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: not negative)");
        }
    }

    static String name(String folder, String glob) {
        Path name = Path.of(folder).getFileName();
        return (name == null ? "" : name) + "/" + glob;
    }
}
