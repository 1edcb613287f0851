package io.datastream.sink;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.codec.SeekableFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What a sink writes until a file is complete: the file itself under a hidden name, or, where nothing can be appended to a
 * file of its format, the same records in another one, of which the file is made at the end.
 */
final class Journal<T> {
    private static final int BUFFER_BYTES = 1 << 16;

    private final @Nullable SeekableFormat<T> seekable;
    private final FileFormat<T> format;

    Journal(FileFormat<T> format) {
        this.seekable = format instanceof SeekableFormat<T> known ? known : null;
        this.format = seekable == null ? format : seekable.journal();
    }

    /** The format of the journal. */
    FileFormat<T> format() {
        return format;
    }

    /** Whether the journal is the file itself. */
    boolean isFile() {
        return seekable == null;
    }

    /**
     * Writes the file of its journal.
     *
     * @param name of the file, for errors
     */
    void finish(String name, InputStream journal, OutputStream file) throws IOException {
        if (seekable == null) {
            journal.transferTo(file);
            return;
        }
        try (RecordReader<T> reader = format.reader(name, journal);
                RecordWriter<T> writer = seekable.writer(file, false)) {
            copy(name, reader, writer);
        }
    }

    /** Makes the file of its journal, in one step; a file of that name is replaced. */
    void finish(Path journal, Path file) throws IOException {
        if (seekable == null) {
            Files.move(journal, file, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Path finishing = finishing(file);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(journal), BUFFER_BYTES);
                RecordReader<T> reader = format.reader(String.valueOf(journal.getFileName()), in)) {
            write(reader, finishing, seekable);
        }
        Files.move(finishing, file, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(journal);
    }

    /**
     * Undoes {@link #finish}, after a crash between it and the pipeline's own end.
     *
     * @param length how long the journal was at the last commit
     * @param count how many records it had
     * @return how long it is now: commits cut a journal into blocks, which are not seen in the file that was made of it
     */
    long takeBack(Path file, Path journal, long length, long count) throws IOException {
        if (seekable == null) {
            if (Files.size(file) != length) {
                throw new IOException(Files.size(file) + " bytes, and " + journal.getFileName()
                        + " is missing (expected: " + length + " bytes, as at the last commit)");
            }
            Files.move(file, journal, StandardCopyOption.ATOMIC_MOVE);
            return length;
        }
        Path finishing = finishing(file);
        long found;
        try (RecordReader<T> reader =
                seekable.reader(String.valueOf(file.getFileName()), FileChannel.open(file, StandardOpenOption.READ))) {
            found = write(reader, finishing, format);
        }
        if (found != count) {
            throw new IOException(found + " records, and " + journal.getFileName() + " is missing (expected: " + count
                    + " records, as at the last commit)");
        }
        Files.move(finishing, journal, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(file);
        return Files.size(journal);
    }

    private static Path finishing(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".finishing");
    }

    /** Writes a file of all the records and forces it to the disk; gives how many there are. */
    private static <T> long write(RecordReader<T> records, Path to, FileFormat<T> format) throws IOException {
        try (FileSinkOutput out = FileSinkOutput.open(to, 0, false);
                RecordWriter<T> writer = format.writer(out, false)) {
            return copy(String.valueOf(to.getFileName()), records, writer);
        }
    }

    private static <T> long copy(String name, RecordReader<T> records, RecordWriter<T> writer) throws IOException {
        long count = 0;
        try {
            for (T value = records.read(); value != null; value = records.read()) {
                writer.write(value);
                count++;
            }
        } catch (CodecException e) {
            throw new IOException(name + ": record " + (count + 1) + ": " + e.getMessage(), e);
        }
        return count;
    }
}
