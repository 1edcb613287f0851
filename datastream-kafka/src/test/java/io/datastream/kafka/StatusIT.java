package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregations;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineStatus;
import io.datastream.sink.Sinks;
import io.datastream.source.Source;
import io.datastream.testkit.Await;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.time.Tumbling;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a status tells a reader why nothing comes out. */
@Timeout(120)
class StatusIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String END = "read to its end, nothing came for [0-9]+ s, ";
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    private static Source<Reading> source(String topic) {
        return KafkaSource.topic(topic, Readings.CODEC).eventTimeNanos(Reading::time);
    }

    private static Pipeline counting(String name, Source<Reading> source) {
        return counting(name, Pipeline.from(source));
    }

    private static Pipeline counting(String name, Stream<Reading> readings) {
        return readings.keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .mapValues(window -> window.key() + window.value())
                .to(Readings.plain(name + "-out"))
                .named(name);
    }

    private static PipelineController start(Pipeline pipeline) {
        return KafkaRuntime.at(kafka.bootstrapServers())
                .withExchangePartitions(1)
                .start(pipeline);
    }

    private static void produce(String topic, int partition, String line) {
        byte[] value = line.getBytes(StandardCharsets.UTF_8);
        kafka.produce(List.of(new ProducerRecord<>(topic, partition, null, value)));
    }

    /** Waits for a status with a line that is like this. */
    private static void awaitLine(PipelineController controller, String regex) {
        awaitStatus(controller, status -> assertThat(status.toString()).containsPattern("(?m)^" + regex + "$"));
    }

    /** Waits for a status of which all of this holds at once; workers report now and then, each for itself. */
    private static void awaitStatus(PipelineController controller, Consumer<PipelineStatus> assertions) {
        Await.untilAsserted(SOON, () -> assertions.accept(controller.status()));
    }

    @Test
    void namesTheSilentPartitionThatAStageWaitsFor() {
        kafka.createTopic("silent", 2);
        produce("silent", 0, "a,50000000,1");
        produce("silent", 0, "a,950000000,1");
        produce("silent", 1, "b,60000000,1");
        try (PipelineController controller = start(counting("waits", source("silent")))) {
            awaitLine(
                    controller,
                    "  held up: stage 1 \\(tumbling-PT0.1S-count\\) waits at watermark 1970-01-01T00:00:00.060Z for silent-1: "
                            + END + "only a further record moves its watermark \\(no idleAfter\\)");
            awaitStatus(controller, status -> assertThat(status.waitingFor()).hasSize(1));
        }
    }

    @Test
    void saysOfAPartitionWithoutAnyRecordThatItHoldsTheStage() {
        kafka.createTopic("empty", 2);
        produce("empty", 0, "a,50000000,1");
        try (PipelineController controller = start(counting("first", source("empty")))) {
            awaitLine(
                    controller,
                    "  held up: stage 1 \\(tumbling-PT0.1S-count\\) waits at watermark before all records for empty-1: "
                            + END + ".*");
        }
    }

    @Test
    void tellsPositionEndWatermarkAndOpenWindowWhenAllIsRead() {
        kafka.createTopic("read", 1);
        produce("read", 0, "a,50000000,1");
        try (PipelineController controller = start(counting("reads", source("read")))) {
            awaitStatus(
                    controller,
                    status -> assertThat(status.toString())
                            .containsPattern("(?m)^  source read-0: at 1 of 1, watermark 1970-01-01T00:00:00.050Z, "
                                    + END + "only a further record moves its watermark \\(no idleAfter\\)$")
                            .contains(
                                    "  stage 1 of reads-tumbling-PT0.1S-count-exchange-0: watermark 1970-01-01T00:00:00.050Z, oldest open window"
                                            + " from 1970-01-01T00:00:00Z, 0 records wait, 1 keys\n"));
        }
    }

    @Test
    void tellsWhatHappensNextToAPartitionThatMayBecomeIdle() {
        kafka.createTopic("patient", 1);
        produce("patient", 0, "a,50000000,1");
        Source<Reading> source = source("patient").idleAfter(Duration.ofHours(1));
        try (PipelineController controller = start(counting("patience", source))) {
            awaitLine(controller, "  source patient-0: at 1 of 1, .*, " + END + "idle when nothing comes for PT1H");
        }
    }

    @Test
    void saysThatAllAreIdle() {
        kafka.createTopic("idle", 2);
        produce("idle", 0, "a,50000000,1");
        Source<Reading> source = source("idle").idleAfter(Duration.ofMillis(200));
        try (PipelineController controller = start(counting("idles", source))) {
            awaitLine(controller, "  source idle-0: at 1 of 1, .*idle: its watermark moves with the clock");
            awaitLine(
                    controller,
                    "  source idle-1: at 0 of 0, .*idle: without a record it has no watermark, and holds nothing back");
            awaitLine(
                    controller,
                    "  source idles-tumbling-PT0.1S-count-exchange-0: .*all that feed it are idle: its watermark is that of the furthest");
            awaitStatus(controller, status -> assertThat(status.waitingFor()).isEmpty());
        }
    }

    @Test
    void saysThatAPausedPipelineHoldsItsPartitionsBack() {
        kafka.createTopic("held", 1);
        try (PipelineController controller = start(counting("holds", source("held")))) {
            awaitLine(controller, "  source held-0: at 0 of 0, .*");
            controller.pause(); // returns at once, so what comes just after it may still be read
            awaitLine(controller, "  source held-0: at 0 of 0, .*, held back");
            produce("held", 0, "a,50000000,1");
            awaitLine(controller, "  held up: the pipeline is paused");
            awaitLine(controller, "  source held-0: at 0 of [01], .*, held back");
            assertThat(controller.status().toString()).startsWith("pipeline holds: PAUSED\n");
        }
    }

    @Test
    void saysThatNoPartitionIsThereYet() throws Exception {
        kafka.createTopic("shared", 1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Stream<Reading> slow = Pipeline.from(source("shared")).map(reading -> {
            begun.countDown();
            release.await();
            return reading;
        });
        produce("shared", 0, "a,50000000,1");
        Pipeline pipeline =
                slow.to(Sinks.collectInto(new CopyOnWriteArrayList<>())).named("shares");
        try (PipelineController first = start(pipeline)) {
            assertThat(begun.await(SOON.toSeconds(), TimeUnit.SECONDS))
                    .as("the first has the partition, and keeps it while it is at work")
                    .isTrue();
            try (PipelineController second = start(pipeline)) {
                awaitLine(second, "  held up: no partition is assigned yet");
                release.countDown();
                awaitStatus(second, status -> assertThat(status.waitingFor()).isEmpty()); // it stands by for the first
                assertThat(second.status().origins()).isEmpty();
                assertThat(first.failure()).isEmpty();
            }
        }
    }

    @Test
    void namesAPartitionThatAnotherProcessReadsAndThatDoesNotMoveOn() throws Exception {
        int partitions = 4;
        kafka.createTopic("split", partitions);
        CountDownLatch release = new CountDownLatch(1);
        Pipeline pipeline = counting("splits", Pipeline.from(source("split")).filter(reading -> true));
        Pipeline stuck = counting("splits", Pipeline.from(source("split")).filter(reading -> {
            release.await();
            return true;
        }));
        KafkaRuntime runtime =
                KafkaRuntime.at(kafka.bootstrapServers()).withThreads(1).withExchangePartitions(partitions);
        try (PipelineController here = runtime.start(pipeline);
                PipelineController there = runtime.start(stuck)) {
            awaitStatus(there, status -> assertThat(status.origins()).isNotEmpty());
            awaitStatus(here, status -> assertThat(status.origins()).hasSizeBetween(1, 2 * partitions - 1));
            for (int partition = 0; partition < partitions; partition++) {
                for (int key = 0; key < 20; key++) {
                    produce("split", partition, "k" + key + ",50000000,1");
                }
            }
            awaitLine(
                    here,
                    "  held up: stage 1 \\(.*\\) waits at watermark before all records for split-[0-3]: it is not read in"
                            + " this process, and has not moved on for [0-9]+ s; see the status of the process that reads"
                            + " it, or whether there is one");
            release.countDown();
        }
    }
}
