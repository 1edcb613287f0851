package io.datastream.source.file;

import io.datastream.file.Uncompressor;
import java.io.Serializable;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;

/** Which files of a folder are looked for, how often, and where it is kept which were found. Immutable. */
final class Watch implements Serializable {
    private static final long serialVersionUID = 1L;

    final String folder; // texts, because a Path is not serializable
    final String glob;
    final String journal;
    final LinkedHashMap<String, Uncompressor> uncompressors;
    final Duration interval;

    private Watch(
            String folder,
            String glob,
            String journal,
            LinkedHashMap<String, Uncompressor> uncompressors,
            Duration interval) {
        this.folder = folder;
        this.glob = glob;
        this.journal = journal;
        this.uncompressors = uncompressors;
        this.interval = interval;
    }

    static Watch of(Path folder, String glob, Path journal, Duration interval) {
        if (glob.isEmpty() || glob.startsWith("/")) {
            throw new IllegalArgumentException(
                    "glob: \"" + glob + "\" (expected: a pattern relative to the folder, such as *.csv)");
        }
        FileSystems.getDefault().getPathMatcher("glob:" + glob); // says itself what is wrong with a pattern
        return new Watch(
                absolute("folder", folder), glob, absolute("journal", journal), new LinkedHashMap<>(), interval);
    }

    private static String absolute(String name, Path path) {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException(name + ": " + path + " (expected: one of the default file system)");
        }
        return path.toAbsolutePath().normalize().toString();
    }

    Watch every(Duration newInterval) {
        notNegative("interval", newInterval);
        return new Watch(folder, glob, journal, uncompressors, newInterval);
    }

    static void notNegative(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: not negative)");
        }
    }

    Watch uncompressing(String suffix, Uncompressor uncompressor) {
        if (suffix.isEmpty()) {
            throw new IllegalArgumentException("suffix: \"\" (expected: the end of a file name, such as .zst)");
        }
        LinkedHashMap<String, Uncompressor> all = new LinkedHashMap<>(uncompressors);
        all.put(suffix, uncompressor);
        return new Watch(folder, glob, journal, all, interval);
    }

    /** The folder's name and the glob, such as {@code incoming/*.csv}. */
    String name() {
        Path name = Path.of(folder).getFileName();
        return (name == null ? "" : name) + "/" + glob;
    }

    @Override
    public String toString() {
        return folder + "/" + glob;
    }
}
