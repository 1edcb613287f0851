package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Encoder;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.runtime.RestartPolicy;
import io.datastream.sink.SinkException;
import io.datastream.sink.Sinks;
import io.datastream.source.Source;
import io.datastream.testkit.Await;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How threads, instances, failures, idle partitions and sinks that are away are handled. */
@Timeout(120)
class KafkaOperationIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final AtomicInteger FAILURES = new AtomicInteger();
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    private static KafkaRuntime runtime() {
        return KafkaRuntime.at(kafka.bootstrapServers());
    }

    private static Source<Reading> source(String topic) {
        return KafkaSource.topic(topic, Readings.CODEC).eventTimeNanos(Reading::time);
    }

    private static Source<Reading> readings() {
        return source(Readings.TOPIC).disorderUpTo(Duration.ofMillis(40));
    }

    private static List<String> lines(String topic) {
        return kafka.readCommitted(topic).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static KafkaSink<Windowed<String, Long>> counts(String topic) {
        Encoder<Windowed<String, Long>> encoder =
                w -> (w.key() + " from " + w.window().startNanos() / 1_000_000 + ": " + w.value())
                        .getBytes(StandardCharsets.UTF_8);
        return KafkaSink.topic(topic, encoder);
    }

    private static Pipeline counting(String name, Source<Reading> source) {
        return Pipeline.from(source)
                .keyedBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .to(counts(name + "-out"))
                .lateTo(Readings.late(name + "-late"))
                .named(name);
    }

    private static EmbeddedKafka brokerWith(List<List<Reading>> readings) {
        EmbeddedKafka broker = EmbeddedKafka.start();
        broker.createTopic(Readings.TOPIC, readings.size());
        broker.produce(Readings.records(readings));
        return broker;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void givesTheSameResultsOnAnyNumberOfThreads(int threads) throws Exception {
        List<List<Reading>> readings = Readings.generate(51, 4, 3_000);
        try (EmbeddedKafka broker = brokerWith(readings);
                PipelineController controller = KafkaRuntime.at(broker.bootstrapServers())
                        .withThreads(threads)
                        .readToEnd()
                        .start(Readings.pipeline(readings()))) {
            controller.awaitTermination();
            assertThat(Runs.results(broker)).isEqualTo(Runs.expected(readings));
        }
    }

    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    void sharesPartitionsWithAnInstanceThatComesLaterAndOneThatGoes(GroupProtocol protocol) throws Exception {
        List<List<Reading>> readings = Readings.generate(52, 4, 6_000);
        try (EmbeddedKafka broker = brokerWith(readings)) {
            KafkaRuntime runtime = KafkaRuntime.at(broker.bootstrapServers())
                    .withGroupProtocol(protocol)
                    .withCommitInterval(Duration.ofMillis(20))
                    .withProperty("max.poll.records", "50");
            Pipeline pipeline = Readings.pipeline(readings());
            PipelineController first = runtime.start(pipeline);
            try (PipelineController second = runtime.readToEnd().start(pipeline)) {
                Await.until(
                        "both own partitions",
                        SOON,
                        () -> !second.status().origins().isEmpty() || second.state() == PipelineState.COMPLETED);
                first.stop();
                second.awaitTermination();
            }
            assertThat(first.state()).isEqualTo(PipelineState.STOPPED);
            assertThat(Runs.results(broker)).isEqualTo(Runs.expected(readings));
        }
    }

    @Test
    void sendsAgainWhatAFencedProducerCouldNotCommit() throws Exception {
        Flow flow = new Flow("fenced", 53, 2_000).on(kafka);
        KafkaRuntime runtime = runtime()
                .withInstance("one")
                .withCommitInterval(Duration.ofMillis(10))
                .withProperty("max.poll.records", "50");
        try (PipelineController controller = runtime.start(flow.pipeline)) {
            for (int i = 1; i <= 5; i++) {
                int results = i * 300;
                Flow.Gate gate = flow.produceAndHold(kafka, 300, SOON);
                kafka.admin().fenceProducers(List.of("fenced-one-0")).all().get();
                gate.open();
                Await.until(results + " results", SOON, () -> flow.results(kafka) >= results);
            }
            assertThat(controller.status().restarts()).isZero();
        }
        flow.finish(kafka, runtime);
    }

    @Test
    void restartsFromTheLastCommitAfterAFailure() throws Exception {
        kafka.createTopic("fails", 1);
        kafka.produce(IntStream.range(0, 300)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                        "fails", 0, null, ("a," + i * 1_000_000L + ",1").getBytes(StandardCharsets.UTF_8)))
                .toList());
        FAILURES.set(0);
        Pipeline pipeline = Pipeline.from(source("fails"))
                .map(reading -> {
                    if (reading.time() == 150_000_000 && FAILURES.incrementAndGet() <= 2) {
                        throw new IllegalStateException("not yet");
                    }
                    return reading;
                })
                .keyedBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .to(counts("fails-out"))
                .named("fails");
        RestartPolicy quick = RestartPolicy.upTo(3).withBackoff(Duration.ofMillis(1));
        try (PipelineController controller = runtime()
                .withRestarts(quick)
                .withProperty("max.poll.records", "20")
                .withCommitInterval(Duration.ZERO)
                .readToEnd()
                .start(pipeline)) {
            controller.awaitTermination();
            assertThat(controller.status().restarts()).isEqualTo(2);
            assertThat(controller.status().lastError()).contains("fails-0@150").contains("not yet");
        }
        assertThat(lines("fails-out")).containsExactly("a from 0: 100", "a from 100: 100", "a from 200: 100");
    }

    @Test
    void letsTwoSourcesReadOneTopicEachWithItsOwnWatermark() throws Exception {
        kafka.createTopic("shared", 1);
        for (long millis : new long[] {10, 120, 20, 350}) {
            kafka.produce("shared", "a", "a," + millis * 1_000_000L + ",1");
        }
        Pipeline strict = Pipeline.from(source("shared").named("strict"))
                .keyedBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .named("strict-counts")
                .to(counts("strict"));
        Pipeline patient = Pipeline.from(source("shared").named("patient").disorderUpTo(Duration.ofSeconds(1)))
                .keyedBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .named("patient-counts")
                .to(counts("patient"));
        try (PipelineController controller =
                runtime().readToEnd().start(strict.and(patient).named("shared-pipeline"))) {
            controller.awaitTermination();
        }
        assertThat(lines("strict")).containsExactly("a from 0: 1", "a from 100: 1", "a from 300: 1");
        assertThat(lines("patient")).containsExactly("a from 0: 2", "a from 100: 1", "a from 300: 1");
    }

    @Test
    void closesTheLastWindowsOfAPartitionThatIsIdleAndRemembersIt() throws Exception {
        kafka.createTopic("quiet", 1);
        kafka.produce("quiet", "a", "a,0,1");
        kafka.produce("quiet", "a", "a,50000000,1");
        Pipeline pipeline = counting("quiet", source("quiet").idleAfter(Duration.ofMillis(300)));
        try (PipelineController controller = runtime().start(pipeline)) {
            Await.until("the last window", SOON, () -> !lines("quiet-out").isEmpty());
            Await.untilAsserted(
                    SOON,
                    () -> assertThat(controller.status().toString())
                            .contains("idle: its watermark moves with the clock"));
        }
        kafka.produce("quiet", "a", "a,60000000,1");
        kafka.produce("quiet", "a", "a,900000000000,1");
        try (PipelineController controller = runtime().readToEnd().start(pipeline)) {
            controller.awaitTermination();
        }
        assertThat(lines("quiet-out")).containsExactly("a from 0: 2", "a from 900000: 1");
        assertThat(lines("quiet-late")).singleElement().asString().contains("quiet-0@2");
    }

    @Test
    void waitsForASinkThatIsAwayAndSaysSo() throws Exception {
        kafka.createTopic("away", 1);
        kafka.produce("away", "a", "a,1,1.5");
        FAILURES.set(Integer.MAX_VALUE);
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.from(source("away"))
                .map(Reading::sensor)
                .to(Sinks.<String>calling("shop", (time, value) -> {
                    if (FAILURES.getAndDecrement() > 0) {
                        throw SinkException.retryable("shop: closed", new IllegalStateException("closed"));
                    }
                    seen.add(value);
                }))
                .named("away");
        try (PipelineController controller = runtime().readToEnd().start(pipeline)) {
            Await.until(
                    "the status says so",
                    SOON,
                    () -> controller.status().waitingFor().stream()
                            .anyMatch(reason -> reason.endsWith("waits for its sink and tries again: shop: closed")));
            assertThat(seen).isEmpty();
            FAILURES.set(0);
            controller.awaitTermination();
            assertThat(controller.status().restarts()).isZero();
        }
        assertThat(seen).containsExactly("a");
    }

    @Test
    void pausesAndResumes() throws Exception {
        kafka.createTopic("paused", 1);
        Pipeline pipeline = Pipeline.from(source("paused"))
                .map(Reading::sensor)
                .to(Readings.plain("paused-out"))
                .named("paused");
        try (PipelineController controller = runtime().start(pipeline)) {
            Await.until(
                    "its partition",
                    SOON,
                    () -> controller.status().origins().stream()
                            .anyMatch(origin -> origin.evidence().startsWith("read to its end")));
            controller.pause();
            assertThat(controller.state()).isEqualTo(PipelineState.PAUSED);
            assertThat(controller.status().waitingFor()).contains("the pipeline is paused");
            kafka.produce("paused", "a", "a,1,1");
            controller.resume();
            Await.until("the result", SOON, () -> !lines("paused-out").isEmpty());
            PipelineStatus status = controller.status();
            assertThat(status.origins())
                    .singleElement()
                    .satisfies(origin -> assertThat(origin.name()).isEqualTo("paused-0"));
            Await.untilAsserted(SOON, () -> {
                MeterRegistry meters = controller.meters();
                assertThat(meters.get("datastream.lag")
                                .tag("partition", "paused-0")
                                .gauge()
                                .value())
                        .isZero();
                assertThat(meters.get("datastream.commit.duration").timer().count())
                        .isPositive();
            });
        }
    }

    @Test
    void readsFromATimeOrOnlyWhatComes() throws Exception {
        kafka.createTopic("starts", 1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (long millis : new long[] {1_000, 2_000, 3_000}) {
            byte[] value = ("a," + millis + ",1").getBytes(StandardCharsets.UTF_8);
            records.add(new ProducerRecord<>("starts", 0, millis, null, value));
        }
        kafka.produce(records);
        KafkaSource<Reading> topic = KafkaSource.topic("starts", Readings.CODEC);
        for (StartFrom start : List.of(StartFrom.LATEST, StartFrom.time(java.time.Instant.ofEpochMilli(2_000)))) {
            String name = "starts-" + start.position();
            Pipeline pipeline = Pipeline.from(topic.startFrom(start).eventTimeNanos(Reading::time))
                    .map(reading -> reading.sensor() + reading.time())
                    .to(Readings.plain(name))
                    .named(name);
            try (PipelineController controller = runtime().readToEnd().start(pipeline)) {
                controller.awaitTermination();
            }
        }
        assertThat(lines("starts-LATEST")).isEmpty();
        assertThat(lines("starts-TIME")).containsExactly("a2000", "a3000");
    }

    @Test
    void readsWhatATransactionThatWasOpenAtTheStartCommits() throws Exception {
        kafka.createTopic("open", 1);
        kafka.produce("open", "a", "a,1,1");
        Pipeline pipeline = copying("open");
        try (Producer<byte[], byte[]> producer = transaction("open", "a,2,1");
                PipelineController controller = runtime().readToEnd().start(pipeline)) {
            Await.until("the record before it", SOON, () -> !lines("open-out").isEmpty());
            producer.commitTransaction();
            controller.awaitTermination();
        }
        assertThat(lines("open-out")).containsExactly("a1", "a2");
    }

    @Test
    void drainsWhatATransactionThatIsOpenCommits() throws Exception {
        kafka.createTopic("open-drain", 1);
        kafka.produce("open-drain", "a", "a,1,1");
        Pipeline pipeline = copying("open-drain");
        try (Producer<byte[], byte[]> producer = transaction("open-drain", "a,2,1");
                PipelineController controller = runtime().start(pipeline)) {
            Await.until(
                    "the record before it", SOON, () -> !lines("open-drain-out").isEmpty());
            CompletableFuture<Void> drained = CompletableFuture.runAsync(controller::drain);
            Await.until("the drain", SOON, () -> controller.state() != PipelineState.RUNNING);
            producer.commitTransaction();
            drained.get(SOON.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(lines("open-drain-out")).containsExactly("a1", "a2");
    }

    private static Pipeline copying(String topic) {
        return Pipeline.from(source(topic))
                .map(reading -> reading.sensor() + reading.time())
                .to(Readings.plain(topic + "-out"))
                .named(topic);
    }

    /** A record whose transaction is still to be committed. */
    private static Producer<byte[], byte[]> transaction(String topic, String value) throws Exception {
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", topic),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, value.getBytes(StandardCharsets.UTF_8)))
                .get();
        return producer;
    }

    @Test
    void refusesAMissingTopicOfResultsWhereItMayNotMakeIt() {
        kafka.createTopic("no-out", 1);
        Pipeline pipeline = Pipeline.from(source("no-out"))
                .map(Reading::sensor)
                .to(Readings.plain("nowhere"))
                .named("no-out");
        assertThatThrownBy(() -> runtime().withoutTopicCreation().start(pipeline))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic \"nowhere\" does not exist on " + kafka.bootstrapServers()
                        + " (expected: a topic to write; create it, or allow the runtime to create topics)");
    }

    @Test
    void refusesStateOfAnotherNumberOfPartitions() {
        kafka.createTopic("grown", 2);
        kafka.createTopic("grown-grown-changelog", 1);
        assertThatThrownBy(() -> runtime().start(counting("grown", source("grown"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "topic \"grown-grown-changelog\": 1 partitions (expected: 2, as many as its input"
                                + " topic \"grown\" has now;");
    }
}
