package io.datastream.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** The body of a packet that is sent: numbers of big-endian bytes, and texts and bytes after their length. */
final class PacketWriter {
    /** The longest text or binary of a packet, in bytes. */
    static final int LONGEST = 65_535;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    /** Refuses a text that no packet can hold. */
    static void checkText(String name, String text) {
        int length = text.getBytes(UTF_8).length;
        if (length > LONGEST) {
            throw new IllegalArgumentException(
                    name + ": " + length + " bytes (expected: at most " + LONGEST + " in UTF-8)");
        }
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(name + ": with a null character (expected: text without)");
        }
    }

    PacketWriter oneByte(int value) {
        body.write(value);
        return this;
    }

    PacketWriter twoBytes(int value) {
        return oneByte(value >> 8).oneByte(value);
    }

    PacketWriter fourBytes(long value) {
        return twoBytes((int) (value >> 16)).twoBytes((int) value);
    }

    PacketWriter text(String value) {
        return binary(value.getBytes(UTF_8));
    }

    PacketWriter binary(byte[] value) {
        twoBytes(value.length);
        body.writeBytes(value);
        return this;
    }

    /** The properties of MQTT 5, after their length. */
    PacketWriter properties(PacketWriter properties) {
        length(body, properties.body.size());
        body.writeBytes(properties.body.toByteArray());
        return this;
    }

    /** The packet: type, flags, length and body. */
    byte[] packet(int typeAndFlags) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(body.size() + 5);
        whole.write(typeAndFlags);
        length(whole, body.size());
        whole.writeBytes(body.toByteArray());
        return whole.toByteArray();
    }

    private static void length(ByteArrayOutputStream out, int length) {
        int rest = length;
        do {
            int low = rest & 0x7f;
            rest >>= 7;
            out.write(rest > 0 ? low | 0x80 : low);
        } while (rest > 0);
    }
}
