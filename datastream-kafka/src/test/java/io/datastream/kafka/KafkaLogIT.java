package io.datastream.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.log.Appended;
import io.datastream.log.KeyReusedException;
import io.datastream.log.LogException;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.testkit.EmbeddedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class KafkaLogIT {
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    /** With clients that give up soon. */
    private static KafkaRuntime runtime() {
        return KafkaRuntime.at(kafka.bootstrapServers())
                .withProperty("max.block.ms", "2000")
                .withProperty("request.timeout.ms", "1000")
                .withProperty("delivery.timeout.ms", "2000");
    }

    private static List<byte[]> batch(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(UTF_8)).toList();
    }

    private static List<String> committed(String topic) {
        return kafka.readCommitted(topic).stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }

    @Test
    void aPipelineOnKafkaReadsWhatWasAppended() throws Exception {
        List<String> all = new ArrayList<>();
        try (KafkaLog log = runtime().openLog("read")) {
            for (int i = 0; i < 20; i++) {
                String[] texts = IntStream.range(i * 5, i * 5 + 5)
                        .mapToObj(number -> number == 42 ? "!" : "r" + number)
                        .toArray(String[]::new);
                all.addAll(List.of(texts));
                assertThat(log.append(batch(texts), null).count()).isEqualTo(5);
            }
            Decoder<String> decoder = bytes -> {
                String text = new String(bytes, UTF_8);
                if (text.equals("!")) {
                    throw new CodecException("text: an exclamation mark (expected: none)");
                }
                return text;
            };
            Queue<String> results = new ConcurrentLinkedQueue<>();
            Queue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
            // region: kafka-log
            Pipeline pipeline = Pipeline.from(log.source(decoder).logTime().onError(ErrorPolicy.deadLetter()))
                    .to(Sinks.collectInto(results))
                    .deadLettersTo(Sinks.collectInto(letters))
                    .named("reading");
            // endregion
            kafka.awaitMarkers();
            try (PipelineController controller = runtime().readToEnd().start(pipeline)) {
                controller.awaitTermination();
            }
            all.remove("!");
            assertThat(results).containsExactlyElementsOf(all);
            assertThat(letters)
                    .singleElement()
                    .extracting(DeadLetter::originalText)
                    .isEqualTo("!");
        }
    }

    @Test
    void aBatchThatIsSentOnceMoreIsRecognizedAlsoAfterOpeningAgain() {
        Appended first;
        try (KafkaLog log = runtime().openLog("keys")) {
            first = log.append(batch("a", "b"), "k1");
            log.append(batch("c"), "k2");
            log.append(batch("d"), null);
            assertThat(log.append(batch("a", "b"), "k1")).isEqualTo(new Appended(first.offset(), 2, true));
        }
        try (KafkaLog log = runtime().openLog("keys")) {
            assertThat(log.append(batch("a", "b"), "k1")).isEqualTo(new Appended(first.offset(), 2, true));
            assertThat(log.append(batch("c"), "k2").repeated()).isTrue();
            assertThatThrownBy(() -> log.append(batch("x"), "k2")).isInstanceOf(KeyReusedException.class);
            log.append(batch("e"), "k3");
        }
        assertThat(committed("keys")).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void tellsTheLastRecordAlsoAfterOpeningAgain() {
        try (KafkaLog log = runtime().openLog("last")) {
            assertThat(log.last()).isNull();
            log.append(batch("a", "b"), null);
            assertThat(log.last()).isEqualTo("b".getBytes(UTF_8));
        }
        try (KafkaLog log = runtime().openLog("last")) {
            assertThat(log.last()).isEqualTo("b".getBytes(UTF_8));
        }
    }

    @Test
    void whoeverOpensTakesOverAndWhatWasAddedMeanwhileIsKnown() {
        try (KafkaLog first = runtime().openLog("taken")) {
            first.append(batch("a"), "k1");
            try (KafkaLog second = runtime().openLog("taken")) {
                long offset = second.append(batch("b"), "k2").offset();
                assertThatThrownBy(() -> first.append(batch("b"), "k2"))
                        .isInstanceOf(LogException.class)
                        .hasMessageContaining("no other program that has opened the log");
                assertThat(first.status().failure()).contains("log taken: the batch may not be durable");

                // as after an answer that was lost: the new producer has read on, and knows the batch
                assertThat(first.append(batch("b"), "k2")).isEqualTo(new Appended(offset, 1, true));
                assertThat(first.last()).isEqualTo("b".getBytes(UTF_8));
            }
            first.append(batch("c"), "k3");
            assertThat(first.status().failure()).isNull();
        }
        assertThat(committed("taken")).containsExactly("a", "b", "c");
    }

    @Test
    void whileTheBrokerIsAwayNothingIsAcknowledgedAndAfterwardsItGoesOn() {
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            KafkaRuntime runtime = KafkaRuntime.at(broker.bootstrapServers())
                    .withProperty("max.block.ms", "2000")
                    .withProperty("request.timeout.ms", "1000")
                    .withProperty("delivery.timeout.ms", "2000");
            try (KafkaLog log = runtime.openLog("away")) {
                log.append(batch("a"), "k1");
                broker.awaitMarkers(); // a lone broker is not to go in the middle of a commit
                broker.stop();
                for (int i = 0; i < 2; i++) { // while a producer is there, and when there is none
                    assertThatThrownBy(() -> log.append(batch("b", "c"), "k2"))
                            .isInstanceOf(LogException.class)
                            .hasMessageContaining(
                                    "(expected: brokers at " + broker.bootstrapServers() + " that take it");
                }
                assertThat(log.status().failure()).isNotNull();
                assertThat(log.last()).isEqualTo("a".getBytes(UTF_8));
                broker.restart();
                appendPatiently(log, batch("b", "c"), "k2");
                appendPatiently(log, batch("d"), "k3");
                assertThat(log.status().failure()).isNull();
            }
            assertThat(broker.readCommitted("away").stream().map(record -> new String(record.value(), UTF_8)))
                    .containsExactly("a", "b", "c", "d");
        }
    }

    /** As those who have something to keep do. */
    private static void appendPatiently(KafkaLog log, List<byte[]> records, String key) {
        long limit = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (true) {
            try {
                log.append(records, key);
                return;
            } catch (LogException e) {
                if (System.nanoTime() > limit) {
                    throw e;
                }
            }
        }
    }

    @Test
    void aTopicOfSeveralPartitionsIsRefused() {
        kafka.createTopic("wide", 2);
        assertThatThrownBy(() -> runtime().openLog("wide"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic \"wide\": 2 partitions (expected: 1, since a log has one order)");
    }

    @Test
    void recordsOfAMegabyteAreKept() {
        String large = "x".repeat(3 << 20);
        try (KafkaLog log = runtime().openLog("large")) {
            log.append(batch(large, ""), null);
            log.append(List.of(), null);
        }
        assertThat(committed("large")).containsExactly(large, "");
    }

    @Test
    void keysAndClosedLogsAreChecked() {
        KafkaLog log = runtime().openLog("checked");
        assertThatThrownBy(() -> log.append(batch("a"), "k 1")).hasMessageStartingWith("key: 3 characters");
        log.close();
        log.close();
        assertThatThrownBy(() -> log.append(batch("a"), null)).hasMessageContaining("is closed");
        assertThat(log.source(Codec.utf8()).topic()).isEqualTo("checked");
    }
}
