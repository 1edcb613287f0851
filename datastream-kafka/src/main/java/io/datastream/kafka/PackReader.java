package io.datastream.kafka;

import io.datastream.codec.Codec;
import io.datastream.time.EventTime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link PackWriter} wrote. */
final class PackReader {
    /** Name of the stage that the rows come from. */
    final String stage;

    /** Number of its task. */
    final int partition;

    /** Names of the ports. */
    final List<String> ports;

    private final byte[] bytes;
    private int at;
    private final List<Object> keys = new ArrayList<>();

    /** Which of the names in {@link #ports}. */
    int port;

    long offset;
    long time;

    /** The watermark that the row is behind of, or {@link EventTime#MIN}. */
    long behind;

    /** Kind of a record of an exchange: {@link PackWriter#ROWS} or {@link PackWriter#MARKS}. */
    static int kind(byte[] bytes) {
        if (bytes.length < 2 || bytes[0] != PackWriter.VERSION) {
            throw new IllegalArgumentException(
                    "version " + (bytes.length == 0 ? "none" : bytes[0]) + " (expected: " + PackWriter.VERSION + ")");
        }
        return bytes[1];
    }

    PackReader(byte[] bytes) {
        this.bytes = bytes;
        this.at = 2;
        this.stage = text();
        this.partition = (int) number();
        int count = (int) number();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(text());
        }
        this.ports = names;
    }

    /** Goes to the next row. Returns whether there is one. */
    boolean next() {
        if (at == bytes.length) {
            return false;
        }
        long portAndFlag = number();
        port = (int) (portAndFlag >>> 1);
        offset += signed();
        time += signed();
        behind = (portAndFlag & 1) == 0 ? EventTime.MIN : time + signed();
        return true;
    }

    /** The key of the row; to be asked once, before the value. */
    Object key(Codec<Object> codec) {
        int known = (int) number();
        if (known > 0) {
            return keys.get(known - 1);
        }
        Object key = codec.decode(block());
        keys.add(key);
        return key;
    }

    /** The value of the row; to be asked once, after the key. */
    Object value(Codec<Object> codec) {
        return codec.decode(block());
    }

    private String text() {
        return new String(block(), StandardCharsets.UTF_8);
    }

    private byte[] block() {
        int length = (int) number();
        if (length < 0 || length > bytes.length - at) {
            throw new IllegalArgumentException(
                    "length " + length + " at " + at + " (expected: at most " + (bytes.length - at) + ")");
        }
        byte[] block = new byte[length];
        System.arraycopy(bytes, at, block, 0, length);
        at += length;
        return block;
    }

    private long signed() {
        long value = number();
        return (value >>> 1) ^ -(value & 1);
    }

    private long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("number at " + at + " (expected: at most 10 bytes)");
    }
}
