package io.datastream.formats.csv;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files of comma separated values in UTF-8, for records and classes with getters and setters, a column a component or
 * property.
 *
 * <p><b>Layout.</b> Cells are divided by {@link #DEFAULT_DELIMITER} and may stand in {@link #DEFAULT_QUOTE quotes},
 * within which delimiters, line ends and doubled quotes are text (RFC 4180). Lines end with {@code \n}, {@code \r\n} or
 * {@code \r}; {@code \n} is written unless {@link #withLineEnd} says otherwise. The first line names the columns, in any order, unless {@link #withHeader} says
 * otherwise; every column of the type must be there, once. Empty lines are passed over, but in files of a single column
 * they are an empty cell. An empty file has no records. A byte order mark is passed over.
 *
 * <p><b>Cells.</b> Numbers, {@code true} and {@code false}, enum names, {@code java.time} as ISO-8601 texts (or numbers:
 * {@link #withEpochTimes}), and texts. Spaces and tabs around anything but texts are left out. Nothing is converted silently: a
 * fraction for a whole number or a number beyond the range of its type is an error. {@code NaN}, {@code Infinity} and
 * {@code -Infinity} are numbers. An empty cell is {@code null}, a quoted empty cell the empty text; for a primitive an
 * empty cell is an error, but see {@link #withEmptyAsNaN}.
 *
 * <p><b>Errors.</b> A malformed line gives a {@link CodecException} such as
 * {@code line 17: column "price": "abc" (expected: a number)}, and the line after it can be read. A quote that is not
 * closed within {@link #withMaxRecordBytes} or before the end of the file, or after which text follows, costs its own
 * line only: reading goes on with the next. A header with missing, unknown or doubled columns is refused as a whole.
 *
 * <p>Memory of a reader: at most twice the longest record allowed. Safe for use by several threads, and serializable.
 *
 * @param <T> the records
 */
public final class CsvFormat<T> implements FileFormat<T> {
    /** What divides cells unless {@link #withDelimiter} says otherwise. */
    public static final char DEFAULT_DELIMITER = ',';

    /** What encloses cells unless {@link #withQuote} says otherwise. */
    public static final char DEFAULT_QUOTE = '"';

    /** Files begin with a header unless {@link #withHeader} says otherwise. */
    public static final Header DEFAULT_HEADER = Header.PRESENT;

    /** Columns the type does not have are refused unless {@link #withUnknownColumns} says otherwise. */
    public static final UnknownColumns DEFAULT_UNKNOWN_COLUMNS = UnknownColumns.REJECT;

    /** How long a record may be unless {@link #withMaxRecordBytes} says otherwise: 1 MiB. */
    public static final int DEFAULT_MAX_RECORD_BYTES = 1 << 20;

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final CsvOptions options;
    private transient volatile @Nullable CsvBinding<T> binding;

    private CsvFormat(Class<T> type, CsvOptions options) {
        this.type = type;
        this.options = options;
    }

    /**
     * A format whose columns are the components of a record or the properties of a class.
     *
     * @throws IllegalArgumentException if one of them is a list, map, array or record, which fits no cell
     */
    public static <T> CsvFormat<T> of(Class<T> type) {
        CsvFormat<T> format = new CsvFormat<>(type, CsvOptions.DEFAULT);
        format.binding(); // refuses types that do not fit
        return format;
    }

    /** The same format with another delimiter, such as {@code ';'} or a tab. */
    public CsvFormat<T> withDelimiter(char delimiter) {
        return new CsvFormat<>(type, options.withMarks(options.marks().withDelimiter(delimiter)));
    }

    /** The same format with another quote. */
    public CsvFormat<T> withQuote(char quote) {
        return new CsvFormat<>(type, options.withMarks(options.marks().withQuote(quote)));
    }

    /**
     * The same format with a character, such as a backslash, that makes a quote or itself text within quotes; doubled quotes
     * are read as well, but no longer written. Outside of quotes it is text. Default: none.
     */
    public CsvFormat<T> withEscape(char escape) {
        return new CsvFormat<>(type, options.withMarks(options.marks().withEscape(escape)));
    }

    /** The same format with a character, such as {@code #}, with which lines begin that are passed over. Default: none. */
    public CsvFormat<T> withComment(char comment) {
        return new CsvFormat<>(type, options.withMarks(options.marks().withComment(comment)));
    }

    /** The same format with other line ends in what is written. Default: {@link LineEnd#LF}. */
    public CsvFormat<T> withLineEnd(LineEnd lineEnd) {
        return new CsvFormat<>(type, options.withMarks(options.marks().withLineEnd(lineEnd)));
    }

    /** The same format with or without a header. */
    public CsvFormat<T> withHeader(Header header) {
        return new CsvFormat<>(type, options.withHeader(header));
    }

    /**
     * The same format with these columns in this order: those of files without header, and those that are written, which
     * may be fewer than the type has. Default: those of the type in its order.
     */
    public CsvFormat<T> withColumns(String... columns) {
        return new CsvFormat<>(type, options.withColumns(List.of(columns)));
    }

    /** The same format with another treatment of columns the type does not have. */
    public CsvFormat<T> withUnknownColumns(UnknownColumns unknownColumns) {
        return new CsvFormat<>(type, options.withUnknownColumns(unknownColumns));
    }

    /** The same format with a text that stands for {@code null}, such as {@code NA}; an empty cell still does, too. */
    public CsvFormat<T> withNullText(String nullText) {
        return new CsvFormat<>(type, options.withNullText(nullText));
    }

    /** The same format with {@code NaN} for an empty cell of a primitive {@code double} or {@code float}. */
    public CsvFormat<T> withEmptyAsNaN() {
        return new CsvFormat<>(type, options.withEmptyAsNaN());
    }

    /**
     * The same format with every {@link java.time.Instant} as a whole number of seconds, milliseconds, microseconds or
     * nanoseconds since 1970-01-01T00:00:00Z. What is finer than the unit is cut off in writing.
     */
    public CsvFormat<T> withEpochTimes(ChronoUnit unit) {
        return new CsvFormat<>(type, options.withEpochTimes(unit));
    }

    /** The same format with another bound on the length of a record, line ends within quotes included. */
    public CsvFormat<T> withMaxRecordBytes(int bytes) {
        return new CsvFormat<>(type, options.withMaxRecordBytes(bytes));
    }

    @Override
    public RecordReader<T> reader(String name, InputStream in) throws IOException {
        return CsvReader.open(binding(), in);
    }

    @Override
    public RecordWriter<T> writer(OutputStream out, boolean append) throws IOException {
        return CsvWriter.open(binding(), out, append);
    }

    CsvBinding<T> binding() {
        CsvBinding<T> built = binding;
        if (built == null) {
            // two threads may both build one: they are equal, and the format stays free of locks
            built = new CsvBinding<>(type, options);
            binding = built;
        }
        return built;
    }

    @Override
    public String toString() {
        return "CsvFormat[" + type.getSimpleName() + "]";
    }
}
