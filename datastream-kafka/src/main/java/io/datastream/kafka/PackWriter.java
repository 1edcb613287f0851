package io.datastream.kafka;

import io.datastream.time.EventTime;
import io.datastream.topic.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one task for one partition of an exchange, as the value of one Kafka record.
 *
 * <pre>
 * version, kind = rows, name of the task's stage, its number, names of the ports
 * then for each row: port and whether it is behind, offset, time, [what it is behind of], key, value
 * </pre>
 *
 * <p>Numbers are variable-length; offsets and times are differences to the row before; a key is written once.
 */
final class PackWriter {
    static final int VERSION = 1;
    static final int ROWS = 1;
    static final int MARKS = 2;

    /** Size from which on a pack is closed. */
    static final int FULL = 32 * 1024;

    private final byte[] header;
    private byte[] bytes;
    private int size;
    private int rows;
    private long lastOffset;
    private long lastTime;
    private final Map<Object, Integer> keys = new HashMap<>();
    private final PackTraces traces = new PackTraces();

    PackWriter(String stage, int partition, List<String> ports) {
        bytes = new byte[128];
        number(VERSION);
        number(ROWS);
        text(stage);
        number(partition);
        number(ports.size());
        ports.forEach(this::text);
        header = Arrays.copyOf(bytes, size);
    }

    boolean isEmpty() {
        return rows == 0;
    }

    boolean isFull() {
        return size + traces.size() >= FULL;
    }

    void row(int port, long offset, long time, long behind, Object key, byte[] keyBytes, byte[] value) {
        rows++;
        boolean isBehind = behind != EventTime.MIN;
        number(port * 2L + (isBehind ? 1 : 0));
        signed(offset - lastOffset);
        lastOffset = offset;
        signed(time - lastTime);
        lastTime = time;
        if (isBehind) {
            signed(behind - time);
        }
        Integer known = keys.putIfAbsent(key, keys.size());
        if (known != null) {
            number(known + 1L);
        } else {
            number(0);
            block(keyBytes);
        }
        block(value);
    }

    /** The headers that say the trace of the last row; none if it has none. */
    void traced(List<RecordHeader> headers) {
        traces.add(rows - 1, headers);
    }

    /** The traces of the rows so far; null for none. To be taken with the rows. */
    byte @Nullable [] takeTraces() {
        return traces.take();
    }

    /** The rows so far; the writer is empty again. */
    byte[] take() {
        byte[] pack = Arrays.copyOf(bytes, size);
        System.arraycopy(header, 0, bytes, 0, header.length);
        size = header.length;
        rows = 0;
        lastOffset = 0;
        lastTime = 0;
        keys.clear();
        return pack;
    }

    private void text(String text) {
        block(text.getBytes(StandardCharsets.UTF_8));
    }

    private void block(byte[] block) {
        number(block.length);
        reserve(block.length);
        System.arraycopy(block, 0, bytes, size, block.length);
        size += block.length;
    }

    private void signed(long value) {
        number((value << 1) ^ (value >> 63));
    }

    private void number(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
