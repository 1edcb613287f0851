package io.datastream.log;

import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.source.SourceException;
import io.datastream.source.SourceReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the durable entries of a log in their order. */
final class LogSourceReader<T> implements SourceReader<T> {
    private final FileLog log;
    private final String name;
    private final Decoder<T> decoder;
    private @Nullable SegmentReader segment;
    private @Nullable ByteBuffer entries;
    private long entriesEnd;
    private long time;

    /** The offset of the next entry; read by the log for its bounds. */
    volatile long next;

    LogSourceReader(FileLog log, String name, Decoder<T> decoder, long position) {
        this.log = log;
        this.name = name;
        this.decoder = decoder;
        this.next = position == 0 ? log.start() : position;
        check();
        log.add(this);
    }

    private void check() {
        long start = log.start();
        long end = log.end();
        if (next < start) {
            throw SourceException.fatal(
                    name + ": offsets " + next + " to " + (start - 1) + " are deleted (expected: a position from "
                            + start + " on; see the retention of the log)",
                    new IllegalStateException("deleted"));
        }
        if (next > end) {
            throw SourceException.fatal(
                    name + ": position " + next + " (expected: at most " + end
                            + ", the end of the log; is it another one than before?)",
                    new IllegalStateException("ends before the position"));
        }
    }

    @Override
    public Status poll(int max, Collector<? super T> out) {
        try {
            for (int i = 0; i < max && next < log.end(); i++) {
                if (next >= entriesEnd) {
                    load();
                }
                hand(Objects.requireNonNull(entries), out);
            }
        } catch (IOException e) {
            throw SourceException.fatal(name + ": " + where() + ": " + e, e);
        }
        return next < log.end() ? Status.MORE : Status.CAUGHT_UP;
    }

    private void hand(ByteBuffer from, Collector<? super T> out) {
        byte[] bytes = new byte[from.getInt()];
        from.get(bytes);
        long offset = next;
        next = offset + 1;
        T value;
        try {
            value = decoder.decode(bytes);
        } catch (CodecException e) {
            out.malformed(offset, time, e, bytes);
            return;
        }
        out.record(offset, time, value, bytes);
    }

    /** Reads frames up to the one with the next entry. */
    private void load() throws IOException {
        Segment wanted = log.segmentOf(next);
        if (wanted == null) {
            check(); // it tells what is deleted
            throw new IOException("no segment for offset " + next);
        }
        SegmentReader reader = segment;
        if (reader == null || reader.segment != wanted) {
            close(reader);
            segment = null;
            reader = new SegmentReader(wanted);
            segment = reader;
        }
        while (true) {
            Frame frame = reader.next(wanted.durable);
            if (frame == null) {
                throw damaged(wanted, reader.position(), "no whole batch");
            }
            long end = frame.offset() + frame.count();
            if (frame.offset() > next) {
                throw damaged(wanted, reader.position() - frame.size(), "offset " + frame.offset());
            }
            if (end > next) {
                take(frame);
                entriesEnd = end;
                return;
            }
        }
    }

    private void take(Frame frame) {
        ByteBuffer all = frame.entries();
        for (long offset = frame.offset(); offset < next; offset++) {
            int length = all.getInt();
            all.position(all.position() + length);
        }
        entries = all;
        time = frame.time();
    }

    private SourceException damaged(Segment file, long position, String what) {
        return SourceException.fatal(
                name + ": " + file.path + ": position " + position + ": " + what + " (expected: offset " + next
                        + "; the file is damaged)",
                new IOException("damaged"));
    }

    private String where() {
        return segment == null ? "offset " + next : segment.segment.path + ": position " + segment.position();
    }

    @Override
    public void close() {
        log.remove(this);
        SegmentReader open = segment;
        segment = null;
        try {
            close(open);
        } catch (IOException e) {
            throw SourceException.fatal(name + ": cannot be closed: " + e, e);
        }
    }

    private static void close(@Nullable SegmentReader reader) throws IOException {
        if (reader != null) {
            reader.close();
        }
    }
}
