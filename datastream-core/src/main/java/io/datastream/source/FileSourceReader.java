package io.datastream.source;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.SeekableFormat;
import io.datastream.file.Uncompressor;
import io.datastream.time.EventTime;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the records of one file. */
final class FileSourceReader<T> implements SourceReader<T> {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final short GZIP_MAGIC = 0x1f8b;

    private final String name;
    private final RecordReader<T> records;
    private final long logNanos;
    private long next;

    private FileSourceReader(String name, RecordReader<T> records, long logNanos) {
        this.name = name;
        this.records = records;
        this.logNanos = logNanos;
    }

    static <T> FileSourceReader<T> open(
            Opener opener,
            String path,
            String name,
            FileFormat<T> format,
            Map<String, Uncompressor> uncompressors,
            long position) {
        SeekableByteChannel content;
        Uncompressor uncompressor;
        try {
            content = opener.open(path);
            uncompressor = uncompressor(path, content, uncompressors);
        } catch (NoSuchFileException e) {
            throw SourceException.fatal("file: " + path + ": does not exist (expected: a file that can be read)", e);
        } catch (IOException e) {
            throw SourceException.fatal(
                    "file: " + path + ": " + message(e) + " (expected: a file that can be read)", e);
        }
        try {
            FileSourceReader<T> reader = new FileSourceReader<>(
                    name, records(name, format, content, uncompressor), EventTime.nanos(Instant.now()));
            reader.skipTo(position);
            return reader;
        } catch (IOException | RuntimeException e) {
            closeAfter(e, content);
            if (e instanceof SourceException known) {
                throw known;
            }
            throw SourceException.fatal(name + ": " + message(e), e);
        }
    }

    /** Opens a file by its path. */
    interface Opener {
        SeekableByteChannel open(String path) throws IOException;
    }

    /** How a file is uncompressed; null for one that is not compressed. */
    private static @Nullable Uncompressor uncompressor(
            String path, SeekableByteChannel content, Map<String, Uncompressor> uncompressors) throws IOException {
        for (Map.Entry<String, Uncompressor> each : uncompressors.entrySet()) {
            if (path.endsWith(each.getKey())) {
                return each.getValue();
            }
        }
        try {
            ByteBuffer first = ByteBuffer.allocate(2);
            while (first.hasRemaining() && content.read(first) >= 0) {
                // a channel may give less than is asked for
            }
            content.position(0);
            return path.endsWith(".gz") || first.getShort(0) == GZIP_MAGIC ? GzipInput::new : null;
        } catch (IOException e) {
            closeAfter(e, content);
            throw e;
        }
    }

    private static <T> RecordReader<T> records(
            String name, FileFormat<T> format, SeekableByteChannel content, @Nullable Uncompressor uncompressor)
            throws IOException {
        if (format instanceof SeekableFormat<T> seekable && uncompressor == null) {
            return seekable.reader(name, content);
        }
        BufferedInputStream bytes = new BufferedInputStream(Channels.newInputStream(content), BUFFER_BYTES);
        if (uncompressor == null) {
            return format.reader(name, bytes);
        }
        InputStream uncompressed = uncompressor.open(bytes);
        return format.reader(name, uncompressed);
    }

    private void skipTo(long position) throws IOException {
        for (; next < position; next++) {
            if (!skipOne()) {
                throw SourceException.fatal(
                        name + ": position " + position + " (expected: at most " + next
                                + ", the number of its records; is it another file than before?)",
                        new IllegalStateException("ends before the position"));
            }
        }
    }

    private boolean skipOne() throws IOException {
        try {
            return records.read() != null;
        } catch (CodecException malformed) {
            return true; // it counts, and was reported when it was read first
        }
    }

    @Override
    public Status poll(int max, Collector<? super T> out) {
        for (int i = 0; i < max; i++) {
            T value;
            try {
                value = records.read();
            } catch (CodecException e) {
                out.malformed(next++, logNanos, e, records.raw());
                continue;
            } catch (IOException e) {
                String place = next == 0 ? "at the beginning" : "after " + records.place();
                throw SourceException.fatal(name + ": " + place + ": " + message(e), e);
            }
            if (value == null) {
                return Status.END;
            }
            out.record(next++, logNanos, value, records.raw());
        }
        return Status.MORE;
    }

    @Override
    public void close() {
        try {
            records.close();
        } catch (IOException e) {
            throw SourceException.fatal(name + ": cannot be closed: " + message(e), e);
        }
    }

    private static void closeAfter(Exception problem, SeekableByteChannel content) {
        try {
            content.close();
        } catch (IOException e) {
            problem.addSuppressed(e);
        }
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
