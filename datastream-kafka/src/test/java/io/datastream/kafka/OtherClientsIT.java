package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.testkit.Await;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.DoubleDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that know nothing of this library write what it reads, and read what it writes. */
@Timeout(120)
class OtherClientsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static EmbeddedKafka broker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** Sums of windows of 100 ms: the key as text, the sum as eight bytes, as Kafka's serializers write them. */
    private static void run(String name) throws InterruptedException {
        Pipeline pipeline = Pipeline.from(
                        KafkaSource.topic(name, Readings.CODEC).eventTimeNanos(Reading::time))
                .keyedBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.sum(Reading::value))
                .to(KafkaSink.<Windowed<String, Double>>topic(
                                name + "-sums",
                                w -> ByteBuffer.allocate(8).putDouble(w.value()).array())
                        .keyedBy(Windowed::key))
                .named(name);
        try (PipelineController controller =
                KafkaRuntime.at(broker.bootstrapServers()).readToEnd().start(pipeline)) {
            controller.awaitTermination();
        }
    }

    /**
     * Where a partition ends, with all that was written: what was just committed is told to readers of committed records
     * some time later.
     */
    private static long end(TopicPartition partition) throws Exception {
        return broker.admin()
                .listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    private static List<String> sums(String topic) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest");
        List<String> sums = new ArrayList<>();
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, Double> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new DoubleDeserializer())) {
            consumer.assign(List.of(partition));
            long end = end(partition);
            Await.until("the end of " + topic, LIMIT, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> sums.add(record.key() + " " + record.value()));
                return consumer.position(partition) >= end;
            });
        }
        return sums;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void readsWhatAnotherProducerHasCompressedAndIsReadWithOtherDeserializers(String compression) throws Exception {
        String topic = "plain-" + compression;
        broker.createTopic(topic, 1);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(), "compression.type", compression, "linger.ms", 50);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < 200; i++) {
                Future<RecordMetadata> unused =
                        producer.send(new ProducerRecord<>(topic, "a", "a," + i * 1_000_000L + ",0.5"));
            }
        }
        run(topic);
        assertThat(sums(topic + "-sums")).containsExactly("a 50.0", "a 50.0");
    }

    @Test
    void worksWithKcat() throws Exception {
        Path kcat = find("kcat", "kafkacat");
        broker.createTopic("cat", 1);
        Path input = Files.write(folder.resolve("input"), List.of("a:a,0,1.5", "a:a,50000000,2.5"));
        execute(folder, kcat, "-P", "-t", "cat", "-K", ":", "-z", "lz4", "-l", input.toString());
        run("cat");
        assertThat(sums("cat-sums")).containsExactly("a 4.0");
        String found = execute(
                folder,
                kcat,
                "-C",
                "-t",
                "cat-sums",
                "-e",
                "-q",
                "-X",
                "isolation.level=read_committed",
                "-f",
                "%k %S\\n");
        assertThat(found).isEqualTo("a 8\n");
    }

    private static Path find(String... names) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            for (String name : names) {
                Path file = Path.of(folder, name);
                if (Files.isExecutable(file)) {
                    return file;
                }
            }
        }
        String skipped = "the test with kcat is skipped: there is no kcat on the PATH";
        System.out.println(skipped);
        return Assumptions.abort(skipped);
    }

    private static String execute(Path folder, Path program, String... arguments)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        List<String> command = Stream.concat(
                        Stream.of(program.toString(), "-b", broker.bootstrapServers()), Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as(command.toString())
                    .isTrue();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(process.exitValue()).as(text).isZero();
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
