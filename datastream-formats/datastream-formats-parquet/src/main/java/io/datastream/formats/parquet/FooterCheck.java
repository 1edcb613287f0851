package io.datastream.formats.parquet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Looks at the footer of a file before Parquet's reader does, which takes memory for whatever lengths a footer says: up to
 * 100 MiB for a text, and four times that for a list. Here texts, lists and maps must be no longer than what is left of the
 * footer. It is in the compact protocol of Thrift, in which each value has at least a byte.
 */
final class FooterCheck {
    private static final int MAGIC_BYTES = 4;
    private static final int TAIL_BYTES = Integer.BYTES + MAGIC_BYTES;
    private static final String ENCRYPTED = "PARE";

    private static final int DEEPEST = 64; // a footer has 8
    private static final int LONGEST_VARINT = 10;

    private static final int TRUE = 1;
    private static final int FALSE = 2;
    private static final int BYTE = 3;
    private static final int SHORT = 4;
    private static final int INT = 5;
    private static final int LONG = 6;
    private static final int DOUBLE = 7;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int SET = 10;
    private static final int MAP = 11;
    private static final int STRUCT = 12;

    private final ByteBuffer in;

    private FooterCheck(ByteBuffer in) {
        this.in = in;
    }

    /**
     * Checks the footer of a file. What is no Parquet file at all is left to Parquet's reader, which says so.
     *
     * @throws IOException if it is encrypted, longer than allowed, or says more than it has
     */
    static void check(SeekableByteChannel file, long maxBytes) throws IOException {
        long size = file.size();
        if (size < MAGIC_BYTES + TAIL_BYTES) {
            return;
        }
        ByteBuffer tail = read(file, size - TAIL_BYTES, TAIL_BYTES);
        int length = tail.getInt();
        if (StandardCharsets.ISO_8859_1.decode(tail).toString().equals(ENCRYPTED)) {
            throw new IOException("footer: encrypted (expected: a file that is not encrypted)");
        }
        if (length < 0 || length > size - TAIL_BYTES - MAGIC_BYTES) {
            return;
        }
        if (length > maxBytes) {
            throw new IOException(
                    "footer: " + length + " bytes (expected: at most " + maxBytes + "; see withMaxRowGroupBytes)");
        }
        new FooterCheck(read(file, size - TAIL_BYTES - length, length)).struct(1);
    }

    private static ByteBuffer read(SeekableByteChannel file, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        file.position(position);
        while (bytes.hasRemaining()) {
            if (file.read(bytes) < 0) {
                throw new EOFException("footer: ends " + bytes.remaining() + " bytes too early (expected: " + count
                        + " bytes at " + position + ")");
            }
        }
        return bytes.flip();
    }

    private void struct(int depth) throws IOException {
        if (depth > DEEPEST) {
            throw problem("nested deeper than " + DEEPEST, "a footer of Parquet");
        }
        for (int field = next(); field != 0; field = next()) {
            boolean hasNumber = field >>> 4 == 0; // else it is told as a distance
            if (hasNumber) {
                varint();
            }
            int type = field & 0xf;
            if (type != TRUE && type != FALSE) { // which are values themselves
                value(type, depth);
            }
        }
    }

    private void value(int type, int depth) throws IOException {
        switch (type) {
            case TRUE, FALSE, BYTE -> skip(1, "a value");
            case SHORT, INT, LONG -> varint();
            case DOUBLE -> skip(Double.BYTES, "a number");
            case BINARY -> skip(varint(), "a text");
            case LIST, SET -> {
                int header = next();
                long count = header >>> 4 == 0xf ? varint() : header >>> 4;
                values(count, "a list", depth + 1, header & 0xf);
            }
            case MAP -> {
                long count = varint();
                if (count != 0) {
                    int types = next();
                    values(count, "a map", depth + 1, types >>> 4, types & 0xf);
                }
            }
            case STRUCT -> struct(depth + 1);
            default -> throw problem("a value of type " + type, "one of Thrift's types, 1 to 12");
        }
    }

    /** So many times a value of each of these types. */
    private void values(long count, String what, int depth, int... types) throws IOException {
        if (depth > DEEPEST) {
            throw problem("nested deeper than " + DEEPEST, "a footer of Parquet");
        }
        if (count < 0 || count > in.remaining()) {
            throw problem(what + " of " + count + " values", "at most the " + in.remaining() + " bytes that are left");
        }
        for (long i = 0; i < count; i++) {
            for (int type : types) {
                value(type, depth);
            }
        }
    }

    private void skip(long count, String what) throws IOException {
        if (count < 0 || count > in.remaining()) {
            throw problem(what + " of " + count + " bytes", "at most the " + in.remaining() + " bytes that are left");
        }
        in.position(in.position() + (int) count);
    }

    private int next() throws IOException {
        skip(1, "a value");
        return in.get(in.position() - 1) & 0xff;
    }

    private long varint() throws IOException {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            int next = next();
            value |= (next & 0x7fL) << 7 * i;
            if (next < 0x80) {
                return value;
            }
        }
        throw problem("a number of more than " + LONGEST_VARINT + " bytes", "at most 64 bits");
    }

    private IOException problem(String what, String expected) {
        return new IOException("footer: byte " + in.position() + ": " + what + " (expected: " + expected + ")");
    }
}
