package io.datastream.source.file;

import io.datastream.codec.FileFormat;
import io.datastream.file.Uncompressor;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Finished files of any format that appear in a folder, such as exports and uploads, each read once from its beginning to its
 * end. Files that grow by lines are read by {@link TailSource}.
 *
 * <p><b>Which files.</b> Those that match a glob such as {@code *.csv}, relative to the folder; folders in it are looked into
 * where the glob has a {@code /} or {@code **}. Names that begin with a dot are passed over, and so are empty files. A file counts as finished when it is
 * found, so it must get its name when it is complete, by a rename; where it is written under its final name, {@link
 * #untilQuietFor}. Files are not changed afterwards: one that grows after it was found is an error, since what is added would be lost.
 *
 * <p><b>Order.</b> One partition. Files are read one after the other, in the order in which they were found; of those that
 * were found together, by name. The order is kept in a journal before any record is handed out, so reading again gives the
 * same order, after a crash too. The position counts the records of all files.
 *
 * <p><b>Recognized.</b> A file is known by what the file system calls it (its inode) or its name, and by its first bytes, so it
 * is not read again when it is renamed, or copied onto itself. Files may be deleted when they have been read <i>and</i> the
 * pipeline has committed that; a pipeline that must go back to a file that is gone fails and names it.
 *
 * <p>The log's time of records is when their file was found. Compression is as with {@link io.datastream.source.FileSource}.
 *
 * @param <T> the records
 */
public final class FolderSource<T> implements ReadableSource<T> {
    /** How often the folder is looked at, if not said otherwise. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

    private static final long serialVersionUID = 1L;

    final Watch watch;
    final FileFormat<T> format;
    final Duration quiet;
    final boolean once;

    private FolderSource(Watch watch, FileFormat<T> format, Duration quiet, boolean once) {
        this.watch = watch;
        this.format = format;
        this.quiet = quiet;
        this.once = once;
    }

    /**
     * The files of a folder.
     *
     * @param glob which files, as in {@code *.jsonl.gz} or {@code **}{@code /*.parquet}
     * @param journal a folder in which the source keeps which files it has found; its own, and not among the files
     */
    public static <T> FolderSource<T> of(Path folder, String glob, FileFormat<T> format, Path journal) {
        return new FolderSource<>(Watch.of(folder, glob, journal, DEFAULT_INTERVAL), format, Duration.ZERO, false);
    }

    /** The same source, looking for new files this often. Default: {@link #DEFAULT_INTERVAL}. */
    public FolderSource<T> lookingEvery(Duration interval) {
        return new FolderSource<>(watch.every(interval), format, quiet, once);
    }

    /** The same source, with files taken when they were not written to for this long. Default: zero, at once. */
    public FolderSource<T> untilQuietFor(Duration quiet) {
        Watch.notNegative("quiet", quiet);
        return new FolderSource<>(watch, format, quiet, once);
    }

    /** The same source, ending when all files have been read that are there. Default: it waits for more. */
    public FolderSource<T> once() {
        return new FolderSource<>(watch, format, quiet, true);
    }

    /** The same source, with files whose names end like this uncompressed; gzip needs nothing. */
    public FolderSource<T> uncompressing(String suffix, Uncompressor uncompressor) {
        return new FolderSource<>(watch.uncompressing(suffix, uncompressor), format, quiet, once);
    }

    /** The folder's name and the glob, such as {@code incoming/*.csv}. */
    @Override
    public String name() {
        return watch.name();
    }

    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public boolean isBounded() {
        return once;
    }

    @Override
    public SourceReader<T> open(int partition, long position) {
        return FolderReader.open(this, position);
    }

    @Override
    public String toString() {
        return "FolderSource[" + watch + "]";
    }
}
