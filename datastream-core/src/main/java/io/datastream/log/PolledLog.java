package io.datastream.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FileLog} in front of something that is asked now and then what is new. With the records it keeps a cursor, by which
 * the next question goes on: both are there, or neither, so after a crash nothing is asked twice that was kept, and nothing is
 * left out.
 *
 * <p>The source gives records in the order in which they were kept, malformed ones as errors. The options of the log hold
 * for it too; a cursor counts as an entry, and the last one is never deleted. Safe for use by several threads.
 */
public final class PolledLog implements AutoCloseable {
    // the first byte of an entry; the last entry of a batch is a cursor
    private static final byte RECORD = 0;
    private static final byte MALFORMED = 1;
    private static final byte CURSOR = 2;

    private final FileLog log;
    private byte @Nullable [] cursor;

    private PolledLog(FileLog log, byte @Nullable [] cursor) {
        this.log = log;
        this.cursor = cursor;
    }

    /** Opens the log of a folder with the default options, or begins one. */
    public static PolledLog open(Path folder) {
        return open(folder, FileLogOptions.defaults());
    }

    /**
     * Opens the log of a folder, or begins one.
     *
     * @throws LogException if it is open elsewhere, damaged, no log of this kind, or cannot be read or written
     */
    public static PolledLog open(Path folder, FileLogOptions options) {
        FileLog log = FileLog.open(folder, options);
        try {
            return new PolledLog(log, lastCursor(log));
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private static byte @Nullable [] lastCursor(FileLog log) {
        if (log.end() == 0) {
            return null;
        }
        byte[] entry = log.last();
        if (entry == null || entry.length == 0 || entry[0] != CURSOR) {
            throw new LogException(log + ": ends without a cursor (expected: a log of what was polled)", null);
        }
        return rest(entry);
    }

    private static byte[] rest(byte[] entry) {
        return Arrays.copyOfRange(entry, 1, entry.length);
    }

    /** By what the next question goes on; null before the first answer was kept. */
    public synchronized byte @Nullable [] cursor() {
        return cursor == null ? null : cursor.clone();
    }

    /**
     * Keeps an answer, and returns when it is durable: all of it, or nothing.
     *
     * @param cursor by what the next question goes on; a few bytes, as it is kept with each answer
     * @throws LogFullException if a bound of the log is reached; nothing was kept
     * @throws LogException if the answer may not be durable
     * @throws IllegalArgumentException if it is larger than {@link FileLog#LARGEST_BATCH}; nothing was kept
     */
    public synchronized void append(List<PolledRecord> records, byte[] cursor) {
        List<byte[]> entries = new ArrayList<>(records.size() + 1);
        for (PolledRecord each : records) {
            entries.add(entry(each));
        }
        entries.add(entry(CURSOR, cursor));
        log.append(entries);
        this.cursor = cursor.clone();
    }

    private static byte[] entry(PolledRecord each) {
        if (each.error() == null) {
            return entry(RECORD, each.bytes());
        }
        byte[] error = each.error().getBytes(UTF_8);
        return ByteBuffer.allocate(1 + Integer.BYTES + error.length + each.bytes().length)
                .put(MALFORMED)
                .putInt(error.length)
                .put(error)
                .put(each.bytes())
                .array();
    }

    private static byte[] entry(byte kind, byte[] bytes) {
        return ByteBuffer.allocate(1 + bytes.length).put(kind).put(bytes).array();
    }

    /** The records as a source that does not end; read by pipelines of the same JVM while the log is open. */
    public <T> ReadableSource<T> source(Decoder<T> decoder) {
        return new PolledSource<>(log.source((Decoder<byte[]>) bytes -> bytes), decoder);
    }

    /** What there is to know of the log now; the cursors among the unread records count. */
    public LogStatus status() {
        return log.status();
    }

    /** Lets the folder go. Close the poller, and pipelines that read from it, first. */
    @Override
    public void close() {
        log.close();
    }

    @Override
    public String toString() {
        return "Polled" + log;
    }

    /** Takes the kept form apart. */
    private record PolledSource<T>(ReadableSource<byte[]> entries, Decoder<T> decoder) implements ReadableSource<T> {
        @Override
        public String name() {
            return entries.name();
        }

        @Override
        public int partitions() {
            return entries.partitions();
        }

        @Override
        public boolean isBounded() {
            return entries.isBounded();
        }

        @Override
        public SourceReader<T> open(int partition, long position) {
            SourceReader<byte[]> reader = entries.open(partition, position);
            return new SourceReader<>() {
                @Override
                public Status poll(int max, Collector<? super T> out) {
                    return reader.poll(max, new Unpacking<>(decoder, out));
                }

                @Override
                public void close() {
                    reader.close();
                }
            };
        }

        @Override
        public String toString() {
            return "Polled" + entries;
        }
    }

    private record Unpacking<T>(Decoder<T> decoder, SourceReader.Collector<? super T> out)
            implements SourceReader.Collector<byte[]> {
        @Override
        public void record(long offset, long logNanos, byte[] entry, byte @Nullable [] original) {
            switch (entry.length == 0 ? -1 : entry[0]) {
                case RECORD -> decode(offset, logNanos, rest(entry));
                case MALFORMED -> {
                    ByteBuffer parts = ByteBuffer.wrap(entry, 1, entry.length - 1);
                    byte[] error = new byte[parts.getInt()];
                    parts.get(error);
                    byte[] found = new byte[parts.remaining()];
                    parts.get(found);
                    out.malformed(offset, logNanos, new CodecException(new String(error, UTF_8)), found);
                }
                case CURSOR -> {
                    // says how far it had come, which is of no use to a pipeline
                }
                default ->
                    out.malformed(
                            offset,
                            logNanos,
                            new CodecException("entry: unknown kind (expected: one of what was polled)"),
                            entry);
            }
        }

        private void decode(long offset, long logNanos, byte[] bytes) {
            T value;
            try {
                value = decoder.decode(bytes);
            } catch (CodecException e) {
                out.malformed(offset, logNanos, e, bytes);
                return;
            }
            out.record(offset, logNanos, value, bytes);
        }

        @Override
        public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
            out.malformed(offset, logNanos, error, original);
        }
    }
}
