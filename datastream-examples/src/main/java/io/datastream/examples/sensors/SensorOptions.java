package io.datastream.examples.sensors;

import io.datastream.config.ConfigSpec;
import io.datastream.config.Option;
import io.datastream.config.Secret;
import java.nio.file.Path;

/** The options of the example. */
final class SensorOptions {
    static final Option<String> MQTT_URL = Option.string("mqtt.url")
            .withDefault("mqtt://localhost:1883")
            .withDescription("broker, mqtt:// or mqtts://");
    static final Option<String> MQTT_USER = Option.string("mqtt.user").withDescription("user of the broker");
    static final Option<Secret> MQTT_PASSWORD = Option.secret("mqtt.password").withDescription("password of the user");
    static final Option<String> INFLUX_URL = Option.string("influx.url")
            .withDefault("http://localhost:8086")
            .withDescription("InfluxDB 1, or 2 with an organization");
    static final Option<String> INFLUX_DATABASE = Option.string("influx.database")
            .withDefault("sensors")
            .withDescription("database of an InfluxDB 1, which is made if it is missing; bucket of an InfluxDB 2");
    static final Option<String> INFLUX_ORGANIZATION =
            Option.string("influx.organization").withDescription("organization, which makes it an InfluxDB 2");
    static final Option<Secret> INFLUX_TOKEN = Option.secret("influx.token").withDescription("token of the InfluxDB");
    static final Option<Integer> SIMULATE = Option.integer("simulate")
            .withDefault(0)
            .between(0, 1_000_000)
            .withDescription("how many seconds of ten made-up sensors are published, checked in the end; 0 for none,"
                    + " and then it runs until it is interrupted");
    static final Option<Path> OUTPUT = Option.path("output")
            .withDefault(Path.of("target/sensors-to-influx"))
            .withDescription("folder for the log of messages and the state");

    static final ConfigSpec SPEC = ConfigSpec.of(
                    "sensors-to-influx",
                    MQTT_URL,
                    MQTT_USER,
                    MQTT_PASSWORD,
                    INFLUX_URL,
                    INFLUX_DATABASE,
                    INFLUX_ORGANIZATION,
                    INFLUX_TOKEN,
                    SIMULATE,
                    OUTPUT)
            .withDescription("Sensors by MQTT to InfluxDB: readings as they are, and their means of a minute.");

    private SensorOptions() {}
}
