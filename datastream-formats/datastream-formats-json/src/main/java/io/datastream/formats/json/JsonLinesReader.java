package io.datastream.formats.json;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the lines of one file. The buffer grows up to the longest line allowed; what is longer is dropped as it comes. */
final class JsonLinesReader<T> implements RecordReader<T> {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int LONGEST_RAW = 1 << 10;

    private final JsonCodec<T> codec;
    private final InputStream in;
    private final int maxRecordBytes;
    private byte[] buffer;
    private int start;
    private int limit;
    private boolean ended;
    private long line;
    private byte @Nullable [] raw;

    private JsonLinesReader(JsonCodec<T> codec, InputStream in, int maxRecordBytes) {
        this.codec = codec;
        this.in = in;
        this.maxRecordBytes = maxRecordBytes;
        this.buffer = new byte[Math.min(BUFFER_BYTES, maxRecordBytes)];
    }

    static <T> JsonLinesReader<T> open(JsonCodec<T> codec, InputStream in, int maxRecordBytes) throws IOException {
        JsonLinesReader<T> reader = new JsonLinesReader<>(codec, in, Math.max(3, maxRecordBytes));
        boolean more = true;
        while (reader.limit < 3 && more) {
            more = reader.fill();
        }
        if (reader.limit >= 3
                && reader.buffer[0] == (byte) 0xef
                && reader.buffer[1] == (byte) 0xbb
                && reader.buffer[2] == (byte) 0xbf) {
            reader.start = 3;
        }
        return reader;
    }

    @Override
    public @Nullable T read() throws IOException {
        raw = null;
        while (true) {
            byte[] next = nextLine();
            if (next == null) {
                return null;
            }
            if (!isBlank(next)) {
                raw = next;
                try {
                    return codec.decode(next);
                } catch (CodecException e) {
                    throw e.at(place());
                }
            }
        }
    }

    /** The next line without its end; null if there is none. */
    private byte @Nullable [] nextLine() throws IOException {
        int scanned = 0;
        while (true) {
            for (int i = start + scanned; i < limit; i++) {
                if (buffer[i] == '\n') {
                    byte[] found = Arrays.copyOfRange(buffer, start, i);
                    start = i + 1;
                    line++;
                    return found;
                }
            }
            scanned = limit - start;
            if (scanned > maxRecordBytes) {
                throw tooLong();
            }
            if (!fill()) {
                if (scanned == 0) {
                    return null;
                }
                byte[] last = Arrays.copyOfRange(buffer, start, limit);
                start = limit;
                line++;
                return last;
            }
        }
    }

    private CodecException tooLong() throws IOException {
        raw = Arrays.copyOfRange(buffer, start, start + Math.min(LONGEST_RAW, limit - start));
        line++;
        boolean found = false;
        do {
            while (!found && start < limit) {
                found = buffer[start++] == '\n';
            }
        } while (!found && fill());
        return new CodecException(place() + ": longer than " + maxRecordBytes
                + " bytes (expected: a JSON value; see withMaxRecordBytes)");
    }

    /** Reads more behind what is there, which may move it; false at the end of the file. */
    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, limit - start);
            limit -= start;
            start = 0;
        }
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(maxRecordBytes + 1L, buffer.length * 2L));
        }
        int count = in.read(buffer, limit, buffer.length - limit);
        ended = count < 0;
        limit += Math.max(0, count);
        return !ended;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String place() {
        return "line " + line;
    }

    @Override
    public byte @Nullable [] raw() {
        return raw;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
