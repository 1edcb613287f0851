package io.datastream.formats.csv;

import io.datastream.codec.FileFormat.RecordWriter;
import java.io.IOException;
import java.io.OutputStream;

/** Writes the records of one file, each with one call of its stream. */
final class CsvWriter<T> implements RecordWriter<T> {
    private final CsvEncoder<T> encoder;
    private final OutputStream out;
    private final String lineEnd;

    private CsvWriter(CsvEncoder<T> encoder, OutputStream out, String lineEnd) {
        this.encoder = encoder;
        this.out = out;
        this.lineEnd = lineEnd;
    }

    static <T> CsvWriter<T> open(CsvBinding<T> binding, OutputStream out, boolean append) throws IOException {
        CsvEncoder<T> encoder = binding.encoder();
        if (binding.options().header() == Header.PRESENT && !append) {
            out.write(encoder.header());
        }
        return new CsvWriter<>(encoder, out, binding.options().marks().lineEnd().text());
    }

    @Override
    public void write(T value) throws IOException {
        out.write(encoder.encode(value, lineEnd));
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
