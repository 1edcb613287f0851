package io.datastream.formats.parquet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A channel as Parquet's readers want it. */
final class ChannelInput implements InputFile {
    private final String name;
    private final SeekableByteChannel channel;

    ChannelInput(String name, SeekableByteChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    @Override
    public long getLength() throws IOException {
        return channel.size();
    }

    @Override
    public SeekableInputStream newStream() {
        return new Stream(channel);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Reads where the channel stands. */
    private static final class Stream extends SeekableInputStream {
        private final SeekableByteChannel channel;

        Stream(SeekableByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public long getPos() throws IOException {
            return channel.position();
        }

        @Override
        public void seek(long position) throws IOException {
            if (position < 0 || position > channel.size()) {
                throw new EOFException("position " + position + " (expected: from 0 to " + channel.size()
                        + ", the length of the file)");
            }
            channel.position(position);
        }

        @Override
        public int read() throws IOException {
            ByteBuffer single = ByteBuffer.allocate(1);
            return channel.read(single) < 1 ? -1 : single.get(0) & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            return count == 0 ? 0 : channel.read(ByteBuffer.wrap(bytes, offset, count));
        }

        @Override
        public int read(ByteBuffer buffer) throws IOException {
            return channel.read(buffer);
        }

        @Override
        public void readFully(byte[] bytes) throws IOException {
            readFully(ByteBuffer.wrap(bytes));
        }

        @Override
        public void readFully(byte[] bytes, int start, int count) throws IOException {
            readFully(ByteBuffer.wrap(bytes, start, count));
        }

        @Override
        public void readFully(ByteBuffer buffer) throws IOException {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new EOFException("ends " + buffer.remaining() + " bytes too early (expected: more bytes)");
                }
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
