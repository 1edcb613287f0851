package io.datastream.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The example of docs/testing.md that needs a broker. */
class KafkaTestingGuideIT {
    @Test
    void talksToARealBroker() {
        // region: testing-kafka
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            kafka.createTopic("readings", 3);
            kafka.produce("readings", "a", "20.5");
            // ... KafkaRuntime.at(kafka.bootstrapServers()).start(pipeline)
            assertThat(kafka.readCommitted("readings"))
                    .extracting(record -> new String(record.value(), UTF_8))
                    .containsExactly("20.5");
        }
        // endregion
    }
}
