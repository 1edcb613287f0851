package io.datastream.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Uncompresses gzip files of one or more members (RFC 1952). Unlike the JDK's stream it never takes a damaged or
 * truncated later member for the end of the file, which would lose records without a word.
 */
public final class GzipInput extends InputStream {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int HEADER_CHECKSUM = 2;
    private static final int RESERVED = 0xe0;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] single = new byte[1];
    private long members;
    private boolean inMember;
    private boolean ended;
    private boolean closed;

    /** Uncompresses a stream, which is closed with this one. */
    public GzipInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (closed) {
            throw new IOException("gzip: read after it was closed");
        }
        try {
            while (!ended) {
                if (!inMember && !startMember()) {
                    ended = true;
                    break;
                }
                int count = inflater.inflate(target, offset, length);
                if (count > 0) {
                    checksum.update(target, offset, count);
                    return count;
                }
                if (inflater.finished()) {
                    finishMember();
                } else if (inflater.needsDictionary()) {
                    throw damaged("asks for a dictionary");
                } else if (inflater.needsInput()) {
                    fill();
                    inflater.setInput(buffer, position, limit - position);
                }
            }
            return -1;
        } catch (DataFormatException e) {
            ZipException problem = damaged(String.valueOf(e.getMessage()));
            problem.initCause(e);
            throw problem;
        }
    }

    /** Reads a member's header; false at the end of the file. */
    private boolean startMember() throws IOException {
        if (members > 0 && position == limit && !refill()) {
            return false;
        }
        if (next() != 0x1f || next() != 0x8b) {
            throw damaged(members == 0 ? "does not begin like a gzip file" : "goes on with something else");
        }
        if (next() != 8) {
            throw damaged("unknown compression");
        }
        int flags = next();
        if ((flags & RESERVED) != 0) {
            throw damaged("unknown flags");
        }
        skip(6); // time, level, operating system
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CHECKSUM) != 0) {
            skip(2);
        }
        inflater.reset();
        inflater.setInput(buffer, position, limit - position);
        checksum.reset();
        inMember = true;
        members++;
        return true;
    }

    private void finishMember() throws IOException {
        position = limit - inflater.getRemaining();
        if (littleEndian() != checksum.getValue()) {
            throw damaged("wrong checksum");
        }
        if (littleEndian() != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw damaged("wrong length");
        }
        inMember = false;
    }

    private long littleEndian() throws IOException {
        return next() | (long) next() << 8 | (long) next() << 16 | (long) next() << 24;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // up to the zero at the end
        }
    }

    private int next() throws IOException {
        if (position == limit) {
            fill();
        }
        return buffer[position++] & 0xff;
    }

    private void fill() throws IOException {
        if (!refill()) {
            throw new EOFException("gzip: ends too early (expected: a complete file)");
        }
    }

    private boolean refill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer, 0, buffer.length));
        return limit > 0;
    }

    private static ZipException damaged(String what) {
        return new ZipException("gzip: " + what + " (expected: an undamaged file)");
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            inflater.end();
            in.close();
        }
    }
}
