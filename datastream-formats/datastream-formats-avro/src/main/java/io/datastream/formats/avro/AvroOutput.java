package io.datastream.formats.avro;

import java.io.OutputStream;
import java.util.Arrays;

/** Avro's binary encoding, written into an array that grows. */
final class AvroOutput extends OutputStream {
    private byte[] bytes;
    private int size;

    AvroOutput(int capacity) {
        bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    byte[] array() {
        return bytes;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** Goes back to an earlier size. */
    void truncate(int size) {
        this.size = size;
    }

    private void reserve(int count) {
        int needed = Math.addExact(size, count);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, bytes.length * 2L)));
        }
    }

    @Override
    public void write(int b) {
        reserve(1);
        bytes[size++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, size, count);
        size += count;
    }

    void writeLong(long value) {
        reserve(10);
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void writeFloat(float value) {
        littleEndian(Float.floatToRawIntBits(value), 4);
    }

    void writeDouble(double value) {
        littleEndian(Double.doubleToRawLongBits(value), 8);
    }

    private void littleEndian(long value, int count) {
        reserve(count);
        for (int i = 0; i < count; i++) {
            bytes[size++] = (byte) (value >>> 8 * i);
        }
    }

    /** Bytes with their length. */
    void writeBytes(byte[] value) {
        writeLong(value.length);
        write(value, 0, value.length);
    }
}
