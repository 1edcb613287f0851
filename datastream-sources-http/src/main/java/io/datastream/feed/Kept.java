package io.datastream.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.CodecException;
import java.nio.ByteBuffer;

/** An event as it lies in the log. */
final class Kept {
    static final int TEXT = 1;
    private static final int TOO_LARGE = 1 << 1;
    private static final int FORMAT = 1;
    private static final int HEAD = 10;

    private final int flags;

    /** From where a connection goes on behind this event; empty if that is not known. */
    final String position;

    /** What the server calls this kind of event; empty if it has no name. */
    final String type;

    final byte[] payload;

    private Kept(int flags, String position, String type, byte[] payload) {
        this.flags = flags;
        this.position = position;
        this.type = type;
        this.payload = payload;
    }

    boolean isText() {
        return (flags & TEXT) != 0;
    }

    static byte[] encode(int flags, String position, String type, byte[] payload) {
        byte[] positionBytes = position.getBytes(UTF_8);
        byte[] typeBytes = type.getBytes(UTF_8);
        return ByteBuffer.allocate(HEAD + positionBytes.length + typeBytes.length + payload.length)
                .put((byte) FORMAT)
                .put((byte) flags)
                .putInt(positionBytes.length)
                .put(positionBytes)
                .putInt(typeBytes.length)
                .put(typeBytes)
                .put(payload)
                .array();
    }

    /** What is kept of an event that is too large: a record that cannot be decoded, so that it is not lost unseen. */
    static byte[] encodeTooLarge(String position, String type, long size, long limit) {
        byte[] sizes = ByteBuffer.allocate(16).putLong(size).putLong(limit).array();
        return encode(TOO_LARGE, position, type, sizes);
    }

    static Kept decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEAD || in.get() != FORMAT) {
            throw foreign(bytes.length);
        }
        int flags = in.get();
        String position = text(in, bytes.length);
        String type = text(in, bytes.length);
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        return new Kept(flags, position, type, payload);
    }

    private static String text(ByteBuffer in, int size) {
        if (in.remaining() < Integer.BYTES) {
            throw foreign(size);
        }
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw foreign(size);
        }
        byte[] text = new byte[length];
        in.get(text);
        return new String(text, UTF_8);
    }

    private static CodecException foreign(int size) {
        return new CodecException("log: " + size + " bytes (expected: an event that a source of this kind has kept)");
    }

    /** Refuses what was too large to be kept. */
    void checkSize() {
        if ((flags & TOO_LARGE) != 0) {
            ByteBuffer sizes = ByteBuffer.wrap(payload);
            throw new CodecException(
                    sizes.getLong() + " bytes (expected: at most " + sizes.getLong() + "; see withMaxEvent)");
        }
    }
}
