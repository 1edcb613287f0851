package io.datastream.soak;

import io.datastream.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics to their ends, as a reader of what is committed. */
final class Committed {
    /** Well above the time after which the broker ends the transaction of a worker that is gone. */
    private static final Duration OPEN_LIMIT = Duration.ofMinutes(1);

    private static final Duration READ_LIMIT = Duration.ofMinutes(2);

    private final String bootstrapServers;
    private final Admin admin;

    Committed(String bootstrapServers, Admin admin) {
        this.bootstrapServers = bootstrapServers;
        this.admin = admin;
    }

    /**
     * Reads what is committed, in no group.
     *
     * @param reset what it does at a place that is not there
     */
    static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers, String reset) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        reset,
                        "enable.auto.commit",
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /**
     * Hands over all records of a topic, partition by partition.
     *
     * @throws SoakException if a transaction stays open in it
     */
    void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers, "none")) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = awaitNoOpenTransaction(partitions);
            for (TopicPartition partition : partitions) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                long end = Objects.requireNonNull(ends.get(partition));
                Await.until("the end of " + partition, READ_LIMIT, () -> {
                    consumer.poll(Duration.ofMillis(200)).forEach(reader);
                    return consumer.position(partition) >= end;
                });
            }
        } catch (AssertionError e) {
            throw new SoakException("topic " + topic + ": " + e.getMessage(), e);
        }
    }

    /** Waits until all that was written is committed or aborted, and returns where the partitions end. */
    private Map<TopicPartition, Long> awaitNoOpenTransaction(List<TopicPartition> partitions) {
        return Await.value("no open transaction in " + partitions, OPEN_LIMIT, () -> {
            Map<TopicPartition, Long> all = ends(partitions, IsolationLevel.READ_UNCOMMITTED);
            return all.equals(ends(partitions, IsolationLevel.READ_COMMITTED)) ? all : null;
        });
    }

    private Map<TopicPartition, Long> ends(List<TopicPartition> partitions, IsolationLevel level) throws Exception {
        Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(partition -> partition, any -> OffsetSpec.latest()));
        return admin.listOffsets(latest, new ListOffsetsOptions(level)).all().get().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }
}
