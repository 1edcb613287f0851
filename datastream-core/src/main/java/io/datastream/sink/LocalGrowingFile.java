package io.datastream.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A file on a local disk. */
final class LocalGrowingFile implements GrowingFile {
    private final FileChannel channel;
    private long length;
    private long durable;

    private LocalGrowingFile(FileChannel channel, long length) {
        this.channel = channel;
        this.length = length;
        this.durable = length;
    }

    /** Opens a file to go on after its first {@code length} bytes; what is behind them is cut off. */
    static LocalGrowingFile open(Path path, long length) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            channel.truncate(length);
            channel.position(length);
            return new LocalGrowingFile(channel, length);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            length += channel.write(bytes);
        }
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
        durable = length;
    }

    @Override
    public Progress progress() {
        return new Progress(durable, List.of());
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
