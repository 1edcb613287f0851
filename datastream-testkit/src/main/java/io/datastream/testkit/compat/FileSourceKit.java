package io.datastream.testkit.compat;

import io.datastream.codec.FileFormat;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.codec.SeekableFormat;
import io.datastream.source.FileSource;
import io.datastream.source.ReadableSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link SourceKit} for a {@link FileSource} of some format: a test class says which format, and with which records.
 *
 * @param <T> the records; equal if they are the same
 */
public abstract class FileSourceKit<T> extends SourceKit<T> {
    @TempDir
    Path folder;

    private final List<T> fed = new ArrayList<>();

    /** For subclasses. */
    protected FileSourceKit() {}

    /** The format that is tested, made anew each time. */
    protected abstract FileFormat<T> format();

    /** What stands in a file for a record that cannot be decoded, while the next one can; null, the default, for none. */
    protected byte @Nullable [] malformed() {
        return null;
    }

    private Path file() {
        return folder.resolve("records.data");
    }

    @Override
    protected final ReadableSource<T> source() {
        return FileSource.of(file(), format());
    }

    @Override
    protected final void feed(List<T> records) throws IOException {
        FileFormat<T> format = format();
        boolean whole = format instanceof SeekableFormat;
        boolean append = !whole && Files.exists(file());
        fed.addAll(records);
        OutputStream out =
                append ? Files.newOutputStream(file(), StandardOpenOption.APPEND) : Files.newOutputStream(file());
        try (RecordWriter<T> writer = format.writer(out, append)) {
            for (T record : whole ? fed : records) {
                writer.write(record);
            }
        }
    }

    @Override
    protected final boolean feedMalformed() throws IOException {
        byte[] bytes = malformed();
        if (bytes == null) {
            return false;
        }
        Files.write(file(), bytes, StandardOpenOption.APPEND);
        return true;
    }
}
