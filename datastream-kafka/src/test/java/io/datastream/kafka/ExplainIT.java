package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.WindowExplanation;
import io.datastream.runtime.WindowExplanation.Closing;
import io.datastream.runtime.WindowExplanation.Input;
import io.datastream.runtime.WindowExplanation.Outcome;
import io.datastream.runtime.WindowExplanation.Reason;
import io.datastream.source.Source;
import io.datastream.testkit.Await;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.time.EventTime;
import io.datastream.time.Tumbling;
import io.datastream.time.Window;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pipeline on Kafka tells of its windows. */
@Timeout(120)
class ExplainIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Window FIRST = new Window(0, 100_000_000);
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    private static PipelineController start(String name, Source<Reading> source) {
        Pipeline pipeline = Pipeline.from(source)
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .explained()
                .aggregate(Aggregations.count())
                .named("counts")
                .mapValues(window -> window.key() + window.value())
                .to(Readings.plain(name + "-out"))
                .named(name);
        return KafkaRuntime.at(kafka.bootstrapServers())
                .withExchangePartitions(1)
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .start(pipeline);
    }

    private static Source<Reading> source(String topic) {
        return KafkaSource.topic(topic, Readings.CODEC).eventTimeNanos(Reading::time);
    }

    private static void produce(String topic, int partition, String... lines) {
        for (String line : lines) {
            kafka.produce(List.of(new ProducerRecord<>(topic, partition, null, line.getBytes(StandardCharsets.UTF_8))));
        }
    }

    private static void awaitFirst(PipelineController controller, Consumer<WindowExplanation> assertions) {
        Await.untilAsserted(SOON, () -> assertions.accept(controller.explain("counts", "a", FIRST)));
    }

    @Test
    void namesTheRecordsOfTheInputAcrossAnExchange() {
        kafka.createTopic("plain", 2);
        produce("plain", 0, "a,50000000,1", "b,60000000,1", "a,70000000,1", "b,210000000,1", "a,80000000,1");
        produce("plain", 1, "a,20000000,1", "b,150000000,1");
        try (PipelineController controller = start("plains", source("plain"))) {
            awaitFirst(controller, explanation -> {
                assertThat(explanation.outcome()).isEqualTo(Outcome.CLOSED);
                assertThat(explanation.inputs())
                        .containsExactly(
                                new Input("plain-0", "plain", 0, 0, 2, 2, 0, EventTime.MIN),
                                new Input("plain-1", "plain", 1, 0, 0, 1, 0, EventTime.MIN));
                assertThat(explanation.late())
                        .containsExactly(new Input("plain-0", "plain", 0, 4, 4, 1, 0, 210_000_000));
                assertThat(explanation.closing())
                        .isEqualTo(new Closing(150_000_000, "plain-1", Reason.RECORD, EventTime.nanos(NOW)));
                assertThat(explanation.notes()).isEmpty();
            });
            controller.stop();
            assertThat(controller.explain("counts", "a", FIRST).records())
                    .as("after the end")
                    .isEqualTo(3);
        }
    }

    @Test
    void saysThatTimeClosedTheWindowWhenAllWereIdle() {
        kafka.createTopic("idle", 1);
        produce("idle", 0, "a,50000000,1");
        try (PipelineController controller = start("idles", source("idle").idleAfter(Duration.ofMillis(200)))) {
            awaitFirst(controller, explanation -> {
                assertThat(explanation.outcome()).isEqualTo(Outcome.CLOSED);
                assertThat(explanation.toString()).contains("idle-0 was the slowest and idle, so time moved it");
            });
        }
    }

    @Test
    void saysThatRecordsCameBeforeARestart() {
        kafka.createTopic("again", 1);
        produce("again", 0, "a,50000000,1");
        try (PipelineController controller = start("agains", source("again"))) {
            controller.drain();
        }
        produce("again", 0, "a,60000000,1", "a,160000000,1");
        try (PipelineController controller = start("agains", source("again"))) {
            awaitFirst(controller, explanation -> {
                assertThat(explanation.outcome()).isEqualTo(Outcome.CLOSED);
                assertThat(explanation.inputs())
                        .containsExactly(new Input("again-0", "again", 0, 1, 1, 1, 0, EventTime.MIN));
                assertThat(explanation.notes())
                        .contains("some of its records came before a restart, and are in the result but not listed");
            });
        }
    }
}
