package io.datastream.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A message that the broker publishes when a client is gone without a farewell: killed, frozen, or cut off. Immutable; each
 * method returns a changed copy.
 */
public final class MqttWill {
    final String topic;
    final byte[] payload;
    final MqttQos qos;
    final boolean retained;

    private MqttWill(String topic, byte[] payload, MqttQos qos, boolean retained) {
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retained = retained;
    }

    /** A will of text, with QoS 1 and not retained. */
    public static MqttWill of(String topic, String text) {
        return of(topic, text.getBytes(UTF_8));
    }

    /**
     * A will with QoS 1 and not retained.
     *
     * @param topic without wildcards
     * @param payload at most 65,535 bytes
     */
    public static MqttWill of(String topic, byte[] payload) {
        if (topic.isEmpty() || topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
            throw new IllegalArgumentException("will: topic \"" + topic + "\" (expected: one without wildcards)");
        }
        PacketWriter.checkText("will: topic", topic);
        if (payload.length > PacketWriter.LONGEST) {
            throw new IllegalArgumentException(
                    "will: " + payload.length + " bytes (expected: at most " + PacketWriter.LONGEST + ")");
        }
        return new MqttWill(topic, payload.clone(), MqttQos.AT_LEAST_ONCE, false);
    }

    /** The same with another quality of delivery. */
    public MqttWill withQos(MqttQos qos) {
        return new MqttWill(topic, payload, qos, retained);
    }

    /** The same, kept by the broker for those who subscribe later. */
    public MqttWill retained() {
        return new MqttWill(topic, payload, qos, true);
    }

    @Override
    public String toString() {
        return "will on " + topic;
    }
}
