package io.datastream.source.file;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a journal remembers.
 *
 * @param kind what happened
 * @param file the number of the file within the journal
 * @param name the file's name, relative to its folder
 * @param key what the file system calls the file, such as its inode
 * @param head the first bytes of its content at that time
 * @param time when it happened, in nanoseconds since the epoch; the log's time of its records
 * @param offset the source's position at that time; -1 where it does not matter
 * @param bytes of a span where it begins in the file, of an end the file's size; -1 where it does not matter
 */
record Entry(Kind kind, int file, String name, String key, Head head, long time, long offset, long bytes) {
    private static final int VERSION = 1;

    enum Kind {
        /** A finished file was found, and will be read after those that were found before. */
        FOUND,
        /** A file that was found has another name or key by now. */
        MOVED,
        /** A finished file was read to its end; the position is the one after it. */
        ENDED,
        /** From this position on a growing file is read, up to the position of the next span. */
        SPAN
    }

    byte[] encode() {
        ByteArrayOutputStream bytesOut = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytesOut);
        try {
            out.writeByte(VERSION);
            out.writeUTF(kind.name());
            out.writeInt(file);
            out.writeUTF(name);
            out.writeUTF(key);
            out.writeInt(head.length());
            out.writeLong(head.hash());
            out.writeLong(time);
            out.writeLong(offset);
            out.writeLong(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array takes everything
        }
        return bytesOut.toByteArray();
    }

    static Entry decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException("journal: version " + version + " (expected: " + VERSION + ")");
            }
            return new Entry(
                    Kind.valueOf(in.readUTF()),
                    in.readInt(),
                    in.readUTF(),
                    in.readUTF(),
                    new Head(in.readInt(), in.readLong()),
                    in.readLong(),
                    in.readLong(),
                    in.readLong());
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "journal: an entry of " + bytes.length + " bytes (expected: one of ours)", e);
        }
    }
}
