package io.datastream.jdbc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A buffer that grows, filled in network order and used again and again. */
final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] array;
    private int length;

    Bytes(int size) {
        array = new byte[size];
    }

    /** What holds the bytes, until more are put. */
    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    void putByte(int value) {
        room(1);
        array[length++] = (byte) value;
    }

    void putShort(int value) {
        room(Short.BYTES);
        SHORT.set(array, length, (short) value);
        length += Short.BYTES;
    }

    void putInt(int value) {
        room(Integer.BYTES);
        INT.set(array, length, value);
        length += Integer.BYTES;
    }

    void putLong(long value) {
        room(Long.BYTES);
        LONG.set(array, length, value);
        length += Long.BYTES;
    }

    /** Writes a number over one that was put at this place before. */
    void setInt(int at, int value) {
        INT.set(array, at, value);
    }

    void put(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, array, length, bytes.length);
        length += bytes.length;
    }

    /** Puts text as UTF-8. Most text is ASCII, which needs no copy of its own. */
    void putText(String text) {
        int size = text.length();
        room(size);
        int at = length;
        for (int i = 0; i < size; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                put(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            array[at++] = (byte) c;
        }
        length = at;
    }

    private void room(int more) {
        if (array.length - length < more) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, Math.addExact(length, more)));
        }
    }
}
