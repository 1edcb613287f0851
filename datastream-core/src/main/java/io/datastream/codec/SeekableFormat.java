package io.datastream.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A format whose files are read by jumping about in them and are complete only when they are closed, such as one with an
 * index at its end. Nothing can be appended to such a file: {@link #writer} is only called with {@code append} false, and
 * its {@code flush} need not make records readable. Until a file is complete, a sink keeps the records in a
 * {@link #journal}.
 *
 * @param <T> the records
 */
public interface SeekableFormat<T> extends FileFormat<T> {
    /**
     * Reads records one by one.
     *
     * @param name name of the file, for errors
     * @param content its content; closed with the reader
     */
    RecordReader<T> reader(String name, SeekableByteChannel content) throws IOException;

    /** A format with the same records to which records can be appended, also after a crash. */
    FileFormat<T> journal();

    /** Reads a stream by way of a temporary file, which is deleted when the reader is closed. */
    @Override
    default RecordReader<T> reader(String name, InputStream in) throws IOException {
        Path copy = Files.createTempFile("datastream-", ".copy");
        SeekableByteChannel channel = Files.newByteChannel(
                copy, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        try (in) {
            in.transferTo(Channels.newOutputStream(channel));
            return reader(name, channel.position(0));
        } catch (IOException | RuntimeException e) {
            try {
                channel.close();
            } catch (IOException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
    }
}
