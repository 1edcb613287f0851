package io.datastream.formats.csv;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the records of one file. */
final class CsvReader<T> implements RecordReader<T> {
    private final CsvBinding<T> binding;
    private final InputStream in;
    private final CsvSplitter cells;
    private final @Nullable CsvColumns columns;
    private boolean hasRecord;

    private CsvReader(CsvBinding<T> binding, InputStream in, CsvSplitter cells, @Nullable CsvColumns columns) {
        this.binding = binding;
        this.in = in;
        this.cells = cells;
        this.columns = columns;
    }

    static <T> CsvReader<T> open(CsvBinding<T> binding, InputStream in) throws IOException {
        CsvSplitter cells = new CsvSplitter(in, binding.options(), true);
        cells.skipByteOrderMark();
        CsvColumns columns;
        if (binding.options().header() == Header.ABSENT) {
            columns = binding.columnsWithoutHeader();
        } else {
            columns = header(binding, cells);
        }
        cells.skipEmptyLines(columns == null || columns.size() > 1);
        return new CsvReader<>(binding, in, cells, columns);
    }

    /** The columns by the first line; null if the file is empty. */
    private static @Nullable CsvColumns header(CsvBinding<?> binding, CsvSplitter cells) throws IOException {
        try {
            if (!cells.next()) {
                return null;
            }
            List<String> names = new ArrayList<>();
            for (int i = 0; i < cells.cells(); i++) {
                String name = cells.text(i);
                if (name == null) {
                    throw new CodecException("column " + (i + 1) + ": bytes that are no UTF-8 (expected: its name)");
                }
                names.add(CsvScalar.withoutBlanks(name));
            }
            return binding.columns(names);
        } catch (CodecException e) {
            throw e.at("line " + cells.line());
        }
    }

    @Override
    public @Nullable T read() throws IOException {
        hasRecord = false;
        try {
            boolean found = cells.next();
            if (columns == null || !found) {
                return null;
            }
            hasRecord = true;
            return binding.decode(columns, cells);
        } catch (CodecException e) {
            hasRecord = true;
            throw binding.withContent(e).at(place());
        }
    }

    @Override
    public String place() {
        return "line " + cells.line();
    }

    @Override
    public byte @Nullable [] raw() {
        return hasRecord ? cells.raw() : null;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
