package io.datastream.sink;

import io.datastream.codec.FileFormat;
import io.datastream.codec.SeekableFormat;
import io.datastream.time.EventTime;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

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
 * that. A complete file gets its name as soon as a commit has told of it. A pipeline that starts afresh deletes the hidden files of an earlier one and goes on with the numbers.
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

    private final String folder;
    private final String fileName;
    private final FileFormat<T> format;
    private final long maxBytes;
    private final long periodNanos;
    private final int openPeriods;

    private RollingFileSink(
            String folder, String fileName, FileFormat<T> format, long maxBytes, long periodNanos, int openPeriods) {
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
            throw new IllegalArgumentException("folder: " + folder + " (expected: one of the default file system)");
        }
        if (fileName.isEmpty() || fileName.startsWith(".") || fileName.contains("/") || fileName.contains("\\")) {
            throw new IllegalArgumentException(
                    "fileName: \"" + fileName + "\" (expected: a name such as readings.csv, without folders)");
        }
        if (format instanceof SeekableFormat && fileName.endsWith(".gz")) {
            throw new IllegalArgumentException("fileName: " + fileName
                    + " (expected: a name without .gz, as files of this format are not compressed whole)");
        }
        return new RollingFileSink<>(folder.toString(), fileName, format, DEFAULT_MAX_BYTES, 0, DEFAULT_OPEN_PERIODS);
    }

    /**
     * The same sink with another size from which on a file is complete: of the hidden file, which may be larger than the
     * final one if that is better compressed, and a little less than what it will be if the format keeps records back.
     */
    public RollingFileSink<T> withMaxBytes(long maxBytes) {
        if (maxBytes <= 0) {
            throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: > 0)");
        }
        return new RollingFileSink<>(folder, fileName, format, maxBytes, periodNanos, openPeriods);
    }

    /** The same sink with files of one period of event time each; periods are counted from 1970-01-01T00:00:00Z. */
    public RollingFileSink<T> withPeriod(Duration period) {
        if (period.compareTo(Duration.ofSeconds(1)) < 0 || !period.equals(period.truncatedTo(ChronoUnit.SECONDS))) {
            throw new IllegalArgumentException("period: " + period + " (expected: whole seconds, at least one)");
        }
        return new RollingFileSink<>(folder, fileName, format, maxBytes, EventTime.nanos(period), openPeriods);
    }

    /** The same sink with another number of periods that are written at once; the earliest is complete when there are more. */
    public RollingFileSink<T> withOpenPeriods(int openPeriods) {
        if (openPeriods <= 0) {
            throw new IllegalArgumentException("openPeriods: " + openPeriods + " (expected: > 0)");
        }
        return new RollingFileSink<>(folder, fileName, format, maxBytes, periodNanos, openPeriods);
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
        RollingFiles files = new RollingFiles(Path.of(folder).toAbsolutePath(), fileName, context.task());
        return RollingFileSinkWriter.open(
                files,
                new Journal<>(format),
                context,
                new RollingFileSinkWriter.Limits(maxBytes, periodNanos, openPeriods));
    }

    @Override
    public String toString() {
        return "RollingFileSink[" + Path.of(folder).resolve(fileName) + "]";
    }
}
