package io.datastream.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A batch as it lies in a segment, big-endian:
 *
 * <pre>
 * marker   8  that of the segment
 * length   4  of what follows the header
 * checksum 4  CRC32C of the frame's position in the file, of the header without it, and of what follows
 * offset   8  of the first entry
 * durable  8  how far the file was known to be durable when this was written
 * time     8  nanoseconds since the epoch
 * count    4  of entries
 * key      2  its length
 * then the key, and for each entry its length (4) and its bytes
 * </pre>
 *
 * <p>A batch is one frame, so one checksum makes it whole or void. {@code durable} tells a torn tail from a damaged middle: if
 * a later frame was written when this place was durable already, then this place was whole once, and perhaps
 * acknowledged. The marker is random for each segment, so that no sender can make records that look like a frame.
 */
final class Frame {
    static final int HEADER = 46;
    static final int LARGEST = 1 << 28;
    private static final int CHECKSUM_AT = 12;

    final ByteBuffer bytes;

    /** Of the frame within {@link #bytes}. */
    final int start;

    Frame(ByteBuffer bytes, int start) {
        this.bytes = bytes;
        this.start = start;
    }

    /** The size of the frame of a batch. */
    static long size(List<byte[]> records, @Nullable String key) {
        long size = (long) HEADER + (key == null ? 0 : key.length());
        for (byte[] record : records) {
            size += Integer.BYTES + record.length;
        }
        return size;
    }

    /** Writes the key and the entries, which do not depend on where the frame will lie. */
    static byte[] encode(int size, List<byte[]> records, @Nullable String key) {
        byte[] bytes = new byte[size];
        ByteBuffer frame = ByteBuffer.wrap(bytes)
                .putInt(8, size - HEADER)
                .putInt(40, records.size())
                .putShort(44, (short) (key == null ? 0 : key.length()))
                .position(HEADER);
        if (key != null) {
            frame.put(key.getBytes(StandardCharsets.US_ASCII));
        }
        for (byte[] record : records) {
            frame.putInt(record.length).put(record);
        }
        return bytes;
    }

    /** Completes the header. */
    static void complete(byte[] bytes, long marker, long position, long offset, long durable, long time) {
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        frame.putLong(0, marker).putLong(16, offset).putLong(24, durable).putLong(32, time);
        frame.putInt(CHECKSUM_AT, checksum(frame, 0, bytes.length, position));
    }

    /** Whether the bytes from {@code start} on, as far as the frame says it goes, are what was written there. */
    boolean isWhole(long position) {
        return checksum(bytes, start, HEADER + length(), position) == bytes.getInt(start + CHECKSUM_AT);
    }

    private static int checksum(ByteBuffer frame, int start, int size, long position) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, position));
        crc.update(frame.duplicate().limit(start + CHECKSUM_AT).position(start));
        crc.update(frame.duplicate().limit(start + size).position(start + CHECKSUM_AT + Integer.BYTES));
        return (int) crc.getValue();
    }

    long marker() {
        return bytes.getLong(start);
    }

    int length() {
        return bytes.getInt(start + 8);
    }

    int size() {
        return HEADER + length();
    }

    long offset() {
        return bytes.getLong(start + 16);
    }

    long durable() {
        return bytes.getLong(start + 24);
    }

    long time() {
        return bytes.getLong(start + 32);
    }

    int count() {
        return bytes.getInt(start + 40);
    }

    private int keyLength() {
        return bytes.getShort(start + 44);
    }

    @Nullable
    String key() {
        int length = keyLength();
        return length == 0
                ? null
                : new String(bytes.array(), bytes.arrayOffset() + start + HEADER, length, StandardCharsets.US_ASCII);
    }

    /** Of the entries alone, to see whether a batch with a known key is the known one. */
    long fingerprint() {
        int from = HEADER + keyLength();
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(start + size()).position(start + from));
        return crc.getValue() << 32 | size() - from;
    }

    /** The entries, to be read one after the other: each its length and its bytes. */
    ByteBuffer entries() {
        return bytes.duplicate().limit(start + size()).position(start + HEADER + keyLength());
    }
}
