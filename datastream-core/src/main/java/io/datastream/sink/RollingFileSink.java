package io.datastream.sink;

import io.datastream.codec.FileFormat;
import io.datastream.codec.SeekableFormat;
import io.datastream.file.FileStore;
import io.datastream.time.EventTime;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A folder of files with all results, in which a file appears at once when it is complete, and is never changed then.
 *
 * <p>A file is complete when it has reached {@link #withMaxBytes}, and, with {@link #withPeriod}, when results of later
 * periods have come: then each file holds results of one period of event time. At most {@link #withOpenPeriods} periods
 * are written at once; a result of an earlier one begins one more file of it.
 *
 * <p>For {@code readings.parquet} the files are {@code readings-0-000000.parquet}, {@code readings-0-000001.parquet} and so
 * on, where the first number is that of the writing task; with a period, its beginning stands before it, as in
 * {@code readings-20240131T120000Z-0-000007.parquet}.
 *
 * <p>Exactly once: a file that is being written or waits for the next commit has a hidden name, {@code .NAME.inprogress}.
 * Each commit forces the files to the disk and remembers their lengths; a pipeline that goes on after a crash cuts them to
 * that. A complete file gets its name as soon as a commit has told of it. A pipeline that starts afresh deletes the hidden
 * files of an earlier one and goes on with the numbers.
 *
 * <p>Of a {@link SeekableFormat}, such as Parquet, the hidden file is a journal of the results in another format, from which
 * the file is made when it gets its name; so a row group may be larger than a commit, and memory holds one row group.
 *
 * <p>While a task writes, it holds a lock on the hidden file {@code .readings-0.parquet.lock}; another one of the same
 * number, also in another process, waits for it.
 *
 * <p>On Kafka a task is a partition, which goes on where its files are: workers among which partitions move must share the
 * folder, on one machine or by a file system with locks.
 *
 * <p>In a {@link FileStore} nothing is appended, cut or locked: each commit ends a hidden segment,
 * {@code .NAME.WRITER-000000.inprogress}, and the file is put together of them when it gets its name. The guarantee is the
 * same, as long as a renamed file appears complete or not at all, and stays until its segments have been deleted.
 *
 * <p>The number of tasks must stay the same from one commit to the next start. Every problem with a file is a
 * {@link SinkException} that no retry can help. Costs 64 KiB of memory for each open file, besides what the format needs.
 *
 * @param <T> the results
 */
public final class RollingFileSink<T> implements Sink<T> {
    /** How large a file gets unless {@link #withMaxBytes} says otherwise: 128 MiB. */
    public static final long DEFAULT_MAX_BYTES = 128L << 20;

    /** How many periods are written at once unless {@link #withOpenPeriods} says otherwise. */
    public static final int DEFAULT_OPEN_PERIODS = 2;

    private static final long serialVersionUID = 1L;

    private final @Nullable FileStore store;
    private final String folder;
    private final String fileName;
    private final FileFormat<T> format;
    private final long maxBytes;
    private final long periodNanos;
    private final int openPeriods;

    private RollingFileSink(
            @Nullable FileStore store,
            String folder,
            String fileName,
            FileFormat<T> format,
            long maxBytes,
            long periodNanos,
            int openPeriods) {
        this.store = store;
        this.folder = folder;
        this.fileName = fileName;
        this.format = format;
        this.maxBytes = maxBytes;
        this.periodNanos = periodNanos;
        this.openPeriods = openPeriods;
    }

    /**
     * Files in a folder.
     *
     * @param folder where to; made if it is missing
     * @param fileName what the files are called, such as {@code readings.parquet}; numbers are put before the dot
     */
    public static <T> RollingFileSink<T> of(Path folder, String fileName, FileFormat<T> format) {
        if (folder.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException(
                    "folder: " + folder + " (expected: one of the default file system; see FileStore for others)");
        }
        return make(null, folder.toString(), fileName, format);
    }

    /**
     * Files in a folder of another file system. How many commits a file is made of says in how many pieces it is written
     * before: with a store, let some seconds pass between commits.
     *
     * @param folder where to, as the store writes it; made if it is missing
     * @param fileName what the files are called, such as {@code readings.parquet}; numbers are put before the dot
     */
    public static <T> RollingFileSink<T> of(FileStore store, String folder, String fileName, FileFormat<T> format) {
        String path = folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
        if (path.isEmpty()) {
            throw new IllegalArgumentException("folder: \"" + folder + "\" (expected: a folder such as /readings)");
        }
        return make(store, path, fileName, format);
    }

    private static <T> RollingFileSink<T> make(
            @Nullable FileStore store, String folder, String fileName, FileFormat<T> format) {
        if (fileName.isEmpty() || fileName.startsWith(".") || fileName.contains("/") || fileName.contains("\\")) {
            throw new IllegalArgumentException(
                    "fileName: \"" + fileName + "\" (expected: a name such as readings.csv, without folders)");
        }
        if (format instanceof SeekableFormat && fileName.endsWith(".gz")) {
            throw new IllegalArgumentException("fileName: " + fileName
                    + " (expected: a name without .gz, as files of this format are not compressed whole)");
        }
        return new RollingFileSink<>(store, folder, fileName, format, DEFAULT_MAX_BYTES, 0, DEFAULT_OPEN_PERIODS);
    }

    /**
     * The same sink with another size from which on a file is complete: of the hidden file, which may be larger than the
     * final one if that is better compressed, and a little less than what it will be if the format keeps records back.
     */
    public RollingFileSink<T> withMaxBytes(long maxBytes) {
        if (maxBytes <= 0) {
            throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: > 0)");
        }
        return new RollingFileSink<>(store, folder, fileName, format, maxBytes, periodNanos, openPeriods);
    }

    /** The same sink with files of one period of event time each; periods are counted from 1970-01-01T00:00:00Z. */
    public RollingFileSink<T> withPeriod(Duration period) {
        if (period.compareTo(Duration.ofSeconds(1)) < 0 || !period.equals(period.truncatedTo(ChronoUnit.SECONDS))) {
            throw new IllegalArgumentException("period: " + period + " (expected: whole seconds, at least one)");
        }
        return new RollingFileSink<>(store, folder, fileName, format, maxBytes, EventTime.nanos(period), openPeriods);
    }

    /** The same sink with another number of periods that are written at once; the earliest is complete when there are more. */
    public RollingFileSink<T> withOpenPeriods(int openPeriods) {
        if (openPeriods <= 0) {
            throw new IllegalArgumentException("openPeriods: " + openPeriods + " (expected: > 0)");
        }
        return new RollingFileSink<>(store, folder, fileName, format, maxBytes, periodNanos, openPeriods);
    }

    @Override
    public String name() {
        return fileName;
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.EXACTLY_ONCE;
    }

    @Override
    public SinkWriter<T> open(SinkContext context) {
        RollingFiles names = new RollingFiles(fileName, context.task());
        Journal<T> journal = new Journal<>(format);
        RollingFileSinkWriter.Limits limits = new RollingFileSinkWriter.Limits(maxBytes, periodNanos, openPeriods);
        String place = store == null ? Path.of(folder).toAbsolutePath().toString() : folder;
        try {
            RollingStore files = store == null
                    ? LocalRollingStore.open(Path.of(place), names, journal)
                    : new SegmentedRollingStore<>(store, folder, names, journal);
            return RollingFileSinkWriter.open(place, names, files, journal.format(), context, limits);
        } catch (IOException e) {
            throw FileSinkWriter.failed(place, e);
        }
    }

    @Override
    public String toString() {
        return "RollingFileSink[" + folder + "/" + fileName + "]";
    }
}
