package io.datastream.files.hadoop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.fs.FSDataInputStream;

/** A file of Hadoop as a channel. */
final class HadoopInput implements SeekableByteChannel {
    private static final int BUFFER_BYTES = 1 << 16;

    private final FSDataInputStream in;
    private final long size;
    private long position;
    private boolean open = true;

    HadoopInput(FSDataInputStream in, long size) {
        this.in = in;
        this.size = size;
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        checkOpen();
        if (position >= size) {
            return -1;
        }
        if (in.getPos() != position) {
            in.seek(position);
        }
        int count;
        if (buffer.hasArray()) {
            count = in.read(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
            buffer.position(buffer.position() + Math.max(0, count));
        } else {
            byte[] bytes = new byte[Math.min(BUFFER_BYTES, buffer.remaining())];
            count = in.read(bytes);
            buffer.put(bytes, 0, Math.max(0, count));
        }
        position += Math.max(0, count);
        return count;
    }

    private void checkOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public int write(ByteBuffer buffer) {
        throw new NonWritableChannelException();
    }

    @Override
    public long position() throws ClosedChannelException {
        checkOpen();
        return position;
    }

    @Override
    public SeekableByteChannel position(long changed) throws ClosedChannelException {
        checkOpen();
        if (changed < 0) {
            throw new IllegalArgumentException("position: " + changed + " (expected: >= 0)");
        }
        position = changed;
        return this;
    }

    @Override
    public long size() throws ClosedChannelException {
        checkOpen();
        return size;
    }

    @Override
    public SeekableByteChannel truncate(long changed) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        if (open) {
            open = false;
            in.close();
        }
    }
}
