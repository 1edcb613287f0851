package io.datastream.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.formats.json.JsonCodec;
import io.datastream.kafka.KafkaRuntime;
import io.datastream.kafka.KafkaSink;
import io.datastream.kafka.KafkaSource;
import io.datastream.runtime.PipelineController;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.time.Tumbling;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example of docs/kafka.md: its snippets are the regions of this file. */
@Timeout(120)
class KafkaGuideIT {
    // region: kafka-records
    record Reading(String sensor, Instant time, double value) {}

    record MinuteMean(String sensor, Instant minute, double mean) {}
    // endregion

    private static Pipeline means() {
        // region: kafka-pipeline
        Pipeline pipeline = Pipeline.from(KafkaSource.topic("readings", JsonCodec.of(Reading.class))
                        .eventTime(Reading::time)
                        .disorderUpTo(Duration.ofMillis(500)))
                .keyedBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .mapValues(w -> new MinuteMean(w.key(), w.window().start(), w.value()))
                .to(KafkaSink.topic("means", JsonCodec.of(MinuteMean.class)).keyedBy(MinuteMean::sensor))
                .named("sensor-means");
        // endregion
        return pipeline;
    }

    @Test
    void theExampleRuns() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            kafka.createTopic("readings", 2);
            kafka.produce("readings", "s1", "{\"sensor\":\"s1\",\"time\":\"2026-01-01T00:00:00Z\",\"value\":20.0}");
            kafka.produce("readings", "s1", "{\"sensor\":\"s1\",\"time\":\"2026-01-01T00:00:30Z\",\"value\":22.0}");
            try (PipelineController controller = KafkaRuntime.at(kafka.bootstrapServers())
                    .withThreads(2)
                    .readToEnd()
                    .start(means())) {
                controller.awaitTermination();
            }

            assertThat(kafka.readCommitted("means"))
                    .extracting(record -> JsonCodec.of(MinuteMean.class).decode(record.value()))
                    .containsExactly(new MinuteMean("s1", Instant.parse("2026-01-01T00:00:00Z"), 21));
        }
    }

    /** Runs until it is stopped; so it is only compiled here. */
    static void start(Pipeline pipeline, String broker) throws InterruptedException {
        // region: kafka-start
        try (PipelineController controller =
                KafkaRuntime.at(broker).withThreads(2).start(pipeline)) {
            controller.awaitTermination();
        }
        // endregion
    }
}
