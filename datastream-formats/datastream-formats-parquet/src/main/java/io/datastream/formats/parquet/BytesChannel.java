package io.datastream.formats.parquet;

import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** Bytes in memory as a file. */
final class BytesChannel implements SeekableByteChannel {
    private final byte[] bytes;
    private int position;
    private boolean open = true;

    BytesChannel(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read(ByteBuffer buffer) {
        if (position >= bytes.length) {
            return -1;
        }
        int count = Math.min(buffer.remaining(), bytes.length - position);
        buffer.put(bytes, position, count);
        position += count;
        return count;
    }

    @Override
    public int write(ByteBuffer buffer) {
        throw new UnsupportedOperationException("write: to a file that is read");
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long changed) {
        position = Math.toIntExact(changed);
        return this;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new UnsupportedOperationException("truncate: of a file that is read");
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
