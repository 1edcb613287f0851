package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregations;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineStatus;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partitions that are quiet, beside workers that die or stand still. */
@Timeout(120)
class IdleIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final long WINDOW = 100_000_000L;

    /** How many readings each window should have, by sensor and start. */
    private final Map<String, Long> expected = new TreeMap<>();

    private EmbeddedKafka kafka;

    @BeforeEach
    void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterEach
    void stopBroker() {
        kafka.close();
    }

    /** Makes a topic whose records have the time at which the broker takes them, so that none comes late. */
    private void createTopic(String name, int partitions) {
        kafka.createTopic(name, partitions, Map.of("message.timestamp.type", "LogAppendTime"));
    }

    /** Adds a reading of this moment. Returns its time. */
    private long produce(String topic) {
        String sensor = "of-" + topic;
        long time = kafka.produce(topic, sensor, sensor + ",0,1").timestamp() * 1_000_000L;
        expected.merge(sensor + " " + time / WINDOW * WINDOW, 1L, Long::sum);
        return time;
    }

    private List<String> lines(String topic) {
        return kafka.readCommitted(topic).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private void awaitAllWindows() {
        List<String> all = expected.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
        Await.untilAsserted(SOON, () -> {
            assertThat(lines(IdleMain.LATE)).isEmpty();
            assertThat(lines(IdleMain.COUNTS)).containsExactlyInAnyOrderElementsOf(all);
        });
    }

    @Test
    void waitsForThePartitionOfAWorkerThatWasKilledBesideIt() throws Exception {
        loseTheWorkerOfAnIdlePartition(ChildJvm::kill);
    }

    @Test
    void waitsForThePartitionOfAWorkerThatStandsStillBesideIt() throws Exception {
        loseTheWorkerOfAnIdlePartition(worker -> worker.signal(ChildJvm.Signal.STOP));
    }

    private interface Loss {
        void happen(ChildJvm worker);
    }

    private void loseTheWorkerOfAnIdlePartition(Loss loss) throws Exception {
        createTopic(IdleMain.FIRST, 1);
        createTopic(IdleMain.SECOND, 1);
        List<ChildJvm> workers = new ArrayList<>();
        KafkaRuntime others = KafkaRuntime.at(kafka.bootstrapServers())
                .withThreads(2)
                .parts(IdleMain.SECOND, "merged")
                .withExchangePartitions(2);
        try (PipelineController controller = others.start(IdleMain.pipeline())) {
            workers.add(startWorker("lost"));
            produce(IdleMain.FIRST);
            produce(IdleMain.SECOND);
            awaitAllWindows(); // so both were idle

            loss.happen(workers.get(0));
            long unread = produce(IdleMain.FIRST);
            Await.until("the other topic is well beyond that", SOON, () -> {
                produce(IdleMain.SECOND);
                return watermark(controller, IdleMain.SECOND) > unread + 20 * WINDOW;
            });
            produce(IdleMain.FIRST);
            workers.add(startWorker("successor"));
            awaitAllWindows();
        } finally {
            workers.forEach(ChildJvm::close);
        }
    }

    private ChildJvm startWorker(String instance) {
        return ChildJvm.of(IdleMain.class)
                .withArguments(kafka.bootstrapServers(), instance, IdleMain.FIRST)
                .withJvmOptions("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .start();
    }

    private static long watermark(PipelineController controller, String topic) {
        return controller.status().origins().stream()
                .filter(origin -> origin.name().equals(topic + "-0"))
                .mapToLong(PipelineStatus.OriginStatus::watermarkNanos)
                .findFirst()
                .orElse(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closesTheLastWindowOfAQuietTopic(boolean behindAnExchange) throws Exception {
        createTopic(IdleMain.FIRST, 3); // two partitions never have a record
        Stream<Reading> readings = Pipeline.from(IdleMain.source(IdleMain.FIRST));
        Pipeline pipeline = (behindAnExchange
                        ? readings.keyBy(Reading::sensor).withCodec(Readings.CODEC)
                        : readings.keyedBy(Reading::sensor))
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .to(KafkaSink.topic(IdleMain.COUNTS, IdleMain.counts()))
                .lateTo(Readings.late(IdleMain.LATE))
                .named("quiet");
        try (PipelineController controller =
                KafkaRuntime.at(kafka.bootstrapServers()).withThreads(2).start(pipeline)) {
            produce(IdleMain.FIRST);
            awaitAllWindows();
            produce(IdleMain.FIRST); // it comes back, and is not late
            awaitAllWindows();
            assertThat(controller.failure()).isEmpty();
        }
    }

    @Test
    void takesTheLastWindowOfAQuietPartitionIntoThoseOfTheNextStage() throws Exception {
        kafka.createTopic(IdleMain.FIRST, 2);
        Pipeline pipeline = Pipeline.from(IdleMain.idling(
                        KafkaSource.topic(IdleMain.FIRST, Readings.CODEC).eventTimeNanos(Reading::time)))
                .keyedBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofSeconds(1)))
                .aggregate(Aggregations.count())
                .values()
                .keyBy(Windowed::key)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .to(KafkaSink.topic(IdleMain.COUNTS, IdleMain.counts()))
                .lateTo(Readings.late(IdleMain.LATE))
                .named("two-stages");
        long time = System.currentTimeMillis() * 1_000_000L;
        Reading last = new Reading("a", time, 1);
        Reading further = new Reading("b", time + 60_000_000_000L, 1);
        kafka.produce(Regrouping.records(IdleMain.FIRST, List.of(List.of(last), List.of(further))));
        try (PipelineController controller =
                KafkaRuntime.at(kafka.bootstrapServers()).withThreads(2).start(pipeline)) {
            Await.until("both windows", SOON, () -> lines(IdleMain.COUNTS).size() == 2);
            assertThat(lines(IdleMain.LATE)).isEmpty();
            assertThat(lines(IdleMain.COUNTS).stream()
                            .map(line -> line.substring(0, 1))
                            .collect(Collectors.toSet()))
                    .containsExactlyInAnyOrder("a", "b");
            assertThat(controller.failure()).isEmpty();
        }
    }
}
