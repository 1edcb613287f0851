package io.datastream.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.CodecException;
import io.datastream.error.OneLine;
import java.nio.ByteBuffer;
import java.util.Map;

/** A message as the broker delivered it. Immutable as long as nobody changes its payload. */
public final class MqttMessage {
    private static final int FORMAT = 1;
    private static final int ACKNOWLEDGED = 1;
    private static final int RETAINED = 1 << 1;
    private static final int REPEATED = 1 << 2;
    private static final int TOO_LARGE = 1 << 3;
    private static final int HEAD = 6;
    private static final int LONGEST_SHOWN = 200;

    private final String topic;
    private final byte[] payload;
    private final int flags;
    private final Map<String, String> fields;

    private MqttMessage(String topic, byte[] payload, int flags, Map<String, String> fields) {
        this.topic = topic;
        this.payload = payload;
        this.flags = flags;
        this.fields = fields;
    }

    /** Its topic. */
    public String topic() {
        return topic;
    }

    /**
     * The part of the topic that has this name in the pattern that was subscribed to.
     *
     * @throws IllegalArgumentException if there is no such name
     */
    public String field(String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("field: " + name + " (expected: one of " + fields.keySet() + ")");
        }
        return value;
    }

    /** The parts of the topic that have names, in their order. */
    public Map<String, String> fields() {
        return fields;
    }

    /** The bytes sent; not copied. */
    public byte[] payload() {
        return payload;
    }

    /** The payload as UTF-8 text. */
    public String text() {
        return new String(payload, UTF_8);
    }

    /** How it was delivered. */
    public MqttQos qos() {
        return has(ACKNOWLEDGED) ? MqttQos.AT_LEAST_ONCE : MqttQos.AT_MOST_ONCE;
    }

    /** Whether it was published before it was subscribed to, and kept by the broker as the last one of its topic. */
    public boolean isRetained() {
        return has(RETAINED);
    }

    /** Whether the broker had sent it before, and got no acknowledgement. It may have arrived nevertheless. */
    public boolean isRepeated() {
        return has(REPEATED);
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The bytes of a message in the log. */
    static byte[] keep(String topic, byte[] payload, MqttQos qos, boolean retained, boolean repeated) {
        return keep(
                topic, payload, (qos.number() * ACKNOWLEDGED) | (retained ? RETAINED : 0) | (repeated ? REPEATED : 0));
    }

    /** What is kept of a message that is too large: a record that cannot be decoded, so that it is not lost unseen. */
    static byte[] keepTooLarge(String topic, long size, long limit) {
        return keep(topic, ByteBuffer.allocate(16).putLong(size).putLong(limit).array(), TOO_LARGE);
    }

    private static byte[] keep(String topic, byte[] payload, int flags) {
        byte[] name = topic.getBytes(UTF_8);
        return ByteBuffer.allocate(HEAD + name.length + payload.length)
                .put((byte) FORMAT)
                .put((byte) flags)
                .putInt(name.length) // bytes of a topic that were no UTF-8 have become more
                .put(name)
                .put(payload)
                .array();
    }

    /** A message of the log. */
    static MqttMessage kept(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEAD || in.get() != FORMAT) {
            throw new CodecException(
                    "log: " + bytes.length + " bytes (expected: a message that an MqttSource has kept)");
        }
        int flags = in.get();
        byte[] topic = new byte[Math.max(0, Math.min(in.getInt(), in.remaining()))];
        in.get(topic);
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        return new MqttMessage(new String(topic, UTF_8), payload, flags, Map.of());
    }

    /** Refuses what was too large to be kept. */
    void checkSize() {
        if (has(TOO_LARGE)) {
            ByteBuffer sizes = ByteBuffer.wrap(payload);
            throw new CodecException(
                    sizes.getLong() + " bytes (expected: at most " + sizes.getLong() + "; see withMaxMessage)");
        }
    }

    MqttMessage withFields(Map<String, String> named) {
        return new MqttMessage(topic, payload, flags, named);
    }

    /** A topic for messages to people: on one line, and not endless. */
    static String shown(String topic) {
        return OneLine.of(topic, LONGEST_SHOWN);
    }

    /** The topic, and how many bytes came on it. */
    @Override
    public String toString() {
        return shown(topic) + ": " + payload.length + " bytes";
    }
}
