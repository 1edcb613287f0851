package io.datastream.log;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the frames of a segment one after the other. Holds one frame in memory, or {@link #BLOCK} bytes. */
final class SegmentReader implements Closeable {
    private static final int BLOCK = 1 << 16;

    final Segment segment;
    private final RandomAccessFile file;
    private ByteBuffer block = ByteBuffer.allocate(BLOCK).limit(0);

    /** Where the block begins in the file. */
    private long blockAt;

    /** Where the next frame begins in the file. */
    private long position = Segment.HEADER;

    /** A file, not a channel, because a channel is closed when its thread is interrupted. */
    SegmentReader(Segment segment) throws IOException {
        this.segment = segment;
        this.file = new RandomAccessFile(segment.path.toFile(), "r");
    }

    long position() {
        return position;
    }

    /** The frame at a position, if there is a whole one that ends by the limit. Valid until the next call. */
    @Nullable
    Frame at(long place, long limit) throws IOException {
        if (limit - place < Frame.HEADER || !load(place, Frame.HEADER)) {
            return null;
        }
        Frame head = new Frame(block, (int) (place - blockAt));
        int length = head.length();
        if (head.marker() != segment.marker
                || length < 0
                || length > Frame.LARGEST
                || length > limit - place - Frame.HEADER
                || !load(place, Frame.HEADER + length)) {
            return null;
        }
        Frame frame = new Frame(block, (int) (place - blockAt));
        return frame.isWhole(place) ? frame : null;
    }

    /** The next frame, if there is a whole one that ends by the limit; goes on behind it. */
    @Nullable
    Frame next(long limit) throws IOException {
        Frame frame = at(position, limit);
        if (frame != null) {
            position += frame.size();
        }
        return frame;
    }

    /**
     * The place of a whole frame behind a place that has none, which tells that the place was durable before: so the file is
     * damaged there, and did not just end early. -1 if there is no such frame.
     */
    long witness(long place, long limit) throws IOException {
        for (long at = place + 1; limit - at >= Frame.HEADER; at++) {
            if (!load(at, Frame.HEADER)) {
                return -1;
            }
            if (block.getLong((int) (at - blockAt)) == segment.marker) {
                Frame frame = at(at, limit);
                if (frame != null && frame.durable() > place) {
                    return at;
                }
            }
        }
        return -1;
    }

    /** Makes the block hold these bytes of the file; false if the file ends before. */
    private boolean load(long place, int count) throws IOException {
        if (place >= blockAt && place + count <= blockAt + block.limit()) {
            return true;
        }
        if (block.capacity() < count) {
            block = ByteBuffer.allocate(count);
        } else if (block.capacity() > BLOCK && count <= BLOCK) {
            block = ByteBuffer.allocate(BLOCK); // a large frame is not kept in memory longer than needed
        }
        block.clear();
        blockAt = place;
        file.seek(place);
        int filled = 0;
        while (filled < block.capacity()) {
            int read = file.read(block.array(), filled, block.capacity() - filled);
            if (read < 0) {
                break;
            }
            filled += read;
        }
        block.limit(filled);
        return filled >= count;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
