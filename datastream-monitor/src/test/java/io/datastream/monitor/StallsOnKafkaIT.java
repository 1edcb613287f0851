package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregations;
import io.datastream.error.ErrorPolicy;
import io.datastream.kafka.KafkaRuntime;
import io.datastream.kafka.KafkaSource;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.Source;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.KafkaProcess;
import io.datastream.time.Tumbling;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether the monitor says why nothing comes out of pipelines on a broker. */
@Timeout(120)
class StallsOnKafkaIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
    private static KafkaProcess kafka;

    @BeforeAll
    static void startBroker() {
        kafka = KafkaProcess.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    /** Records are their times. */
    private static Source<String> source(String topic) {
        return KafkaSource.<String>topic(topic, bytes -> new String(bytes, StandardCharsets.UTF_8))
                .eventTime(Instant::parse);
    }

    private static void produce(String topic, int partition, Instant logged, Instant... times) {
        kafka.produce(List.of(times).stream()
                .map(time -> new ProducerRecord<byte[], byte[]>(
                        topic,
                        partition,
                        logged.toEpochMilli(),
                        null,
                        time.toString().getBytes(StandardCharsets.UTF_8)))
                .toList());
    }

    private static Pipeline counting(String name, Stream<String> times) {
        return times.keyBy(time -> "all")
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .mapValues(window -> window.key() + window.value())
                .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                .deadLettersTo(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                .named(name);
    }

    private static PipelineController start(Pipeline pipeline) {
        return KafkaRuntime.at(kafka.bootstrapServers())
                .withExchangePartitions(1)
                .start(pipeline);
    }

    /** Waits until the page of a pipeline has a finding of this level with these words. */
    private static void awaitFinding(MonitorServer server, String level, String regex) {
        Client client = new Client(server);
        Await.untilAsserted(SOON, () -> {
            JsonNode whole = client.json("/api/pipelines/" + name(client));
            assertThat(whole.path("findings"))
                    .as(whole.toPrettyString())
                    .anyMatch(finding -> finding.path("level").asText().equals(level)
                            && finding.path("text").asText().matches(regex));
        });
    }

    private static String name(Client client) {
        return client.json("/api/pipelines").get(0).path("name").asText();
    }

    @Test
    void aPartitionThatFellQuietIsNamed() {
        kafka.createTopic("quiet", 2);
        produce("quiet", 0, T0, T0, T0.plusSeconds(300));
        produce("quiet", 1, T0, T0.plusSeconds(1));
        try (PipelineController controller = start(counting("quiets", Pipeline.from(source("quiet"))));
                MonitorServer server = Monitor.serve(controller, 0)) {
            awaitFinding(
                    server,
                    "PROBLEM",
                    "Held up: stage 1 .* waits at watermark 2026-03-01T12:00:01Z for quiet-1: read to its end, nothing came"
                            + " for [0-9]+ s, only a further record moves its watermark \\(no idleAfter\\)\\.");
        }
    }

    @Test
    void aSinkThatTakesItsTimeIsNamed() {
        kafka.createTopic("slow", 1);
        produce("slow", 0, T0, T0);
        CountDownLatch release = new CountDownLatch(1);
        Pipeline pipeline = Pipeline.from(source("slow"))
                .to(Sinks.<String>calling("shop", (time, value) -> release.await()))
                .named("slows");
        try (PipelineController controller = start(pipeline);
                MonitorServer server = Monitor.serve(controller, 0)) {
            awaitFinding(
                    server, "PROBLEM", "Held up: step \"to shop\" waits for its sink, which has been writing since .*");
            release.countDown();
        }
    }

    @Test
    void aPauseIsToldAsWhatItIs() {
        kafka.createTopic("paused", 1);
        try (PipelineController controller = start(counting("pauses", Pipeline.from(source("paused"))));
                MonitorServer server = Monitor.serve(controller, 0)) {
            awaitFinding(server, "OK", "All that there is has been read, and nothing waits\\.");
            controller.pause();
            awaitFinding(server, "WAIT", "The pipeline is paused\\. Nothing is read until it is resumed\\.");
        }
    }

    @Test
    void aTimeFarAheadIsADeadLetterAndMovesNothing() {
        kafka.createTopic("future", 1);
        produce("future", 0, T0, T0, T0.plus(Duration.ofDays(400)));
        Source<String> source = source("future").onError(ErrorPolicy.deadLetter());
        try (PipelineController controller = start(counting("futures", Pipeline.from(source)));
                MonitorServer server = Monitor.serve(controller, 0)) {
            awaitFinding(
                    server, "PROBLEM", "Held up: stage 1 .* waits at watermark 2026-03-01T12:00:00Z for future-0: .*");
            Client client = new Client(server);
            Await.untilAsserted(SOON, () -> {
                JsonNode whole = client.json("/api/pipelines/futures");
                assertThat(whole.path("errors").toString())
                        .as(whole.toPrettyString())
                        .contains("future-0@1", "2027-04-05T12:00:00Z");
            });
        }
    }

    @Test
    void aPartitionWithoutAnOwnerIsMissed() {
        kafka.createTopic("owned", 1);
        CountDownLatch release = new CountDownLatch(1);
        produce("owned", 0, T0, T0);
        CountDownLatch begun = new CountDownLatch(1);
        Pipeline pipeline = counting("owns", Pipeline.from(source("owned")).filter(time -> {
            begun.countDown();
            release.await();
            return true;
        }));
        try (PipelineController busy = start(pipeline)) {
            Await.until("the first has the partition and keeps it", SOON, () -> begun.getCount() == 0);
            try (PipelineController other = start(pipeline);
                    MonitorServer server = Monitor.serve(other, 0)) {
                awaitFinding(server, "PROBLEM", "Held up: no partition is assigned yet\\.");
                release.countDown();
                assertThat(busy.failure()).isEmpty();
            }
        }
    }

    @Test
    void aBrokerThatDoesNotAnswerIsNamed() throws Exception {
        kafka.createTopic("away", 1);
        produce("away", 0, T0, T0);
        try (PipelineController controller = start(counting("aways", Pipeline.from(source("away"))));
                MonitorServer server = Monitor.serve(controller, 0)) {
            awaitFinding(server, "PROBLEM", "Held up: stage 1 .* for away-0: .*");
            kafka.signal(ChildJvm.Signal.STOP);
            try {
                awaitFinding(server, "PROBLEM", "Held up: Kafka at " + kafka.bootstrapServers() + " does not answer.*");
            } finally {
                kafka.signal(ChildJvm.Signal.CONT);
            }
            awaitFinding(server, "PROBLEM", "Held up: stage 1 .* for away-0: .*");
        }
    }
}
