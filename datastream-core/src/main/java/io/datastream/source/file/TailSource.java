package io.datastream.source.file;

import io.datastream.codec.Decoder;
import io.datastream.file.Uncompressor;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The lines of files that grow, such as logs, through all kinds of rotation. Each line is a record, decoded by itself, as
 * {@code JsonCodec} and {@code CsvCodec} do. Files that are finished when they appear are read by {@link FolderSource}.
 *
 * <p><b>Lines</b> end with {@code \n} or {@code \r\n}. The last line of a file is no record until its end is there. Empty lines are
 * passed over. A line longer than {@link #withMaxLineBytes} is a malformed record.
 *
 * <p><b>Rotation.</b> The glob should match the rotated files too, as {@code app.log*} does: then nothing is lost, also while the
 * program is away.
 *
 * <ul>
 *   <li>By rename: a file is known by what the file system calls it (its inode), so it is read on under its new name, and then
 *       the new file from its beginning.
 *   <li>By copying and truncating: a file that became shorter than what was read of it, or begins otherwise, is a new one. The copy is known by
 *       its first bytes ({@link #withFingerprintBytes}); what was not read before the file was truncated is read from there.
 *       Of files shorter than that a copy is not known and is read as a new file, and its records come again.
 *   <li>Compressed after rotation: with gzip, or by {@link #uncompressing}; known by the first bytes of its content.
 *   <li>A new file for each hour or day: read after those that were written to before.
 * </ul>
 *
 * <p><b>Order.</b> One partition. A file is read as long as there is something in it, then the one that was written to least
 * recently of those that have more. Give files of different services a source each, or their times are mixed up when one is
 * behind. From which file records come is kept in a journal before they are handed out, so reading again gives the same order,
 * after a crash too. Positions count bytes; a pipeline goes on with the line after its last commit.
 *
 * <p>A pipeline that must go back to lines that are gone fails and names the file. If a file goes away while it is read, or the
 * program is away, what was written to it last may be lost without a count; a warning says after which byte.
 *
 * <p>The log's time of a record is that of reading it, so {@code logTime()} is another one when it is read again.
 *
 * @param <T> the records
 */
public final class TailSource<T> implements ReadableSource<T> {
    /** How long a line may be, if not said otherwise: 1 MiB. */
    public static final int DEFAULT_MAX_LINE_BYTES = 1 << 20;

    /** By how many of its first bytes a file is known, if not said otherwise. */
    public static final int DEFAULT_FINGERPRINT_BYTES = 1 << 10;

    /** How often the folder is looked at when there are no more lines, if not said otherwise. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(200);

    private static final long serialVersionUID = 1L;

    final Watch watch;
    final Decoder<? extends T> decoder;
    final int maxLineBytes;
    final int fingerprintBytes;
    final boolean header;

    private TailSource(
            Watch watch, Decoder<? extends T> decoder, int maxLineBytes, int fingerprintBytes, boolean header) {
        this.watch = watch;
        this.decoder = decoder;
        this.maxLineBytes = maxLineBytes;
        this.fingerprintBytes = fingerprintBytes;
        this.header = header;
    }

    /**
     * The lines of files in a folder.
     *
     * @param glob which files, with the rotated ones, as in {@code app.log*}; relative to the folder
     * @param decoder turns a line without its end into a record
     * @param journal a folder in which the source keeps which files it has read; its own, and not among the files
     */
    public static <T> TailSource<T> of(Path folder, String glob, Decoder<? extends T> decoder, Path journal) {
        return new TailSource<>(
                Watch.of(folder, glob, journal, DEFAULT_INTERVAL),
                decoder,
                DEFAULT_MAX_LINE_BYTES,
                DEFAULT_FINGERPRINT_BYTES,
                false);
    }

    /** The same source, looking for other files this often when there are no more lines. Default: {@link #DEFAULT_INTERVAL}. */
    public TailSource<T> lookingEvery(Duration interval) {
        return new TailSource<>(watch.every(interval), decoder, maxLineBytes, fingerprintBytes, header);
    }

    /** The same source with another bound on the length of a line. Default: {@link #DEFAULT_MAX_LINE_BYTES}. */
    public TailSource<T> withMaxLineBytes(int bytes) {
        if (bytes < 1 || bytes > 1 << 30) {
            throw new IllegalArgumentException("maxLineBytes: " + bytes + " (expected: from 1 to " + (1 << 30) + ")");
        }
        return new TailSource<>(watch, decoder, bytes, fingerprintBytes, header);
    }

    /**
     * The same source, with files known by more or fewer of their first bytes. More than the files' common beginning, such as a
     * header line, or a file would be taken for a copy of another. Default: {@link #DEFAULT_FINGERPRINT_BYTES}.
     */
    public TailSource<T> withFingerprintBytes(int bytes) {
        if (bytes < 16 || bytes > 1 << 20) {
            throw new IllegalArgumentException(
                    "fingerprintBytes: " + bytes + " (expected: from 16 to " + (1 << 20) + ")");
        }
        return new TailSource<>(watch, decoder, maxLineBytes, bytes, header);
    }

    /** The same source, with the first line of each file passed over, as in CSV with a header. */
    public TailSource<T> withHeaderLine() {
        return new TailSource<>(watch, decoder, maxLineBytes, fingerprintBytes, true);
    }

    /** The same source, with files whose names end like this uncompressed; gzip ({@code .gz}) needs nothing. */
    public TailSource<T> uncompressing(String suffix, Uncompressor uncompressor) {
        return new TailSource<>(
                watch.uncompressing(suffix, uncompressor), decoder, maxLineBytes, fingerprintBytes, header);
    }

    /** The folder's name and the glob, such as {@code logs/app.log*}. */
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
        return false;
    }

    @Override
    public SourceReader<T> open(int partition, long position) {
        return TailReader.open(this, position);
    }

    @Override
    public String toString() {
        return "TailSource[" + watch + "]";
    }
}
