package io.datastream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.error.ErrorPolicy;
import io.datastream.formats.json.JsonCodec;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sinks;
import io.datastream.testkit.Await;
import io.datastream.time.Tumbling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/connectors/mqtt.md: its snippet is a region of this file. */
@Timeout(120)
class MqttGuideIT {
    // region: mqtt-record
    record Measurement(Instant time, double value) {}

    record Reading(String site, String sensor, Instant time, double value) {}
    // endregion

    @Test
    void readingsOfABrokerAreKeptAndProcessed(@TempDir Path folder) throws Exception {
        Path passwordFile = Files.writeString(folder.resolve("password"), "s3cret");
        Path own = Files.createDirectory(folder.resolve("broker"));
        try (Mosquitto broker = Mosquitto.start(own, "password_file " + Mosquitto.users(own, "plant", "s3cret"))) {
            Queue<Object> means = new ConcurrentLinkedQueue<>();
            Queue<Object> letters = new ConcurrentLinkedQueue<>();
            String url = broker.url();
            // region: mqtt
            JsonCodec<Measurement> json = JsonCodec.of(Measurement.class);
            FileLogOptions options =
                    FileLogOptions.defaults().withRetention(Duration.ofDays(7)).withMaxBytes(10L << 30);
            try (FileLog log = FileLog.open(folder.resolve("readings"), options)) {
                MqttSource<Reading> readings = MqttSource.at(url, "plant-means", log, message -> {
                            Measurement measured = json.decode(message.payload());
                            return new Reading(
                                    message.field("site"), message.field("sensor"), measured.time(), measured.value());
                        })
                        .subscribe("sensors/{site}/{sensor}")
                        .withCredentials("plant", SecretSource.file(passwordFile))
                        .withWill(MqttWill.of("status/plant-means", "gone").retained());
                Pipeline pipeline = Pipeline.from(readings.source()
                                .eventTime(Reading::time)
                                .disorderUpTo(Duration.ofSeconds(5))
                                .onError(ErrorPolicy.deadLetter()))
                        .keyBy(Reading::sensor)
                        .window(Tumbling.of(Duration.ofMinutes(1)))
                        .aggregate(Aggregations.mean(Reading::value))
                        .to(Sinks.collectInto(means))
                        .deadLettersTo(Sinks.collectInto(letters))
                        .named("means");
                LocalRuntime runtime = LocalRuntime.create().withCheckpoints(Checkpoints.to(folder.resolve("state")));
                try (PipelineController controller = runtime.start(pipeline);
                        MqttSubscription subscription = readings.start()) {
                    publish(subscription, url);
                    // ... until the program is to end
                    subscription.close();
                    controller.drain();
                }
            }
            // endregion
            assertThat(means).hasSize(2);
            assertThat(letters)
                    .singleElement()
                    .asString()
                    .startsWith("readings@3: ")
                    .contains("mqtt sensors/north/t2: ");
        }
    }

    private static void publish(MqttSubscription subscription, String url) throws Exception {
        try (Publisher publisher =
                new Publisher(Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)), "plant", "s3cret")) {
            publisher.publish("sensors/north/t1", "{\"time\":\"2024-01-01T00:00:01Z\",\"value\":1}");
            publisher.publish("sensors/north/t1", "{\"time\":\"2024-01-01T00:00:02Z\",\"value\":2}");
            publisher.publish("sensors/south/t2", "{\"time\":\"2024-01-01T00:00:03Z\",\"value\":3}");
            publisher.publish("sensors/north/t2", "{\"time\":\"2024-01-01T00:00:04Z\",\"value\":\"warm\"}");
            publisher.publish("sensors/north/t1", "{\"time\":\"2024-01-01T00:01:10Z\",\"value\":4}"); // ends the minute
            publisher.flush();
        }
        Await.until(
                "five messages",
                Duration.ofSeconds(60),
                () -> subscription.status().kept() == 5);
    }
}
