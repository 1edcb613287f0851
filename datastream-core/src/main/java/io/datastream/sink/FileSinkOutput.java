package io.datastream.sink;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Bytes to a file, as they are or as gzip members, of which {@link #sync} ends the current one. */
final class FileSinkOutput extends OutputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final GrowingFile file;
    private final boolean gzip;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final byte[] single = new byte[1];
    private final OutputStream plain = new Plain();
    private @Nullable OutputStream member;
    private long length;
    private boolean discarded;

    FileSinkOutput(GrowingFile file, boolean gzip) {
        this.file = file;
        this.length = file.length();
        this.gzip = gzip;
    }

    /** Opens a file to go on after its first {@code length} bytes; what is behind them is cut off. */
    static FileSinkOutput open(Path path, long length, boolean gzip) throws IOException {
        return new FileSinkOutput(LocalGrowingFile.open(path, length), gzip);
    }

    /** How long the file is, up to what was written before the last {@link #sync}. */
    long length() {
        return length;
    }

    /** How far the file had come at the last {@link #sync}. */
    Progress progress() {
        return file.progress();
    }

    /** How long the file is, with what waits in memory; of what is compressed, only what has left the compressor. */
    long position() {
        return discarded ? length : file.length() + buffer.position();
    }

    @Override
    public void write(int b) throws IOException {
        single[0] = (byte) b;
        write(single, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (discarded || count == 0) {
            return;
        }
        if (!gzip) {
            plain.write(bytes, offset, count);
            return;
        }
        if (member == null) {
            member = new GZIPOutputStream(plain, BUFFER_BYTES);
        }
        member.write(bytes, offset, count);
    }

    /** Passes on what is plain; what is compressed waits for {@link #sync}. */
    @Override
    public void flush() throws IOException {
        if (!discarded) {
            drain();
        }
    }

    /** Makes everything durable. */
    void sync() throws IOException {
        if (discarded) {
            return;
        }
        endMember();
        drain();
        file.force();
        length = file.length();
    }

    private void endMember() throws IOException {
        OutputStream ending = member;
        if (ending != null) {
            member = null;
            ending.close(); // frees the compressor too; the stream below it stays open
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        if (buffer.hasRemaining()) {
            file.write(buffer);
        }
        buffer.clear();
    }

    /** Drops what is not durable yet, and all that follows. */
    void discard() throws IOException {
        discarded = true;
        buffer.clear();
        endMember();
        file.close();
    }

    @Override
    public void close() throws IOException {
        if (discarded || !file.isOpen()) {
            return;
        }
        try (file) {
            if (gzip && member == null && buffer.position() == 0 && file.length() == 0) {
                member = new GZIPOutputStream(plain); // no bytes at all would be no gzip file
            }
            sync();
        }
    }

    /** What lies below the compression. */
    private final class Plain extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (discarded) {
                return;
            }
            if (count > buffer.remaining()) {
                drain();
            }
            if (count > buffer.remaining()) {
                file.write(ByteBuffer.wrap(bytes, offset, count));
            } else {
                buffer.put(bytes, offset, count);
            }
        }
    }
}
