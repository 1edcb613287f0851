package io.datastream.source;

import io.datastream.codec.FileFormat;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A bounded source of one or more files. Each file is one partition, read from its beginning to its end, and named by
 * its file name (by its path where two files have the same name).
 *
 * <p>The position of a record is its number in its file, from 0; malformed records count. Reading from a position
 * reads and drops the records before it. The log's time of all records of a file is the moment it was opened, so that
 * records of the past are never too far ahead of it.
 *
 * <p>A file that is compressed with gzip is recognized by its name, which ends in {@code .gz}, or by its first bytes;
 * it may consist of several members.
 *
 * <p>Files are looked at when a partition is opened, not when the source is made, which may happen on another machine.
 * A missing or unreadable file, a header the format refuses, a truncated or damaged gzip file and a position beyond the
 * end are {@link SourceException}s that no retry can help.
 *
 * @param <T> the records
 */
public final class FileSource<T> implements ReadableSource<T> {
    private static final long serialVersionUID = 1L;

    private final ArrayList<String> paths;
    private final FileFormat<T> format;

    private FileSource(List<Path> paths, FileFormat<T> format) {
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("paths: none (expected: at least one)");
        }
        this.paths = new ArrayList<>(); // texts, because a Path is not serializable
        for (Path path : paths) {
            if (path.getFileSystem() != FileSystems.getDefault() || path.getFileName() == null) {
                throw new IllegalArgumentException("path: " + path + " (expected: a file of the default file system)");
            }
            if (this.paths.contains(path.toString())) {
                throw new IllegalArgumentException("path: " + path + " (expected: each file once)");
            }
            this.paths.add(path.toString());
        }
        this.format = format;
    }

    /** One file. */
    public static <T> FileSource<T> of(Path path, FileFormat<T> format) {
        return new FileSource<>(List.of(path), format);
    }

    /** Several files, each with its own order. */
    public static <T> FileSource<T> of(List<Path> paths, FileFormat<T> format) {
        return new FileSource<>(paths, format);
    }

    /** The name of the file; of several, that of the first and how many more there are. */
    @Override
    public String name() {
        String first = fileName(0);
        return paths.size() == 1 ? first : first + "+" + (paths.size() - 1);
    }

    @Override
    public int partitions() {
        return paths.size();
    }

    @Override
    public String partitionName(int partition) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < paths.size(); i++) {
            if (!names.add(fileName(i))) {
                return paths.get(partition);
            }
        }
        return fileName(partition);
    }

    @Override
    public boolean isBounded() {
        return true;
    }

    @Override
    public SourceReader<T> open(int partition, long position) {
        Path path = Path.of(paths.get(partition)).toAbsolutePath();
        return FileSourceReader.open(path, partitionName(partition), format, position);
    }

    private String fileName(int partition) {
        return String.valueOf(Path.of(paths.get(partition)).getFileName());
    }

    @Override
    public String toString() {
        return "FileSource" + paths;
    }
}
