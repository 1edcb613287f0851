package io.datastream.source;

import io.datastream.codec.FileFormat;
import io.datastream.file.FileStore;
import io.datastream.file.Uncompressor;
import io.datastream.function.Fn;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bounded source of one or more files. Each file is one partition, read from its beginning to its end, and named by
 * its file name (by its path where two files have the same name).
 *
 * <p>The position of a record is its number in its file, from 0; malformed records count. Reading from a position
 * reads and drops the records before it. The log's time of all records of a file is the moment it was opened, so that
 * records of the past are never too far ahead of it.
 *
 * <p>A file that is compressed with gzip is recognized by its name, which ends in {@code .gz}, or by its first bytes;
 * it may consist of several members. Other compressions are recognized by their names: {@link #uncompressing}.
 *
 * <p>Since each file is a partition with a watermark of its own, files of different times wait for one another: what is read of
 * the later ones lies in the memory of steps that need order until the earlier ones have come so far. {@link #mergedBy} reads
 * them in the order of their times instead.
 *
 * <p>Files are looked at when a partition is opened, not when the source is made, which may happen on another machine.
 * A missing or unreadable file, a header the format refuses, a truncated or damaged gzip file and a position beyond the
 * end are {@link SourceException}s that no retry can help.
 *
 * @param <T> the records
 */
public final class FileSource<T> implements ReadableSource<T> {
    private static final long serialVersionUID = 1L;

    private final @Nullable FileStore store;
    private final ArrayList<String> paths;
    private final FileFormat<T> format;
    private final LinkedHashMap<String, Uncompressor> uncompressors;

    private FileSource(
            @Nullable FileStore store,
            List<String> paths,
            FileFormat<T> format,
            Map<String, Uncompressor> uncompressors) {
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("paths: none (expected: at least one)");
        }
        this.store = store;
        this.paths = new ArrayList<>();
        for (String path : paths) {
            if (this.paths.contains(path)) {
                throw new IllegalArgumentException("path: " + path + " (expected: each file once)");
            }
            this.paths.add(path);
        }
        this.format = format;
        this.uncompressors = new LinkedHashMap<>(uncompressors);
    }

    /** One file. */
    public static <T> FileSource<T> of(Path path, FileFormat<T> format) {
        return of(List.of(path), format);
    }

    /** Several files, each with its own order. */
    public static <T> FileSource<T> of(List<Path> paths, FileFormat<T> format) {
        List<String> texts = new ArrayList<>(); // because a Path is not serializable
        for (Path path : paths) {
            if (path.getFileSystem() != FileSystems.getDefault() || path.getFileName() == null) {
                throw new IllegalArgumentException(
                        "path: " + path + " (expected: a file of the default file system; see FileStore for others)");
            }
            texts.add(path.toString());
        }
        return new FileSource<>(null, texts, format, Map.of());
    }

    /** One file of another file system, as the store writes its path. */
    public static <T> FileSource<T> of(FileStore store, String path, FileFormat<T> format) {
        return of(store, List.of(path), format);
    }

    /** Several files of another file system, each with its own order. */
    public static <T> FileSource<T> of(FileStore store, List<String> paths, FileFormat<T> format) {
        for (String path : paths) {
            if (path.isEmpty() || path.endsWith("/")) {
                throw new IllegalArgumentException("path: \"" + path + "\" (expected: that of a file)");
            }
        }
        return new FileSource<>(store, paths, format, Map.of());
    }

    /**
     * The same source, with files whose names end like this uncompressed, as in {@code uncompressing(".zst",
     * ZstdInputStream::new)}.
     */
    public FileSource<T> uncompressing(String suffix, Uncompressor uncompressor) {
        if (suffix.isEmpty()) {
            throw new IllegalArgumentException("suffix: \"\" (expected: the end of a file name, such as .zst)");
        }
        LinkedHashMap<String, Uncompressor> all = new LinkedHashMap<>(uncompressors);
        all.put(suffix, uncompressor);
        return new FileSource<>(store, paths, format, all);
    }

    /**
     * All files as one partition, in the order of the records' times: of the next record of each file, the one with the earliest
     * time comes first, and of several with the same time that of the first file. The same files give the same order each time.
     *
     * <p>Records of a file stay in the file's order, so a file out of order makes the whole out of order as much. A record that
     * cannot be decoded or dated comes as soon as it is its file's turn to go on. All files are open at once; positions count
     * the records of all files, and reading from one reads and drops those before it.
     *
     * @param time the time by which files are merged, usually the event time
     */
    public ReadableSource<T> mergedBy(Fn<? super T, Instant> time) {
        return new MergedFiles<>(this, time);
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
        String path = paths.get(partition);
        if (store != null) {
            return FileSourceReader.open(store::open, path, partitionName(partition), format, uncompressors, position);
        }
        String absolute = Path.of(path).toAbsolutePath().toString();
        return FileSourceReader.open(
                local -> FileChannel.open(Path.of(local), StandardOpenOption.READ),
                absolute,
                partitionName(partition),
                format,
                uncompressors,
                position);
    }

    private String fileName(int partition) {
        if (store != null) {
            String path = paths.get(partition);
            return path.substring(path.lastIndexOf('/') + 1);
        }
        return String.valueOf(Path.of(paths.get(partition)).getFileName());
    }

    @Override
    public String toString() {
        return "FileSource" + paths;
    }
}
