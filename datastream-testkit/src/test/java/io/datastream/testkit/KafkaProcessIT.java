package io.datastream.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaProcessIT {
    private static KafkaProcess kafka;

    @BeforeAll
    static void start() {
        kafka = KafkaProcess.start();
    }

    @AfterAll
    static void close() {
        kafka.close();
    }

    @Test
    void losesNothingAcknowledgedWhenKilled() {
        kafka.createTopic("survivors", 2);
        List<ProducerRecord<byte[], byte[]>> records = IntStream.range(0, 1_000)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>("survivors", i % 2, null, new byte[] {(byte) i}))
                .toList();
        kafka.produce(records);
        kafka.kill();
        assertThat(kafka.isRunning()).isFalse();
        kafka.restart();
        kafka.produce("survivors", "after", "the crash");
        assertThat(kafka.readCommitted("survivors")).hasSize(1_001);
    }

    @Test
    void answersNobodyWhileFrozenAndGoesOnAfterwards() throws Exception {
        kafka.createTopic("frozen", 1);
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("frozen", "before")).get();
            kafka.signal(ChildJvm.Signal.STOP);
            Future<RecordMetadata> pending = producer.send(new ProducerRecord<>("frozen", "meanwhile"));
            assertThat(kafka.isRunning()).isTrue();
            assertThat(pending.isDone()).isFalse();
            kafka.signal(ChildJvm.Signal.CONT);
            assertThat(pending.get(60, TimeUnit.SECONDS).offset()).isEqualTo(1);
        }
        assertThat(texts(kafka.readCommitted("frozen"))).containsExactly("before", "meanwhile");
    }

    @Test
    void stopsInAnOrderlyWayAndComesBack() {
        kafka.createTopic("orderly", 1);
        kafka.produce("orderly", "a", "1");
        kafka.stop();
        assertThat(kafka.isRunning()).isFalse();
        assertThatThrownBy(kafka::kill)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("kill: the broker does not run (expected: after start or restart)");
        kafka.restart();
        assertThat(texts(kafka.readCommitted("orderly"))).containsExactly("1");
    }

    @Test
    void saysWhichSettingIsWrong() {
        KafkaOptions options = KafkaOptions.defaults().withSetting("log.segment.bytes", "many");
        assertThatThrownBy(() -> KafkaProcess.start(options))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("start of a broker on 127.0.0.1:")
                .hasMessageContaining("log.segment.bytes");
    }

    @Test
    void saysThatTheBrokerEndedInsteadOfStarting(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("meta.properties"), "version=1\nnode.id=2\ncluster.id=another\n");
        KafkaOptions options = KafkaOptions.defaults().withDataFolder(folder);
        assertThatThrownBy(() -> KafkaProcess.start(options))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ended during its start");
    }

    private static List<String> texts(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> new String(record.value(), UTF_8)).toList();
    }
}
