package io.datastream.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class KafkaClusterIT {
    private static KafkaCluster kafka;

    @BeforeAll
    static void start() {
        kafka = KafkaCluster.start();
    }

    @AfterAll
    static void close() {
        kafka.close();
    }

    @Test
    void keepsAReplicaOnEachOfThreeBrokers() throws Exception {
        assertThat(kafka.bootstrapServers()).matches("127\\.0\\.0\\.1:\\d+(,127\\.0\\.0\\.1:\\d+){2}");
        kafka.createTopic("replicated", 4);
        TopicDescription topic = kafka.admin()
                .describeTopics(List.of("replicated"))
                .allTopicNames()
                .get()
                .get("replicated");
        assertThat(topic.partitions())
                .hasSize(4)
                .allMatch(partition -> partition.replicas().size() == 3);
    }

    @Test
    void goesOnWithoutABrokerThatWasKilled() throws Exception {
        kafka.createTopic("survivors", 3);
        kafka.produce(records(0, 500));
        kafka.kill(2);
        assertThat(kafka.isRunning(2)).isFalse();
        kafka.awaitTakeover();
        // each broker learns of it for itself
        Await.untilAsserted(
                KafkaServer.LIMIT,
                () -> assertThat(leadersOf("survivors")).hasSize(3).isSubsetOf(1, 3));
        kafka.produce(records(500, 1_000));
        kafka.restart(2);
        kafka.awaitReplicas();
        kafka.kill(1);
        kafka.produce(records(1_000, 1_500));
        kafka.restart(1);
        kafka.awaitReplicas();
        List<String> values = new ArrayList<>(kafka.readCommitted("survivors").stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList());
        assertThat(values)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 1_500).mapToObj(Integer::toString).toList());
    }

    @Test
    void saysWhichBrokerThereIsNot() {
        assertThatThrownBy(() -> kafka.kill(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("broker: 4 (expected: from 1 to 3)");
    }

    private static List<Integer> leadersOf(String topic) throws Exception {
        return kafka.admin().describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
                .map(partition ->
                        partition.leader() == null ? -1 : partition.leader().id())
                .toList();
    }

    private static List<ProducerRecord<byte[], byte[]>> records(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                        "survivors", i % 3, null, Integer.toString(i).getBytes(UTF_8)))
                .toList();
    }
}
