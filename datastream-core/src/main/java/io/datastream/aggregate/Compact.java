package io.datastream.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Whole numbers in as few bytes as they need: seven bits a byte, the lowest first, the high bit says "more follows". */
final class Compact {
    private Compact() {}

    /** Writes a number, one byte below 128, at most nine for any that is not negative. */
    static void writeLong(long value, DataOutput out) throws IOException {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    /** Reads what {@link #writeLong} wrote. */
    static long readLong(DataInput in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            long next = in.readByte();
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IOException("stored number: more than ten bytes (expected: at most ten)");
    }

    /** Reads a number of elements. */
    static int readSize(DataInput in) throws IOException {
        long size = readLong(in);
        if (size < 0 || size > Integer.MAX_VALUE - 8) {
            throw new IOException("stored size: " + size + " (expected: from 0 to 2147483639)");
        }
        return (int) size;
    }
}
