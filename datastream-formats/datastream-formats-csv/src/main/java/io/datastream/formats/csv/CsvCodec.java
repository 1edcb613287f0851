package io.datastream.formats.csv;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One line of comma separated values a record, without header: the columns stand in the order of the type's components,
 * or in that of {@link CsvFormat#withColumns}. A line end after the last cell may be there; none is written.
 *
 * <p>Cells are those of {@link CsvFormat}. Errors name the column, the value and what was expected, such as
 * {@code column "price": "abc" (expected: a number)}.
 *
 * <p>Safe for use by several threads, and serializable.
 *
 * @param <T> the values
 */
public final class CsvCodec<T> implements Codec<T> {
    private static final long serialVersionUID = 1L;

    private final CsvFormat<T> format;

    private CsvCodec(CsvFormat<T> format) {
        this.format = format;
    }

    /** A codec whose columns are the components of a record or the properties of a class, in their order. */
    public static <T> CsvCodec<T> of(Class<T> type) {
        return of(CsvFormat.of(type));
    }

    /** A codec with the layout of a format; its header is left out. */
    public static <T> CsvCodec<T> of(CsvFormat<T> format) {
        return new CsvCodec<>(format.withHeader(Header.ABSENT));
    }

    @Override
    public byte[] encode(T value) {
        CsvBinding<T> binding = format.binding();
        return binding.encoder().encode(value, "");
    }

    @Override
    public T decode(byte[] bytes) {
        CsvBinding<T> binding = format.binding();
        CsvColumns columns = binding.columnsWithoutHeader();
        CsvSplitter cells = new CsvSplitter(bytes, binding.options(), columns.size() > 1);
        try {
            if (!cells.next()) {
                throw new CodecException("value: nothing (expected: " + columns.names() + ")");
            }
            T value = binding.decode(columns, cells);
            if (cells.next()) {
                throw new CodecException("value: more than one line (expected: one)");
            }
            return value;
        } catch (CodecException e) {
            throw binding.withContent(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is no stream behind it
        }
    }

    @Override
    public String format() {
        return "csv";
    }

    @Override
    public String toString() {
        return "CsvCodec" + format.toString().substring("CsvFormat".length());
    }
}
