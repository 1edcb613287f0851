package io.datastream.formats.parquet;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import io.datastream.codec.SeekableFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Parquet files of records, a column a component, for {@code FileSource}, {@code FileSink} and {@code RollingFileSink}.
 *
 * <p><b>Columns.</b> {@code boolean}, {@code byte}, {@code short}, {@code int}, {@code long}, {@code float} and
 * {@code double} are numbers of their size; {@link String} and enums are texts; {@code byte[]} is bytes.
 * {@link java.time.Instant} is a timestamp in UTC and {@link java.time.LocalDateTime} one without zone, both in nanoseconds;
 * {@link java.time.LocalTime} is a time in nanoseconds, {@link java.time.LocalDate} a date, {@link java.util.UUID} a UUID. A
 * {@link java.math.BigDecimal} must have {@link io.datastream.codec.record.Decimal}. Parquet has no
 * {@link java.time.Duration}: it is a number of nanoseconds. Lists, maps from texts and records are nested. A component that
 * is {@code @Nullable} or an {@link java.util.Optional} is an optional column; any other must not be null. A record that
 * contains itself fits no columns.
 *
 * <p><b>Reading.</b> Row groups are read in the order of the file, and of each the columns the record has. Columns are found by
 * name, in any order; columns the record does not have are left alone; a component without column is null, or the file is
 * refused if it may not be. Timestamps in milliseconds, microseconds and nanoseconds, in UTC or not as the component's type
 * says, and those of 96 bits are read; so are numbers and decimals in any of their encodings if none is narrowed, and lists
 * and maps of older writers.
 *
 * <p><b>Writing.</b> A row group is written when {@link #withRowGroupBytes} have come. A file is complete only when it is closed,
 * so sinks keep the records in a journal of small Parquet files before, one for each commit. The same records give the same
 * file. Pages have checksums, which are verified where a file has them.
 *
 * <p><b>Errors.</b> A row with a wrong value gives a {@link CodecException} such as
 * {@code row 17: column "side": "BOTH" (expected: one of BUY, SELL)}, and the row after it can be read. A broken file is an
 * {@link IOException} that names the row it was found at.
 *
 * <p><b>Memory.</b> A writer has one row group; a reader the footer and the compressed columns of one row group, each of at most
 * {@link #withMaxRowGroupBytes}, and a page of at most {@link #withMaxPageBytes} of each. Safe for use by several threads, and
 * serializable.
 *
 * @param <T> the records
 */
public final class ParquetFormat<T> implements SeekableFormat<T> {
    /** How pages are compressed unless {@link #withCompression} says otherwise. */
    public static final ParquetCompression DEFAULT_COMPRESSION = ParquetCompression.SNAPPY;

    /** From how many bytes on a row group is written unless {@link #withRowGroupBytes} says otherwise: 64 MiB. */
    public static final long DEFAULT_ROW_GROUP_BYTES = 64L << 20;

    /** How large a row group of a file may be unless {@link #withMaxRowGroupBytes} says otherwise: 512 MiB. */
    public static final long DEFAULT_MAX_ROW_GROUP_BYTES = 512L << 20;

    /** How large a page may be unless {@link #withMaxPageBytes} says otherwise: 64 MiB. */
    public static final int DEFAULT_MAX_PAGE_BYTES = 64 << 20;

    /** How large a row may be unless {@link #withMaxRowBytes} says otherwise: 64 MiB. */
    public static final long DEFAULT_MAX_ROW_BYTES = 64L << 20;

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final ParquetOptions options;
    private transient volatile @Nullable RowMapping<T> mapping;

    private ParquetFormat(Class<T> type, ParquetOptions options) {
        this.type = type;
        this.options = options;
    }

    /**
     * A format for a record class.
     *
     * @throws IllegalArgumentException if a component fits no column
     */
    public static <T> ParquetFormat<T> of(Class<T> type) {
        ParquetFormat<T> format = new ParquetFormat<>(
                type,
                new ParquetOptions(
                        DEFAULT_COMPRESSION,
                        DEFAULT_ROW_GROUP_BYTES,
                        DEFAULT_MAX_ROW_GROUP_BYTES,
                        DEFAULT_MAX_PAGE_BYTES,
                        DEFAULT_MAX_ROW_BYTES));
        format.mapping(); // refuses types that do not fit
        return format;
    }

    /** The same format with another compression of what is written; all are read. */
    public ParquetFormat<T> withCompression(ParquetCompression compression) {
        return with(new ParquetOptions(
                compression,
                options.rowGroupBytes(),
                options.maxRowGroupBytes(),
                options.maxPageBytes(),
                options.maxRowBytes()));
    }

    /** The same format with other row groups: one is written when it has about this many bytes in memory. */
    public ParquetFormat<T> withRowGroupBytes(long bytes) {
        return with(new ParquetOptions(
                options.compression(),
                positive("rowGroupBytes", bytes),
                options.maxRowGroupBytes(),
                options.maxPageBytes(),
                options.maxRowBytes()));
    }

    /** The same format with another bound on the row groups that are read, as they are in the file, and on its footer. */
    public ParquetFormat<T> withMaxRowGroupBytes(long bytes) {
        return with(new ParquetOptions(
                options.compression(),
                options.rowGroupBytes(),
                positive("maxRowGroupBytes", bytes),
                options.maxPageBytes(),
                options.maxRowBytes()));
    }

    /** The same format with another bound on the pages that are read, uncompressed. */
    public ParquetFormat<T> withMaxPageBytes(int bytes) {
        return with(new ParquetOptions(
                options.compression(),
                options.rowGroupBytes(),
                options.maxRowGroupBytes(),
                (int) positive("maxPageBytes", bytes),
                options.maxRowBytes()));
    }

    /** The same format with another bound on the rows that are read: 16 bytes a value, and the bytes of texts. */
    public ParquetFormat<T> withMaxRowBytes(long bytes) {
        return with(new ParquetOptions(
                options.compression(),
                options.rowGroupBytes(),
                options.maxRowGroupBytes(),
                options.maxPageBytes(),
                positive("maxRowBytes", bytes)));
    }

    private ParquetFormat<T> with(ParquetOptions changed) {
        return new ParquetFormat<>(type, changed);
    }

    private static long positive(String name, long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException(name + ": " + bytes + " (expected: > 0)");
        }
        return bytes;
    }

    @Override
    public RecordReader<T> reader(String name, SeekableByteChannel content) throws IOException {
        return ParquetRowReader.open(mapping(), options, name, content);
    }

    @Override
    public RecordWriter<T> writer(OutputStream out, boolean append) throws IOException {
        if (append) {
            throw new IllegalArgumentException("append: true (expected: false; see journal)");
        }
        return ParquetRowWriter.open(mapping(), options, out);
    }

    @Override
    public FileFormat<T> journal() {
        return new ParquetJournal<>(this);
    }

    RowMapping<T> mapping() {
        RowMapping<T> made = mapping;
        if (made == null) {
            // two threads may both make one: they are equal, and the format stays free of locks
            made = new RowMapping<>(type);
            mapping = made;
        }
        return made;
    }

    ParquetOptions options() {
        return options;
    }

    @Override
    public String toString() {
        return "ParquetFormat[" + type.getSimpleName() + "]";
    }
}
