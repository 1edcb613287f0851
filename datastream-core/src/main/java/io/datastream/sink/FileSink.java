package io.datastream.sink;

import io.datastream.codec.FileFormat;
import io.datastream.codec.SeekableFormat;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/**
 * A file with all results, which appears at once when it is complete.
 *
 * <p>Results are written to a hidden file beside it, {@code .NAME.inprogress}, which takes the name of the file in one
 * step when the input has ended and everything is committed; a file of that name is replaced then. Missing folders are
 * made. A pipeline that is stopped or fails leaves the hidden file and no other; one that starts afresh begins it
 * again.
 *
 * <p>Exactly once: each commit forces the file to the disk and remembers its length, and a pipeline that goes on after a
 * crash cuts the file to the length of the last commit before it writes again. If it crashed between the renaming and
 * its own end, it finds the complete file and goes on with that.
 *
 * <p>Where several tasks write, each has a file of its own: {@code NAME-0.csv}, {@code NAME-1.csv} and so on for
 * {@code NAME.csv}; their number must stay the same from one commit to the next start.
 *
 * <p>While a task writes, it holds a lock on the hidden file {@code .NAME.lock}; another one that would write the same file,
 * also in another process, waits for it. On Kafka a task is a partition, which goes on where its file is: workers among which
 * partitions move must share the folder, on one machine or by a file system with locks.
 *
 * <p>A file whose name ends in {@code .gz} is compressed with gzip. Each commit ends a member and begins another, which
 * all readers of gzip read as one file; frequent commits of few results compress less well.
 *
 * <p>Of a {@link SeekableFormat}, such as Parquet, the hidden file is a journal of the results in another format, from which
 * {@code .NAME.finishing} and then the file is made when the input has ended; this takes the room of both on the disk.
 *
 * <p>Every problem with the file is a {@link SinkException} that no retry can help. Writing costs one copy of a
 * result's bytes; 64 KiB of memory a task.
 *
 * @param <T> the results
 */
public final class FileSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final FileFormat<T> format;

    private FileSink(Path path, FileFormat<T> format) {
        if (path.getFileSystem() != FileSystems.getDefault() || path.getFileName() == null) {
            throw new IllegalArgumentException("path: " + path + " (expected: a file of the default file system)");
        }
        if (format instanceof SeekableFormat && path.toString().endsWith(".gz")) {
            throw new IllegalArgumentException("path: " + path
                    + " (expected: a name without .gz, as files of this format are not compressed whole)");
        }
        this.path = path.toString(); // a text, because a Path is not serializable
        this.format = format;
    }

    /** A file of this format. */
    public static <T> FileSink<T> of(Path path, FileFormat<T> format) {
        return new FileSink<>(path, format);
    }

    @Override
    public String name() {
        return String.valueOf(Path.of(path).getFileName());
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.EXACTLY_ONCE;
    }

    @Override
    public SinkWriter<T> open(SinkContext context) {
        Path file = Path.of(path).toAbsolutePath();
        if (context.tasks() > 1) {
            file = file.resolveSibling(part(name(), context.task()));
        }
        return FileSinkWriter.open(file, format, context);
    }

    private static String part(String name, int task) {
        String compressed = name.endsWith(".gz") ? ".gz" : "";
        String plain = name.substring(0, name.length() - compressed.length());
        int dot = plain.lastIndexOf('.');
        int end = dot > 0 ? dot : plain.length();
        return plain.substring(0, end) + "-" + task + plain.substring(end) + compressed;
    }

    @Override
    public String toString() {
        return "FileSink[" + path + "]";
    }
}
