package io.datastream.mqtt;

/** A version of the protocol. */
public enum MqttVersion {
    /** MQTT 3.1.1, which every broker speaks. */
    V3_1_1(4),
    /** MQTT 5, which tells why it refuses something, and bounds what is under way. */
    V5(5);

    /** The number in the first packet. */
    final int level;

    MqttVersion(int level) {
        this.level = level;
    }

    @Override
    public String toString() {
        return this == V5 ? "MQTT 5" : "MQTT 3.1.1";
    }
}
