package io.datastream.source.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** The bytes of a growing file from some place on. */
interface TailContent extends AutoCloseable {
    /** Reads what is there now; 0 or less if that is nothing. */
    int read(byte[] target, int offset, int length) throws IOException;

    /** Whether the file is another one than it was: it was truncated. */
    boolean isReplaced();

    /** Whether the content is known to be complete when nothing more is there. */
    boolean isComplete();

    @Override
    void close() throws IOException;

    static TailContent open(Contents contents, KnownFile file) throws IOException {
        FoundFile place = KnownFiles.placeOf(file);
        if (contents.uncompressor(place.name()) == null) {
            FileChannel channel = FileChannel.open(place.path(), StandardOpenOption.READ);
            return new Growing(channel, file);
        }
        BufferedInputStream in = new BufferedInputStream(contents.open(place.path()));
        try {
            in.mark(file.head.length());
            boolean replaced = !Head.of(in, file.head.length()).equals(file.head);
            in.reset();
            if (!replaced) {
                in.skipNBytes(file.readTo);
            }
            return new Compressed(in, replaced);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** A file that may be longer, or another one, at any time. */
    final class Growing implements TailContent {
        private final FileChannel channel;
        private final KnownFile file;
        private long position;
        private boolean replaced;

        Growing(FileChannel channel, KnownFile file) {
            this.channel = channel;
            this.file = file;
            this.position = file.readTo;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (channel.size() == position) {
                return 0;
            }
            int count = Math.max(0, channel.read(ByteBuffer.wrap(target, offset, length), position));
            // what was read counts only if the file was not truncated meanwhile, though it may be longer again by now
            if (channel.size() < position + count || !beginsAsBefore()) {
                replaced = true;
                return 0;
            }
            position += count;
            return count;
        }

        private boolean beginsAsBefore() throws IOException {
            Head head = file.head;
            ByteBuffer bytes = ByteBuffer.allocate(head.length());
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
                // a channel may give less than is asked for
            }
            return Head.of(bytes.array(), bytes.position()).equals(head);
        }

        @Override
        public boolean isReplaced() {
            return replaced;
        }

        @Override
        public boolean isComplete() {
            return false;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** A file that was compressed after it was complete. */
    record Compressed(InputStream in, boolean isReplaced) implements TailContent {
        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return isReplaced ? 0 : in.read(target, offset, length);
        }

        @Override
        public boolean isComplete() {
            return true;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
