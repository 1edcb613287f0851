package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.RestartPolicy;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Receipt;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.Sinks;
import io.datastream.testkit.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of results that a sink refuses when it sends a batch, long after they were computed. */
@Timeout(120)
class RefusedResultsIT {
    private static final Queue<Reading> WRITTEN = new ConcurrentLinkedQueue<>();
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @BeforeEach
    void clear() {
        WRITTEN.clear();
    }

    /** Gathers everything until it is flushed, and refuses values below zero then. */
    private static final class Shop implements Sink<Reading> {
        private static final long serialVersionUID = 1L;

        @Override
        public String name() {
            return "shop";
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.AT_LEAST_ONCE;
        }

        @Override
        public SinkWriter<Reading> open(SinkContext context) {
            return new SinkWriter<>() {
                private record Waiting(Reading reading, Receipt receipt) {}

                private final List<Waiting> batch = new ArrayList<>();

                @Override
                public void write(long time, Reading value) {
                    batch.add(new Waiting(value, context.receipt()));
                }

                @Override
                public void flush() {
                    List<Waiting> sent = List.copyOf(batch);
                    batch.clear();
                    for (Waiting each : sent) {
                        if (each.reading().value() < 0) {
                            each.receipt().refuse(new IllegalArgumentException("below zero"));
                        } else {
                            WRITTEN.add(each.reading());
                        }
                    }
                }

                @Override
                public void close() {}
            };
        }
    }

    private static Pipeline pipeline(String name, ErrorPolicy policy) {
        kafka.createTopic(name, 2);
        kafka.produce(IntStream.range(0, 200)
                .mapToObj(i -> new ProducerRecord<>(
                        name,
                        ("s" + i % 7).getBytes(StandardCharsets.UTF_8),
                        ("s" + i % 7 + "," + i + "," + (i % 50 == 13 ? -i : i)).getBytes(StandardCharsets.UTF_8)))
                .toList());
        return Pipeline.from(KafkaSource.topic(name, Readings.CODEC).eventTimeNanos(Reading::time))
                .to(new Shop(), policy)
                .named(name);
    }

    private static KafkaRuntime runtime() {
        return KafkaRuntime.at(kafka.bootstrapServers()).readToEnd().withRestarts(RestartPolicy.never());
    }

    private static void run(Pipeline pipeline) throws InterruptedException {
        try (PipelineController controller = runtime().start(pipeline)) {
            controller.awaitTermination();
        }
    }

    private static List<String> header(List<ConsumerRecord<byte[], byte[]>> records, String name) {
        return records.stream()
                .map(record -> new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void refusedResultsAreOnTheTopicOfDeadLettersWithTheirRecordsAndTheOthersAreWritten() throws Exception {
        run(pipeline("letters", ErrorPolicy.deadLetter()).deadLettersTo(KafkaDeadLetters.topic("letters-dead")));

        assertThat(WRITTEN).hasSize(196).allMatch(reading -> reading.value() >= 0);
        List<ConsumerRecord<byte[], byte[]>> dead = kafka.readCommitted("letters-dead");
        assertThat(dead.stream().map(record -> new String(record.value(), StandardCharsets.UTF_8)))
                .containsExactlyInAnyOrder("s6,13,-13", "s0,63,-63", "s1,113,-113", "s2,163,-163");
        assertThat(header(dead, "datastream.error.message")).containsOnly("below zero");
        assertThat(header(dead, "datastream.step")).containsOnly("to shop");
    }

    @Test
    void deadLettersCanGoToASinkThatIsNoTopic() throws Exception {
        Queue<DeadLetter> letters = new ConcurrentLinkedQueue<>();

        run(pipeline("collected", ErrorPolicy.deadLetter()).deadLettersTo(Sinks.collectInto(letters)));

        assertThat(letters).hasSize(4).allMatch(letter -> letter.place().startsWith("collected-"));
        assertThat(WRITTEN).hasSize(196);
    }

    @Test
    void refusedResultsAreSkippedAndCounted() throws Exception {
        try (PipelineController controller = runtime().start(pipeline("skipped", ErrorPolicy.skip()))) {
            controller.awaitTermination();

            assertThat(WRITTEN).hasSize(196);
            assertThat(controller.status().steps())
                    .singleElement()
                    .satisfies(step -> assertThat(step.skipped()).isEqualTo(4))
                    .satisfies(step -> assertThat(step.lastFailure())
                            .startsWith("skipped-")
                            .contains("below zero"));
        }
    }

    @Test
    void aRefusedResultFailsThePipelineByDefault() {
        assertThatThrownBy(() -> run(pipeline("failed", ErrorPolicy.fail())))
                .hasStackTraceContaining("step \"to shop\": refused Reading[sensor=")
                .hasStackTraceContaining("below zero")
                .hasStackTraceContaining("failed-");
        assertThat(WRITTEN).isNotEmpty();
    }
}
