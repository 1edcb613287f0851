package io.datastream.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads packets of a broker, field by field; what is read beyond a packet's end or makes no sense is an error. */
final class PacketReader {
    /** A number of up to 28 bits, 7 in each byte. */
    private static final int LONGEST_LENGTH = 4;

    private final InputStream in;
    private int header;
    private int left;

    PacketReader(InputStream in) {
        this.in = in;
    }

    /** Reads the type, flags and length of the next packet. */
    void next() throws IOException {
        header = in.read();
        if (header < 0) {
            throw new EOFException("the broker closed the connection");
        }
        left = LONGEST_LENGTH; // of the length itself
        left = length();
    }

    int type() {
        return header >> 4;
    }

    int flags() {
        return header & 0xf;
    }

    /** How many bytes of the packet are not read yet. */
    int left() {
        return left;
    }

    int oneByte() throws IOException {
        take(1);
        return read();
    }

    int twoBytes() throws IOException {
        take(2);
        return read() << 8 | read();
    }

    long fourBytes() throws IOException {
        return (long) twoBytes() << 16 | twoBytes();
    }

    String text() throws IOException {
        // lenient: a topic of bytes that are no UTF-8 would otherwise end every connection anew
        return new String(bytes(twoBytes()), UTF_8);
    }

    byte[] bytes(int count) throws IOException {
        take(count);
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the broker closed the connection within a packet");
        }
        return bytes;
    }

    private void skip(int count) throws IOException {
        take(count);
        in.skipNBytes(count);
    }

    /** Skips the properties, whatever they are. */
    void skipProperties() throws IOException {
        skip(length());
    }

    void skipRest() throws IOException {
        skip(left);
    }

    /** Reads properties, of which two kinds matter; none if the packet ends here. */
    Properties properties() throws IOException {
        int length = left == 0 ? 0 : length();
        int end = left - length;
        if (end < 0) {
            throw malformed("properties of " + length + " bytes where " + left + " are left");
        }
        String reason = null;
        int keepAlive = -1;
        while (left > end) {
            int id = oneByte();
            switch (id) {
                case 0x1f -> reason = text();
                case 0x13 -> keepAlive = twoBytes();
                default -> skipProperty(id);
            }
        }
        return new Properties(reason, keepAlive);
    }

    private void skipProperty(int id) throws IOException {
        switch (id) {
            case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2a -> skip(1);
            case 0x21, 0x22, 0x23 -> skip(2);
            case 0x02, 0x11, 0x18, 0x27 -> skip(4);
            case 0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1a, 0x1c -> skip(twoBytes());
            case 0x26 -> {
                skip(twoBytes());
                skip(twoBytes());
            }
            default -> throw malformed(String.format(Locale.ROOT, "property 0x%02x", id));
        }
    }

    /**
     * What a broker said besides.
     *
     * @param reason in its words; null if it gave none
     * @param keepAlive in seconds; -1 if it wants no other one
     */
    record Properties(@Nullable String reason, int keepAlive) {}

    IOException malformed(String what) {
        return new IOException(
                "malformed packet of type " + type() + ": " + what + " (expected: MQTT as the standard has it)");
    }

    private void take(int count) throws IOException {
        if (count > left) {
            throw malformed(count + " bytes where " + left + " are left");
        }
        left -= count;
    }

    private int read() throws IOException {
        int value = in.read();
        if (value < 0) {
            throw new EOFException("the broker closed the connection within a packet");
        }
        return value;
    }

    private int length() throws IOException {
        int length = 0;
        for (int i = 0; i < LONGEST_LENGTH; i++) {
            int part = oneByte();
            length |= (part & 0x7f) << 7 * i;
            if (part < 0x80) {
                return length;
            }
        }
        throw malformed("a length of more than " + LONGEST_LENGTH + " bytes");
    }
}
