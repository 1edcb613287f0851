package io.datastream.formats.parquet;

import io.datastream.codec.FileFormat;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Small Parquet files one after the other, each with its length before it: what is flushed is complete, and more can be
 * appended. So records are written in one way only, and a journal holds just what its file can hold.
 */
final class ParquetJournal<T> implements FileFormat<T> {
    private static final long serialVersionUID = 1L;
    private static final int MAGIC = 0x44534a31; // DSJ1
    private static final int HEADER_BYTES = 2 * Integer.BYTES;
    private static final int PART_BYTES = 8 << 20;

    private final ParquetFormat<T> format;

    ParquetJournal(ParquetFormat<T> format) {
        this.format = format;
    }

    @Override
    public RecordReader<T> reader(String name, InputStream in) {
        return new Reader<>(format, name, in);
    }

    @Override
    public RecordWriter<T> writer(OutputStream out, boolean append) {
        return new Writer<>(format, out);
    }

    private static final class Writer<T> implements RecordWriter<T> {
        private final ParquetFormat<T> format;
        private final OutputStream out;
        private final ByteArrayOutputStream part = new ByteArrayOutputStream();
        private @Nullable ParquetRowWriter<T> rows;
        private boolean closed;

        Writer(ParquetFormat<T> format, OutputStream out) {
            this.format = format;
            this.out = out;
        }

        @Override
        public void write(T value) throws IOException {
            ParquetRowWriter<T> writer = rows;
            if (writer == null) {
                writer = ParquetRowWriter.open(format.mapping(), format.options(), part);
                rows = writer;
            }
            writer.write(value);
            if (writer.bytes() >= PART_BYTES) {
                endPart();
            }
        }

        private void endPart() throws IOException {
            ParquetRowWriter<T> ending = rows;
            if (ending != null) {
                rows = null;
                ending.close();
                out.write(ByteBuffer.allocate(HEADER_BYTES)
                        .putInt(MAGIC)
                        .putInt(part.size())
                        .array());
                part.writeTo(out);
                part.reset();
            }
        }

        @Override
        public void flush() throws IOException {
            endPart();
            out.flush();
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try (out) {
                endPart();
            }
        }
    }

    private static final class Reader<T> implements RecordReader<T> {
        private final ParquetFormat<T> format;
        private final String name;
        private final InputStream in;
        private @Nullable RecordReader<T> part;
        private long parts;

        Reader(ParquetFormat<T> format, String name, InputStream in) {
            this.format = format;
            this.name = name;
            this.in = in;
        }

        @Override
        public @Nullable T read() throws IOException {
            while (true) {
                RecordReader<T> current = part;
                if (current == null) {
                    current = nextPart();
                    if (current == null) {
                        return null;
                    }
                    part = current;
                }
                T value = current.read();
                if (value != null) {
                    return value;
                }
                current.close();
                part = null;
            }
        }

        private @Nullable RecordReader<T> nextPart() throws IOException {
            byte[] header = in.readNBytes(HEADER_BYTES);
            if (header.length == 0) {
                return null;
            }
            parts++;
            ByteBuffer fields = ByteBuffer.wrap(header);
            if (header.length < HEADER_BYTES || fields.getInt() != MAGIC) {
                throw new IOException("part " + parts + ": wrong magic bytes (expected: a journal of Parquet files)");
            }
            int length = fields.getInt();
            byte[] bytes = in.readNBytes(Math.max(0, length));
            if (bytes.length != length) {
                throw new EOFException(
                        "part " + parts + ": ends after " + bytes.length + " bytes (expected: " + length + ")");
            }
            return format.reader(name, new BytesChannel(bytes));
        }

        @Override
        public String place() {
            RecordReader<T> current = part;
            return "part " + parts + (current == null ? "" : ", " + current.place());
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
