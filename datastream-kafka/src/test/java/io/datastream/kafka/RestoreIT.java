package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.testkit.Await;
import io.datastream.testkit.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class RestoreIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static List<String> lines(EmbeddedKafka broker) {
        return broker.readCommitted("held-out").stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void waitsForAPositionThatATransactionHoldsInsteadOfBeginningAnew() {
        Pipeline pipeline = Pipeline.from(
                        KafkaSource.topic("held", Readings.CODEC).eventTimeNanos(Reading::time))
                .map(r -> r.sensor() + " " + r.value())
                .to(Readings.text("held-out"))
                .named("held");
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            broker.createTopic("held", 1);
            broker.produce("held", "a", "a,1,1.5");
            broker.produce("held", "a", "a,2,2.5");
            KafkaRuntime runtime = KafkaRuntime.at(broker.bootstrapServers());
            runtime.start(pipeline).drain();
            broker.produce("held", "a", "a,3,3.5");
            Map<String, Object> settings =
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "somebody");
            Map<String, Object> reading = Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", "held");
            try (KafkaProducer<byte[], byte[]> other =
                            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
                    KafkaConsumer<byte[], byte[]> member =
                            new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                other.initTransactions();
                other.beginTransaction();
                other.sendOffsetsToTransaction(
                        Map.of(new TopicPartition("held", 0), new OffsetAndMetadata(1)), member.groupMetadata());
                try (PipelineController controller = runtime.start(pipeline)) {
                    Await.until(
                            "the position is asked for",
                            LIMIT,
                            () -> controller
                                    .status()
                                    .toString()
                                    .contains("restoring held-0: waits for its committed position"));
                    other.abortTransaction();
                    Await.until("the third line", LIMIT, () -> lines(broker).contains("a 3.5"));
                    controller.drain();
                }
            }
            assertThat(lines(broker)).containsExactly("a 1.5", "a 2.5", "a 3.5");
        }
    }
}
