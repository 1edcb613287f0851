package io.datastream.mqtt;

/** How a broker delivers messages. The third quality of MQTT, exactly once, is not offered. */
public enum MqttQos {
    /** QoS 0: sent once and forgotten. */
    AT_MOST_ONCE,
    /** QoS 1: kept by the broker, and sent again, until it is acknowledged. */
    AT_LEAST_ONCE;

    /** The number in packets. */
    int number() {
        return this == AT_LEAST_ONCE ? 1 : 0;
    }
}
