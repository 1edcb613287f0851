package io.datastream.formats.avro;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Avro's binary encoding, read from an array. Nothing is allocated before it is known that the bytes for it are there, and
 * what a record of few bytes can cost is bounded: how deep it is nested, and how many values without bytes it has.
 */
final class AvroInput {
    private static final int VALUES_WITHOUT_BYTES = 100_000;
    private static final int MOST_INT_BYTES = 5;

    private final byte[] bytes;
    private final int end;
    private int position;
    private int depth;
    private long values;

    AvroInput(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    int position() {
        return position;
    }

    byte[] array() {
        return bytes;
    }

    int end() {
        return end;
    }

    /** Goes to a place and forgets what was counted: a record begins here. */
    void begin(int position) {
        this.position = position;
        depth = 0;
        values = 0;
    }

    int remaining() {
        return end - position;
    }

    /** To be called around what may contain more of its kind. */
    void enter() {
        if (++depth > AvroCodec.MAX_DEPTH) {
            throw AvroProblem.structural("nested deeper than " + AvroCodec.MAX_DEPTH + " (expected: at most that)");
        }
        count(1);
    }

    void leave() {
        depth--;
    }

    /** Counts values, of which there may be no more than bytes, but for a number that any reasonable record keeps below. */
    void count(long more) {
        values += more;
        if (values > VALUES_WITHOUT_BYTES + (long) end) {
            throw AvroProblem.structural("more than " + VALUES_WITHOUT_BYTES
                    + " values without bytes (expected: a record that is no larger in memory than in bytes)");
        }
    }

    private void need(long count, String what) {
        if (count < 0) {
            throw AvroProblem.structural(what + " of " + count + " bytes (expected: >= 0)");
        }
        if (count > end - position) {
            throw AvroProblem.structural(what + " of " + count + " bytes (expected: at most " + (end - position)
                    + ", the rest of the bytes)");
        }
    }

    boolean readBoolean() {
        need(1, "true or false");
        byte value = bytes[position++];
        if (value != 0 && value != 1) {
            throw AvroProblem.structural("byte " + (value & 0xff) + " (expected: 0 or 1, for true or false)");
        }
        return value == 1;
    }

    long readLong() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (position >= end) {
                throw AvroProblem.structural("ends within a number (expected: more bytes)");
            }
            byte next = bytes[position++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                if (shift == 63 && next > 1) {
                    break;
                }
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw AvroProblem.structural("a number of more than 64 bits (expected: at most 10 bytes)");
    }

    int readInt() {
        int from = position;
        long value = readLong();
        if (value != (int) value) {
            throw AvroProblem.structural("number " + value + " (expected: a whole number of 32 bits)");
        }
        checkPadding(from);
        return (int) value;
    }

    /** A number of 32 bits could have more bytes than it needs, but other readers of Avro refuse it then. */
    private void checkPadding(int from) {
        if (position - from > MOST_INT_BYTES) {
            throw AvroProblem.structural("a number of " + (position - from) + " bytes (expected: at most "
                    + MOST_INT_BYTES + " for 32 bits)");
        }
    }

    float readFloat() {
        need(4, "number");
        position += 4;
        return Float.intBitsToFloat((int) littleEndian(position - 4, 4));
    }

    double readDouble() {
        need(8, "number");
        position += 8;
        return Double.longBitsToDouble(littleEndian(position - 8, 8));
    }

    private long littleEndian(int from, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | bytes[from + i] & 0xff;
        }
        return value;
    }

    byte[] readBytes() {
        return readFixed(readLength("bytes"));
    }

    byte[] readFixed(int count) {
        need(count, "bytes");
        byte[] value = new byte[count];
        System.arraycopy(bytes, position, value, 0, count);
        position += count;
        return value;
    }

    String readString() {
        int length = readLength("text");
        int from = position;
        position += length;
        String value = new String(bytes, from, length, StandardCharsets.UTF_8);
        if (value.indexOf('\ufffd') >= 0) {
            checkUtf8(from, length); // a replacement may stand in the text itself
        }
        return value;
    }

    private void checkUtf8(int from, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length));
        } catch (CharacterCodingException e) {
            throw AvroProblem.value("bytes that are no UTF-8 (expected: a text)", e);
        }
    }

    private int readLength(String what) {
        long length = readLong();
        need(length, what);
        return (int) length;
    }

    void skip(long count) {
        need(count, "value");
        position += (int) count;
    }

    void skipBytes() {
        skip(readLong());
    }

    /** How many elements come next in a list or map; 0 at its end. */
    long readBlockCount() {
        long count = readLong();
        if (count < 0) {
            long bytes = readLong(); // for those who pass over it
            if (bytes < 0 || bytes > remaining()) {
                throw AvroProblem.structural(
                        "a list of " + bytes + " bytes (expected: at most " + remaining() + ", the rest of the bytes)");
            }
            count = -count;
        }
        if (count < 0 || count > (long) VALUES_WITHOUT_BYTES + remaining()) {
            throw AvroProblem.structural(
                    "a list of " + count + " (expected: at most " + remaining() + ", the rest of the bytes)");
        }
        return count;
    }

    /** A number of {@code choices}. */
    int readIndex(int choices, String what) {
        int from = position;
        long index = readLong();
        if (index < 0 || index >= choices) {
            throw AvroProblem.structural(what + " " + index + " (expected: from 0 to " + (choices - 1) + ")");
        }
        checkPadding(from);
        return (int) index;
    }
}
