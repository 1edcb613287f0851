/** Sensors by MQTT to InfluxDB: {@code SensorsToInflux}. */
@NullMarked
package io.datastream.examples.sensors;

import org.jspecify.annotations.NullMarked;
