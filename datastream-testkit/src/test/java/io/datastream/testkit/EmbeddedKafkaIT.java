package io.datastream.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
    private static EmbeddedKafka kafka;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void close() {
        kafka.close();
    }

    @Test
    void listensOnTheLoopbackAddressOnly() {
        assertThat(kafka.bootstrapServers()).matches("127\\.0\\.0\\.1:\\d+");
        assertThat(kafka.isRunning()).isTrue();
    }

    @Test
    void createsTopicsWithPartitionsAndSettings() throws Exception {
        kafka.createTopic("settings", 7, Map.of("cleanup.policy", "compact"));
        assertThat(kafka.admin()
                        .describeTopics(List.of("settings"))
                        .allTopicNames()
                        .get()
                        .get("settings")
                        .partitions())
                .hasSize(7);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, "settings");
        assertThat(kafka.admin()
                        .describeConfigs(List.of(resource))
                        .all()
                        .get()
                        .get(resource)
                        .get("cleanup.policy")
                        .value())
                .isEqualTo("compact");
    }

    @Test
    void refusesToCreateATopicTwice() {
        kafka.createTopic("twice", 1);
        assertThatThrownBy(() -> kafka.createTopic("twice", 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("create topic twice: ")
                .hasCauseInstanceOf(TopicExistsException.class);
    }

    @Test
    void readsInTheOrderOfPartitionsAndOffsets() {
        kafka.createTopic("ordered", 3);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            records.add(new ProducerRecord<>("ordered", 2 - i % 3, null, bytes("v" + i)));
        }
        List<RecordMetadata> places = kafka.produce(records);
        assertThat(places).extracting(RecordMetadata::partition).startsWith(2, 1, 0, 2);
        List<ConsumerRecord<byte[], byte[]>> read = kafka.readCommitted("ordered");
        assertThat(read).hasSize(300).extracting(ConsumerRecord::partition).isSorted();
        assertThat(read.subList(0, 100)).extracting(ConsumerRecord::offset).isSorted();
        assertThat(texts(read)).startsWith("v2", "v5").endsWith("v294", "v297");
    }

    @Test
    void keepsRecordsOfYearsAgo() {
        kafka.createTopic("old", 1);
        long time = Instant.parse("2013-11-25T00:00:00Z").toEpochMilli();
        kafka.produce(List.of(new ProducerRecord<>("old", 0, time, bytes("k"), bytes("v"))));
        assertThat(kafka.readCommitted("old")).singleElement().satisfies(record -> {
            assertThat(record.timestamp()).isEqualTo(time);
            assertThat(texts(List.of(record))).containsExactly("v");
        });
    }

    @Test
    void readsNeitherAbortedNorOpenTransactions() throws Exception {
        kafka.createTopic("transactions", 1);
        try (KafkaProducer<String, String> producer = transactional("one");
                KafkaProducer<String, String> open = transactional("two")) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("transactions", "aborted")).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("transactions", "committed")).get();
            producer.commitTransaction();
            open.initTransactions();
            open.beginTransaction();
            open.send(new ProducerRecord<>("transactions", "open")).get();
            kafka.produce("transactions", "k", "behind the open one");
            assertThat(texts(kafka.readCommitted("transactions"))).containsExactly("committed");
            open.commitTransaction();
            assertThat(texts(kafka.readCommitted("transactions")))
                    .containsExactly("committed", "open", "behind the open one");
        }
    }

    @Test
    void readsATransactionAsSoonAsItsCommitHasReturned() {
        kafka.createTopic("at-once", 300);
        try (KafkaProducer<String, String> producer = transactional("at-once")) {
            producer.initTransactions();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int round = 1; round <= 3; round++) {
                producer.beginTransaction();
                for (int partition = 0; partition < 300; partition++) {
                    sent.add(producer.send(new ProducerRecord<>("at-once", partition, null, "v")));
                }
                producer.commitTransaction();
                assertThat(sent).allMatch(Future::isDone);
                assertThat(kafka.readCommitted("at-once")).hasSize(300 * round);
            }
        }
    }

    @Test
    void readsAnEmptyTopic() {
        kafka.createTopic("empty", 2);
        assertThat(kafka.readCommitted("empty")).isEmpty();
    }

    @Test
    void refusesToReadATopicThatIsNotThere() {
        assertThatThrownBy(() -> kafka.readCommitted("nowhere"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic: nowhere (expected: a topic of this broker)");
    }

    @Test
    void keepsPortTopicsAndRecordsOverARestart() {
        try (EmbeddedKafka own = EmbeddedKafka.start()) {
            String before = own.bootstrapServers();
            own.createTopic("kept", 2);
            own.produce("kept", "a", "1");
            own.stop();
            assertThat(own.isRunning()).isFalse();
            own.restart();
            own.produce("kept", "a", "2");
            assertThat(own.bootstrapServers()).isEqualTo(before);
            assertThat(texts(own.readCommitted("kept"))).containsExactly("1", "2");
        }
    }

    @Test
    void keepsAFolderOfTheCallerForTheNextBroker() {
        KafkaOptions options = KafkaOptions.defaults().withDataFolder(folder.resolve("data"));
        try (EmbeddedKafka first = EmbeddedKafka.start(options)) {
            first.createTopic("kept", 1);
            first.produce("kept", "a", "1");
        }
        try (EmbeddedKafka second = EmbeddedKafka.start(options)) {
            assertThat(texts(second.readCommitted("kept"))).containsExactly("1");
        }
    }

    @Test
    void deletesItsTemporaryFolder() throws Exception {
        EmbeddedKafka own = EmbeddedKafka.start();
        own.createTopic("short-lived", 3);
        Path data = Path.of(own.admin()
                .describeLogDirs(List.of(1))
                .allDescriptions()
                .get()
                .get(1)
                .keySet()
                .iterator()
                .next());
        assertThat(data.resolve("short-lived-2")).isDirectory();
        own.close();
        own.close();
        assertThat(data).doesNotExist();
    }

    @Test
    void takesPortsAndSettings() throws Exception {
        int port = FreePorts.next();
        KafkaOptions options =
                KafkaOptions.defaults().withPorts(port, 0).withSetting("auto.create.topics.enable", "true");
        try (EmbeddedKafka own = EmbeddedKafka.start(options)) {
            assertThat(own.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
            own.produce("by-itself", "a", "1");
            assertThat(own.admin().listTopics().names().get()).contains("by-itself");
        }
    }

    @Test
    void saysWhichSettingIsWrong() {
        KafkaOptions options = KafkaOptions.defaults().withSetting("log.segment.bytes", "many");
        assertThatThrownBy(() -> EmbeddedKafka.start(options))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("start of a broker on 127.0.0.1:")
                .hasMessageContaining("log.segment.bytes");
    }

    @Test
    void saysThatAPortIsTaken() {
        int taken = Integer.parseInt(kafka.bootstrapServers().split(":")[1]);
        assertThatThrownBy(() -> EmbeddedKafka.start(KafkaOptions.defaults().withPorts(taken, 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "start of a broker on 127.0.0.1:%s: port for clients: %s"
                                + " (expected: one of 127.0.0.1 that nothing listens on)",
                        taken, taken);
        assertThatThrownBy(() -> EmbeddedKafka.start(KafkaOptions.defaults().withPorts(0, taken)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("port for controller: " + taken);
        assertThat(kafka.isRunning()).isTrue();
    }

    @Test
    void doesNotRestartOnceClosed() {
        EmbeddedKafka own = EmbeddedKafka.start();
        own.close();
        assertThatThrownBy(own::restart)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("restart: the broker is closed (expected: restart before close)");
    }

    private static KafkaProducer<String, String> transactional(String id) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", id),
                new StringSerializer(),
                new StringSerializer());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static List<String> texts(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> new String(record.value(), UTF_8)).toList();
    }
}
