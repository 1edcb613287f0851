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
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(180)
class RestoreIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final Pipeline PIPELINE = Pipeline.from(
                    KafkaSource.topic("held", Readings.CODEC).eventTimeNanos(Reading::time))
            .map(r -> r.sensor() + " " + r.value())
            .to(Readings.text("held-out"))
            .named("held");

    private static List<String> lines(EmbeddedKafka broker) {
        return broker.readCommitted("held-out").stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    void givesResultsOfOtherPartitionsWhileOneIsRestored(GroupProtocol protocol) {
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            broker.createTopic("held", 2);
            broker.produce(List.of(record(0, "a,1,1.5"), record(1, "b,1,1.5")));
            KafkaRuntime runtime = KafkaRuntime.at(broker.bootstrapServers()).withGroupProtocol(protocol);
            runtime.start(PIPELINE).drain();
            try (KafkaProducer<byte[], byte[]> other = transactional(broker)) {
                hold(broker, other);
                try (PipelineController controller = runtime.start(PIPELINE)) {
                    awaitHeld(controller);
                    broker.produce(List.of(record(0, "a,2,2.5"), record(1, "b,2,2.5")));
                    Await.until(
                            "a result of the other partition",
                            LIMIT,
                            () -> lines(broker).contains("b 2.5"));
                    assertThat(controller.status().toString()).contains("restoring held-0");
                    other.abortTransaction();
                    Await.until(
                            "a result of the partition",
                            LIMIT,
                            () -> lines(broker).contains("a 2.5"));
                    controller.drain();
                }
            }
            assertThat(lines(broker)).containsExactlyInAnyOrder("a 1.5", "b 1.5", "a 2.5", "b 2.5");
        }
    }

    private static void awaitHeld(PipelineController controller) {
        Await.until(
                "the position is asked for",
                LIMIT,
                () -> controller.status().toString().contains("restoring held-0: waits for its committed position"));
    }

    private static ProducerRecord<byte[], byte[]> record(int partition, String value) {
        return new ProducerRecord<>("held", partition, null, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Leaves a transaction open that holds the position of the first partition. */
    private static void hold(EmbeddedKafka broker, KafkaProducer<byte[], byte[]> producer) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", "held");
        producer.initTransactions();
        producer.beginTransaction();
        try (KafkaConsumer<byte[], byte[]> member =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            producer.sendOffsetsToTransaction(
                    Map.of(new TopicPartition("held", 0), new OffsetAndMetadata(1)), member.groupMetadata());
        }
    }

    private static KafkaProducer<byte[], byte[]> transactional(EmbeddedKafka broker) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "somebody");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Test
    void waitsForAPositionThatATransactionHoldsInsteadOfBeginningAnew() {
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            broker.createTopic("held", 1);
            broker.produce("held", "a", "a,1,1.5");
            broker.produce("held", "a", "a,2,2.5");
            KafkaRuntime runtime = KafkaRuntime.at(broker.bootstrapServers());
            runtime.start(PIPELINE).drain();
            broker.produce("held", "a", "a,3,3.5");
            try (KafkaProducer<byte[], byte[]> other = transactional(broker)) {
                hold(broker, other);
                try (PipelineController controller = runtime.start(PIPELINE)) {
                    awaitHeld(controller);
                    other.abortTransaction();
                    Await.until("the third line", LIMIT, () -> lines(broker).contains("a 3.5"));
                    controller.drain();
                }
            }
            assertThat(lines(broker)).containsExactly("a 1.5", "a 2.5", "a 3.5");
        }
    }
}
