package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.DataStream;
import io.datastream.Pipeline;
import io.datastream.codec.Codec;
import io.datastream.engine.LogFields;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.RestartPolicy;
import io.datastream.sink.Sinks;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.testkit.FreePorts;
import io.datastream.testkit.KafkaProcess;
import io.datastream.testkit.KafkaServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

@Timeout(180)
class KafkaRuntimeIT {
    private static final int PARTITIONS = 4;
    private static EmbeddedKafka kafka;

    @TempDir
    Path folder;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    private static KafkaRuntime runtime() {
        return KafkaRuntime.at(kafka.bootstrapServers()).readToEnd();
    }

    private static List<String> lines(String topic) {
        return kafka.readCommitted(topic).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private void runWorkers(KafkaServer broker, long seed, int kills, boolean killBroker) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        int workers = 2;
        Brake brake = Brake.on(folder.resolve("brake"), 2_000, 3);
        List<ChildJvm> running = new ArrayList<>();
        try {
            for (int i = 0; i < workers; i++) {
                running.add(startWorker(broker, brake, i));
            }
            for (int kill = 0; kill < kills; kill++) {
                int victim = random.nextInt(workers);
                int results = count(broker, "averages");
                Await.until(
                        "more results",
                        Duration.ofSeconds(60),
                        () -> count(broker, "averages") > results + 200
                                || running.stream().noneMatch(ChildJvm::isAlive));
                assertThat(running.get(victim).isAlive())
                        .as("worker %d is in the middle", victim)
                        .isTrue();
                running.get(victim).kill();
                if (killBroker && kill == 0) {
                    ((KafkaProcess) broker).kill();
                    broker.restart();
                }
                running.set(victim, startWorker(broker, brake, victim));
            }
            brake.release();
            for (ChildJvm worker : running) {
                assertThat(worker.awaitExit(Duration.ofSeconds(90)))
                        .as(worker.output())
                        .isZero();
            }
        } finally {
            running.forEach(ChildJvm::close);
        }
    }

    private static int count(KafkaServer broker, String topic) {
        try {
            return broker.readCommitted(topic).size();
        } catch (IllegalStateException | AssertionError e) {
            return 0; // the topic is made by the first worker
        }
    }

    private static ChildJvm startWorker(KafkaServer broker, Brake brake, int number) {
        return brake.in(ChildJvm.of(WorkerMain.class))
                .withArguments(broker.bootstrapServers(), "w" + number, "1", "readings")
                .withJvmOptions("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .start();
    }

    @Test
    void givesTheResultsOfARunInMemoryThoughWorkersAreKilled() throws Exception {
        long seed = 41;
        List<List<Reading>> readings = Readings.generate(seed, PARTITIONS, 8_000);
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            broker.createTopic(Readings.TOPIC, PARTITIONS);
            Readings.RESULTS.forEach(topic -> broker.createTopic(topic, 2));
            broker.produce(Readings.records(readings));
            runWorkers(broker, seed, 3, false);
            assertThat(Runs.results(broker)).as("seed " + seed).isEqualTo(Runs.expected(readings));
        }
    }

    @Test
    void givesTheResultsOfARunInMemoryThoughBrokerAndWorkerAreKilled() throws Exception {
        long seed = 42;
        List<List<Reading>> readings = Readings.generate(seed, PARTITIONS, 8_000);
        try (KafkaProcess broker = KafkaProcess.start()) {
            broker.createTopic(Readings.TOPIC, PARTITIONS);
            Readings.RESULTS.forEach(topic -> broker.createTopic(topic, 2));
            broker.produce(Readings.records(readings));
            runWorkers(broker, seed, 1, true);
            assertThat(Runs.results(broker)).as("seed " + seed).isEqualTo(Runs.expected(readings));
        }
    }

    @Test
    void goesOnFromItsLastCommitWhenItIsStartedAgain() throws Exception {
        List<List<Reading>> readings = Readings.generate(43, 2, 4_000);
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            broker.createTopic(Readings.TOPIC, 2);
            Pipeline pipeline = Readings.pipeline(KafkaSource.topic(Readings.TOPIC, Readings.CODEC)
                    .eventTimeNanos(Reading::time)
                    .disorderUpTo(Duration.ofMillis(40)));
            List<List<Reading>> first =
                    readings.stream().map(list -> list.subList(0, 2_500)).toList();
            List<List<Reading>> second =
                    readings.stream().map(list -> list.subList(2_500, 4_000)).toList();
            broker.produce(Readings.records(first));
            KafkaRuntime unbounded = KafkaRuntime.at(broker.bootstrapServers()).withThreads(2);
            PipelineController controller = unbounded.start(pipeline);
            controller.drain();
            assertThat(controller.state()).isEqualTo(PipelineState.STOPPED);
            broker.produce(Readings.records(second));
            try (PipelineController again = unbounded.readToEnd().withThreads(1).start(pipeline)) {
                again.awaitTermination();
                assertThat(again.state()).isEqualTo(PipelineState.COMPLETED);
            }
            assertThat(Runs.results(broker)).isEqualTo(Runs.expected(readings));
        }
    }

    private static Pipeline parse(String name, String from, String to, ErrorPolicy policy) {
        return Pipeline.from(KafkaSource.topic(from, Readings.CODEC)
                        .eventTimeNanos(Reading::time)
                        .onError(policy))
                .map(r -> r.sensor() + " " + r.value())
                .to(Readings.text(to))
                .named(name);
    }

    private static void produceWithPoison(String topic) {
        kafka.createTopic(topic, 1);
        kafka.produce(topic, "a", "a,1,1.5");
        kafka.produce(topic, "a", "a,banana");
        kafka.produce(topic, "a", "a,2,2.5");
    }

    @Test
    void stopsAtAPoisonedRecordAndNamesItsPlace() {
        produceWithPoison("poison-fail");
        Pipeline pipeline = parse("poison-fail", "poison-fail", "poison-fail-out", ErrorPolicy.fail());
        try (PipelineController controller =
                runtime().withRestarts(RestartPolicy.never()).start(pipeline)) {
            assertThatThrownBy(controller::awaitTermination)
                    .hasMessageContaining("poison-fail-0@1: step \"poison-fail\": reading: \"a,banana\""
                            + " (expected: sensor,time,value)");
            assertThat(controller.state()).isEqualTo(PipelineState.FAILED);
        }
    }

    @Test
    void skipsAPoisonedRecordAndCountsIt() throws Exception {
        produceWithPoison("poison-skip");
        Pipeline pipeline = parse("poison-skip", "poison-skip", "poison-skip-out", ErrorPolicy.skip());
        try (PipelineController controller = runtime().start(pipeline)) {
            controller.awaitTermination();
            assertThat(lines("poison-skip-out")).containsExactly("a 1.5", "a 2.5");
            assertThat(controller
                            .meters()
                            .counter(
                                    "datastream.records.failed",
                                    "pipeline",
                                    "poison-skip",
                                    "step",
                                    "poison-skip",
                                    "partition",
                                    "poison-skip-0")
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void sendsAPoisonedRecordToTheDeadLettersInTheSameTransaction() throws Exception {
        produceWithPoison("poison-letter");
        Pipeline pipeline = parse("poison-letter", "poison-letter", "poison-letter-out", ErrorPolicy.deadLetter())
                .deadLettersTo(KafkaSink.<DeadLetter>topic(
                        "letters",
                        letter -> (letter.place() + " " + letter.originalText()).getBytes(StandardCharsets.UTF_8)));
        try (PipelineController controller = runtime().start(pipeline)) {
            controller.awaitTermination();
        }
        assertThat(lines("letters")).containsExactly("poison-letter-0@1 a,banana");
        assertThat(lines("poison-letter-out")).containsExactly("a 1.5", "a 2.5");
    }

    @Test
    void writesToOtherSinksBeforeEachCommit() throws Exception {
        kafka.createTopic("plain", 1);
        kafka.produce("plain", "a", "a,1,1.5");
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.from(
                        KafkaSource.topic("plain", Readings.CODEC).eventTimeNanos(Reading::time))
                .map(Reading::sensor)
                .to(Sinks.collectInto(seen))
                .named("plain");
        try (PipelineController controller = runtime().start(pipeline)) {
            controller.awaitTermination();
        }
        assertThat(seen).containsExactly("a");
    }

    @Test
    void givesWhatFunctionsLogThePipelineAndThePartition() throws Exception {
        kafka.createTopic("log-fields", 2);
        kafka.produce(List.of(
                new ProducerRecord<>("log-fields", 1, null, "a,1,1.5".getBytes(StandardCharsets.UTF_8)),
                new ProducerRecord<>("log-fields", 0, null, "b,1,1.5".getBytes(StandardCharsets.UTF_8))));
        Pipeline pipeline = Pipeline.from(
                        KafkaSource.topic("log-fields", Readings.CODEC).eventTimeNanos(Reading::time))
                .map(r -> r.sensor() + " " + MDC.get(LogFields.PIPELINE) + " " + MDC.get(LogFields.PARTITION))
                .to(Readings.text("log-fields-out"))
                .named("log-fields");
        try (PipelineController controller = runtime().start(pipeline)) {
            controller.awaitTermination();
        }
        assertThat(lines("log-fields-out"))
                .containsExactlyInAnyOrder("a log-fields log-fields-1", "b log-fields log-fields-0");
    }

    @Test
    void treatsARecordWithoutValueAsAnErrorOfItsSource() {
        kafka.createTopic("tombstones", 1);
        kafka.produce(List.of(new ProducerRecord<>("tombstones", "a".getBytes(StandardCharsets.UTF_8), null)));
        Pipeline pipeline = parse("tombstones", "tombstones", "tombstones-out", ErrorPolicy.fail());
        try (PipelineController controller =
                runtime().withRestarts(RestartPolicy.never()).start(pipeline)) {
            assertThatThrownBy(controller::awaitTermination)
                    .hasMessageContaining("tombstones-0@0: step \"tombstones\": value: null (expected: a value; a"
                            + " tombstone has none, see withTombstones)");
        }
    }

    @Test
    void passesOverRecordsWithoutValueOnRequest() throws Exception {
        kafka.createTopic("compacted", 1);
        byte[] key = "a".getBytes(StandardCharsets.UTF_8);
        kafka.produce(List.of(new ProducerRecord<>("compacted", key, null)));
        kafka.produce("compacted", "a", "a,1,1.5");
        kafka.produce(List.of(new ProducerRecord<>("compacted", key, null)));
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.from(KafkaSource.topic("compacted", Readings.CODEC)
                        .withTombstones(KafkaSource.Tombstones.SKIP)
                        .eventTimeNanos(Reading::time))
                .map(Reading::sensor)
                .to(Sinks.collectInto(seen))
                .named("compacted");
        try (PipelineController controller = runtime().start(pipeline)) {
            controller.awaitTermination();
            assertThat(controller.status().steps().get(0).skipped())
                    .as("skipped")
                    .isEqualTo(2);
        }
        assertThat(seen).containsExactly("a");
    }

    @Test
    void wiresANamedApplicationByItsTopics() {
        Codec<Integer> numbers = Codec.of(
                number -> number.toString().getBytes(StandardCharsets.UTF_8),
                bytes -> Integer.valueOf(new String(bytes, StandardCharsets.UTF_8)));
        DataStream app = DataStream.named("app", KafkaRuntime.at(kafka.bootstrapServers()));
        app.registerProcessor("double_numbers", numbers, n -> n * 2, "app-input", "app-double");
        app.registerProcessor("increment", numbers, n -> n + 1, "app-double", "app-result");
        app.streamData(List.of(1, 2, 3), "app-input");
        try (PipelineController controller = app.start()) {
            Await.until(
                    "three results",
                    Duration.ofSeconds(60),
                    () -> lines("app-result").size() == 3);
            assertThat(lines("app-result")).containsExactly("3", "5", "7");
            Await.untilAsserted(
                    Duration.ofSeconds(60),
                    () -> assertThat(controller.status().toString())
                            .contains("pipeline app: RUNNING", "source app-input-0: at 3"));
        }
    }

    @Test
    void refusesATopicThatIsMissing() {
        Pipeline pipeline = parse("missing", "no-such-topic", "out", ErrorPolicy.fail());
        assertThatThrownBy(() -> runtime().start(pipeline))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic \"no-such-topic\" does not exist on " + kafka.bootstrapServers()
                        + " (expected: a topic to read; create it before the start)");
    }

    @Test
    void tellsThatNobodyAnswersAtAClosedPort() {
        String address = "127.0.0.1:" + FreePorts.next();
        Pipeline pipeline = parse("closed", "any", "out", ErrorPolicy.fail());
        assertThatThrownBy(() -> KafkaRuntime.at(address)
                        .withConnectLimit(Duration.ofSeconds(2))
                        .start(pipeline))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Kafka at " + address + ": no answer within PT2S")
                .hasMessageContaining("(expected: a broker that answers");
    }
}
