package io.datastream.formats.parquet;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.FileFormat.RecordWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes and reads whole files. */
final class ParquetFiles {
    private ParquetFiles() {}

    static <T> byte[] write(ParquetFormat<T> format, List<T> values) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RecordWriter<T> writer = format.writer(out, false)) {
            for (T value : values) {
                writer.write(value);
            }
        }
        return out.toByteArray();
    }

    static <T> List<T> read(ParquetFormat<T> format, Path file) throws IOException {
        return read(format, Files.readAllBytes(file));
    }

    static <T> List<T> read(ParquetFormat<T> format, byte[] file) throws IOException {
        List<T> all = new ArrayList<>();
        try (RecordReader<T> reader = format.reader("test.parquet", new BytesChannel(file))) {
            for (T value = reader.read(); value != null; value = reader.read()) {
                all.add(value);
            }
        }
        return all;
    }

    /** All records as texts, malformed ones as {@code ! message}. */
    static <T> List<String> texts(ParquetFormat<T> format, byte[] file) throws IOException {
        List<String> all = new ArrayList<>();
        try (RecordReader<T> reader = format.reader("test.parquet", new BytesChannel(file))) {
            while (true) {
                try {
                    T value = reader.read();
                    if (value == null) {
                        return all;
                    }
                    all.add(value.toString());
                } catch (CodecException e) {
                    all.add("! " + e.getMessage());
                }
            }
        }
    }
}
