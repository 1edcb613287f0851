package io.datastream.source.file;

import io.datastream.codec.CodecException;
import io.datastream.source.SourceReader.Collector;
import io.datastream.time.EventTime;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Splits the content of one file into lines. The buffer grows up to the longest line allowed; what is longer is dropped. */
final class TailLines<T> implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int LONGEST_RAW = 1 << 10;

    final KnownFile file;

    private final TailSource<T> source;
    private final Contents contents;
    private final TailContent content;

    /** What is added to the place of a line's end in the file to get its offset. */
    private final long shift;

    /** Where the span ends in the file; lines after that come later. */
    private final long end;

    private byte[] buffer;
    private int start;
    private int scanned;
    private int limit;

    /** Where the byte at {@link #start} is in the file. */
    private long startByte;

    /** Where the line begins that is being read. */
    private long lineByte;

    private byte @Nullable [] tooLong;

    private long countedTo;
    private long countedLines;

    TailLines(TailSource<T> source, Contents contents, KnownFile file, long offset, long end) throws IOException {
        this.source = source;
        this.contents = contents;
        this.file = file;
        this.content = TailContent.open(contents, file);
        this.shift = offset - file.readTo;
        this.end = end;
        this.startByte = file.readTo;
        this.lineByte = file.readTo;
        this.buffer = new byte[(int) Math.min(BUFFER_BYTES, source.maxLineBytes + 1L)];
    }

    /** Whether there is a line that has not been handed out. */
    boolean hasLine() throws IOException {
        return findEnd() >= 0;
    }

    /** Hands out at most so many records. Fewer means that the end of what is there is reached. */
    int hand(int max, Collector<? super T> out) throws IOException {
        int handed = 0;
        long now = EventTime.nanos(Instant.now());
        while (handed < max) {
            int newline = findEnd();
            if (newline < 0) {
                return handed;
            }
            handed += handLine(newline, now, out);
        }
        return handed;
    }

    /** Where the next line ends in the buffer; negative if its end is not there yet. */
    private int findEnd() throws IOException {
        while (true) {
            while (scanned < limit) {
                if (buffer[scanned] == '\n') {
                    return scanned;
                }
                scanned++;
            }
            if (!fill()) {
                return -1;
            }
        }
    }

    private boolean fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, limit - start);
            scanned -= start;
            limit -= start;
            start = 0;
        }
        if (limit > source.maxLineBytes) {
            if (tooLong == null) {
                tooLong = Arrays.copyOf(buffer, Math.min(LONGEST_RAW, limit));
            }
            startByte += limit;
            limit = 0;
            scanned = 0;
        }
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(source.maxLineBytes + 1L, buffer.length * 2L));
        }
        int room = (int) Math.min(buffer.length - limit, end - startByte - limit);
        int count = room == 0 ? 0 : content.read(buffer, limit, room);
        limit += Math.max(0, count);
        return count > 0;
    }

    private int handLine(int newline, long now, Collector<? super T> out) throws IOException {
        long newlineByte = startByte + newline - start;
        int length = newline - start;
        if (length > 0 && buffer[newline - 1] == '\r') {
            length--;
        }
        byte[] line = Arrays.copyOfRange(buffer, start, start + length);
        byte[] raw = tooLong;
        boolean header = source.header && lineByte == 0;
        long begin = lineByte;
        tooLong = null;
        start = newline + 1;
        scanned = start;
        startByte = newlineByte + 1;
        lineByte = startByte;
        file.readTo = Math.max(file.readTo, startByte);
        long offset = newlineByte + shift;
        if (header) {
            return 0;
        }
        if (raw != null) {
            CodecException error = new CodecException(place(begin) + ": longer than " + source.maxLineBytes
                    + " bytes (expected: a shorter one; see withMaxLineBytes)");
            out.malformed(offset, now, error, raw);
            return 1;
        }
        if (isBlank(line)) {
            return 0;
        }
        T value;
        try {
            value = source.decoder.decode(line);
        } catch (CodecException e) {
            out.malformed(offset, now, e.at(place(begin)), line);
            return 1;
        }
        out.record(offset, now, value, line);
        return 1;
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    /** The line that begins at a byte; it is counted when it is asked for. */
    private String place(long begin) {
        FoundFile place = file.place;
        if (place != null) {
            try {
                return file.name + ": line " + lineNumber(place, begin);
            } catch (IOException renamedMeanwhile) {
                countedTo = 0;
                countedLines = 0;
            }
        }
        return file.name + ": byte " + begin;
    }

    private long lineNumber(FoundFile place, long begin) throws IOException {
        try (InputStream in = contents.open(place.path())) {
            in.skipNBytes(countedTo);
            byte[] bytes = new byte[BUFFER_BYTES];
            while (countedTo < begin) {
                int count = in.read(bytes, 0, (int) Math.min(bytes.length, begin - countedTo));
                if (count < 0) {
                    throw new EOFException("ends before byte " + begin);
                }
                for (int i = 0; i < count; i++) {
                    countedLines += bytes[i] == '\n' ? 1 : 0;
                }
                countedTo += count;
            }
        }
        return countedLines + 1;
    }

    /** The source's position after the last line. */
    long position() {
        return lineByte + shift;
    }

    boolean isReplaced() {
        return content.isReplaced();
    }

    boolean isComplete() {
        return content.isComplete();
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
