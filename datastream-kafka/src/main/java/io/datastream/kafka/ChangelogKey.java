package io.datastream.kafka;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * The key of a changelog record: which part of which step's state for which key.
 *
 * @param step name of the step
 * @param key bytes of the key
 * @param part which part
 */
@SuppressWarnings("ArrayRecordComponent")
record ChangelogKey(String step, byte[] key, long part) {
    private static final int VERSION = 1;

    /** The entry for how far the origins of a stage have come. No step has an empty name. */
    static final ChangelogKey MARKS = new ChangelogKey("", new byte[0], 0);

    /** The entry for what the state was made by, see {@link Shapes}. */
    static final ChangelogKey SHAPES = new ChangelogKey("", new byte[0], 1);

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(step.length() + key.length + 16);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(step);
            out.writeInt(key.length);
            out.write(key);
            out.writeLong(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static ChangelogKey decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException("version " + version + " (expected: " + VERSION + ")");
            }
            String step = in.readUTF();
            byte[] key = in.readNBytes(in.readInt());
            return new ChangelogKey(step, key, in.readLong());
        } catch (IOException e) {
            throw new UncheckedIOException("changelog key of " + bytes.length + " bytes cannot be read", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChangelogKey entry
                && step.equals(entry.step)
                && part == entry.part
                && Arrays.equals(key, entry.key);
    }

    @Override
    public int hashCode() {
        return (step.hashCode() * 31 + Arrays.hashCode(key)) * 31 + Long.hashCode(part);
    }
}
