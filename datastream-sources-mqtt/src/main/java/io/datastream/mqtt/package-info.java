/** Messages of an MQTT broker as records; {@link io.datastream.mqtt.MqttSource} is the class to open first. */
@NullMarked
package io.datastream.mqtt;

import org.jspecify.annotations.NullMarked;
