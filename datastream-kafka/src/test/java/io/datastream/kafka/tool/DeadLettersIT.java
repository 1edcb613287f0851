package io.datastream.kafka.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.error.ErrorPolicy;
import io.datastream.kafka.KafkaDeadLetters;
import io.datastream.kafka.KafkaLate;
import io.datastream.kafka.KafkaRuntime;
import io.datastream.kafka.KafkaSink;
import io.datastream.kafka.KafkaSource;
import io.datastream.runtime.PipelineController;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.time.Tumbling;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dead letters and late records on a real broker: what is in them, and that they can be played again. */
@Timeout(120)
class DeadLettersIT {
    /** How many records the pipeline is poisoned among; the figures in the documentation are of 1,000,000. */
    private static final int RECORDS = Integer.getInteger("datastream.letters.records", 50_000);

    private static final Codec<Long> NUMBER = Codec.of(number -> utf8(String.valueOf(number)), DeadLettersIT::number);

    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long number(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new CodecException("number: \"" + text + "\" (expected: digits)", e);
        }
    }

    /** What the decoder is changed to: it knows words too. */
    private static long numberOrWord(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).equals("seven") ? 7 : number(bytes);
    }

    private static KafkaSource<Long> source(String topic, Decoder<Long> decoder) {
        return KafkaSource.topic(topic, decoder);
    }

    private static Pipeline shares() {
        // region: dead-letters
        Pipeline pipeline = Pipeline.from(
                        KafkaSource.topic("numbers", NUMBER).logTime().onError(ErrorPolicy.deadLetter()))
                .map(number -> 100 / number)
                .onError(ErrorPolicy.retry(2, Duration.ofMillis(100)).then(ErrorPolicy.Action.DEAD_LETTER))
                .to(KafkaSink.topic("shares", NUMBER), ErrorPolicy.deadLetter())
                .deadLettersTo(KafkaDeadLetters.topic("shares-dead-letters"))
                .lateTo(KafkaLate.topic("shares-late"))
                .named("shares");
        // endregion
        return pipeline;
    }

    @Test
    void theExampleOfTheDocumentsRuns() {
        kafka.createTopic("numbers", 1);
        kafka.produce("numbers", "a", "5");
        kafka.produce("numbers", "b", "0");
        drain(shares());
        assertThat(values("shares")).containsExactly("20");
        assertThat(headers(kafka.readCommitted("shares-dead-letters").get(0))).containsEntry("datastream.attempt", "3");
    }

    private static Pipeline doubling(String name, Decoder<Long> decoder) {
        return Pipeline.from(source(name + "-in", decoder).logTime().onError(ErrorPolicy.deadLetter()))
                .map(number -> 2 * number)
                .to(KafkaSink.topic(name + "-out", NUMBER))
                .deadLettersTo(KafkaDeadLetters.topic(name + "-dead"))
                .named(name);
    }

    private static void drain(Pipeline pipeline) {
        PipelineController controller =
                KafkaRuntime.at(kafka.bootstrapServers()).start(pipeline);
        controller.drain();
        assertThat(controller.failure()).isEmpty();
        kafka.awaitMarkers();
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, int partition, long millis, String key, String value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, partition, millis, utf8(key), value == null ? null : utf8(value));
        record.headers().add(new RecordHeader("trace", utf8("t-" + key)));
        return record;
    }

    private static List<String> values(String topic) {
        return kafka.readCommitted(topic).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .sorted()
                .toList();
    }

    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> all = new HashMap<>();
        for (Header header : record.headers()) {
            all.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        return all;
    }

    private static Ran tool(String... arguments) {
        return Ran.of(Map.of("KAFKA_BROKER", kafka.bootstrapServers()), arguments);
    }

    private static Ran done(String... arguments) {
        Ran ran = tool(arguments);
        assertThat(ran.exit()).as(ran.err()).isZero();
        return ran;
    }

    @Test
    void processesAPoisonedRecordThatIsReplayedToAChangedDecoder() {
        kafka.createTopic("fix-in", 2);
        kafka.produce(List.of(
                record("fix-in", 0, 1_000, "a", "1"),
                record("fix-in", 1, 2_000, "b", "seven"),
                record("fix-in", 1, 3_000, "c", "lots"),
                record("fix-in", 1, 4_000, "d", "4"),
                record("fix-in", 1, 5_000, "e", null)));
        drain(doubling("fix", DeadLettersIT::number));
        assertThat(values("fix-out")).containsExactly("2", "8");
        List<ConsumerRecord<byte[], byte[]>> letters = kafka.readCommitted("fix-dead");
        assertThat(letters).hasSize(3);
        ConsumerRecord<byte[], byte[]> seven = letters.stream()
                .filter(letter -> new String(letter.key(), StandardCharsets.UTF_8).equals("b"))
                .findFirst()
                .orElseThrow();
        assertThat(seven.value()).isEqualTo(utf8("seven"));
        assertThat(headers(seven))
                .containsEntry("trace", "t-b")
                .containsEntry("datastream.pipeline", "fix")
                .containsEntry("datastream.step", "fix-in")
                .containsEntry("datastream.error.class", CodecException.class.getName())
                .containsEntry("datastream.error.message", "number: \"seven\" (expected: digits)")
                .containsEntry("datastream.attempt", "1")
                .containsEntry("datastream.topic", "fix-in")
                .containsEntry("datastream.partition", "1")
                .containsEntry("datastream.offset", "0")
                .containsEntry("datastream.timestamp", "2000")
                .containsEntry("datastream.content", "original");

        Ran dry = done("dead-letters", "replay", "fix-dead", "--all", "--dry-run");
        assertThat(dry.out()).contains("Would replay 3 of 3 chosen letters.", "Nothing was written.");
        assertThat(kafka.readCommitted("fix-in")).hasSize(5);
        assertThat(done("dead-letters", "replay", "fix-dead", "--step", "fix-in")
                        .out())
                .containsPattern("(?m)^fix-in +3$")
                .contains("Replayed 3 of 3 chosen letters.");
        drain(doubling("fix", DeadLettersIT::numberOrWord));
        assertThat(values("fix-out")).containsExactly("14", "2", "8");
        List<ConsumerRecord<byte[], byte[]>> again = kafka.readCommitted("fix-in").stream()
                .filter(one -> one.headers().lastHeader("datastream.replays") != null)
                .toList();
        assertThat(again).allSatisfy(one -> assertThat(one.partition()).isEqualTo(1));
        assertThat(again.get(0).timestamp()).isEqualTo(2_000);
        assertThat(headers(again.get(0))).containsOnly(Map.entry("trace", "t-b"), Map.entry("datastream.replays", "1"));
        assertThat(again.get(2).value()).as("a tombstone").isNull();
        // what failed once more says so, and keeps count
        assertThat(done("dead-letters", "list", "fix-dead", "--json").out())
                .contains("\"count\":5", "\"source\":\"fix-in-1@5\"", "\"replays\":1");
    }

    @Test
    void choosesLettersByStepErrorPlaceAndPipeline() {
        kafka.createTopic("choose-in", 1);
        kafka.produce(List.of(
                record("choose-in", 0, 1, "a", "x"), record("choose-in", 0, 1, "b", "0"),
                record("choose-in", 0, 1, "c", "0"), record("choose-in", 0, 1, "d", "3")));
        Pipeline pipeline = Pipeline.from(
                        source("choose-in", DeadLettersIT::number).logTime().onError(ErrorPolicy.deadLetter()))
                .map(number -> 6 / number)
                .named("divide")
                .onError(ErrorPolicy.retry(2, Duration.ZERO).then(ErrorPolicy.Action.DEAD_LETTER))
                .to(KafkaSink.topic("choose-out", NUMBER))
                .deadLettersTo(KafkaDeadLetters.topic("choose-dead"))
                .named("choose");
        drain(pipeline);
        kafka.produce("choose-dead", "k", "written by hand");
        Ran list = done("dead-letters", "list", "choose-dead");
        assertThat(list.out())
                .containsPattern(
                        "0@1 .* dead-letter +choose +divide +choose-in-0@1 +java.lang.ArithmeticException +/ by"
                                + " zero +0 +original")
                .containsPattern("(?m)^choose +divide +java.lang.ArithmeticException +2$")
                .contains("3 letters", "1 other records, which no pipeline has written as letters");
        assertThat(done("dead-letters", "list", "choose-dead", "--error", "CodecException")
                        .out())
                .contains("1 letters");
        assertThat(done("dead-letters", "list", "choose-dead", "--step", "divide", "--limit", "1")
                        .out())
                .contains("... and 1 more (--limit N shows more)", "2 letters");
        assertThat(done("dead-letters", "list", "choose-dead", "--of", "other").out())
                .contains("0 letters");
        assertThat(done("dead-letters", "list", "choose-dead", "--since", "2040-01-01")
                        .out())
                .contains("0 letters");
        assertThat(done("dead-letters", "replay", "choose-dead", "--offset", "0@0", "--offset", "0@2")
                        .out())
                .contains("Replayed 2 of 2");
        assertThat(values("choose-in")).containsExactly("0", "0", "0", "3", "x", "x");
        Ran missing = tool("dead-letters", "replay", "choose-dead", "--offset", "0@77");
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.err()).contains("no letter at [0@77]");
        assertThat(tool("dead-letters", "list", "no-such-topic").err())
                .contains("topic \"no-such-topic\" does not exist");
    }

    @Test
    void looksARecordUpThatFailedBehindAnExchange() {
        kafka.createTopic("behind-in", 1);
        kafka.produce(List.of(record("behind-in", 0, 1, "a", "1"), record("behind-in", 0, 1, "b", "2")));
        Pipeline pipeline = Pipeline.from(
                        source("behind-in", DeadLettersIT::number).logTime())
                .keyBy(number -> number % 2)
                .window(Tumbling.of(Duration.ofSeconds(1)))
                .aggregate(Aggregations.<Long>sum(number -> {
                    if (number == 2) {
                        throw new IllegalStateException("two");
                    }
                    return number;
                }))
                .named("add")
                .onError(ErrorPolicy.deadLetter())
                .mapValues((key, sum) -> Math.round(sum.value()))
                .to(KafkaSink.topic("behind-out", NUMBER))
                .deadLettersTo(KafkaDeadLetters.topic("behind-dead"))
                .named("behind");
        try (PipelineController controller =
                KafkaRuntime.at(kafka.bootstrapServers()).readToEnd().start(pipeline)) {
            controller.awaitTermination();
            kafka.awaitMarkers();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        ConsumerRecord<byte[], byte[]> letter =
                kafka.readCommitted("behind-dead").get(0);
        assertThat(headers(letter))
                .containsEntry("datastream.content", "text")
                .containsEntry("datastream.topic", "behind-in")
                .containsEntry("datastream.offset", "1");
        assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo("2");
        done("dead-letters", "replay", "behind-dead", "--all");
        ConsumerRecord<byte[], byte[]> again = kafka.readCommitted("behind-in").get(2);
        assertThat(again.key()).isEqualTo(utf8("b"));
        assertThat(headers(again)).containsOnly(Map.entry("trace", "t-b"), Map.entry("datastream.replays", "1"));
        assertThat(again.timestamp()).isEqualTo(1);
    }

    @Test
    void keepsLateRecordsInTheirTopic() throws Exception {
        kafka.createTopic("late-in", 1);
        kafka.produce(List.of(record("late-in", 0, 1, "a", "5000000000"), record("late-in", 0, 1, "b", "7")));
        Pipeline pipeline = Pipeline.from(
                        source("late-in", DeadLettersIT::number).eventTimeNanos(number -> number))
                .keyedBy(number -> "all")
                .window(Tumbling.of(Duration.ofSeconds(1)))
                .aggregate(Aggregations.count())
                .mapValues((key, count) -> count.value())
                .to(KafkaSink.topic("late-out", NUMBER))
                .lateTo(KafkaLate.topic("late-late"))
                .named("late");
        drain(pipeline);
        ConsumerRecord<byte[], byte[]> late = kafka.readCommitted("late-late").get(0);
        assertThat(late.key()).isEqualTo(utf8("b"));
        assertThat(late.value()).isEqualTo(utf8("7"));
        assertThat(headers(late))
                .containsEntry("trace", "t-b")
                .containsEntry("datastream.kind", "late")
                .containsEntry("datastream.offset", "1")
                .containsEntry("datastream.watermark", "1970-01-01T00:00:05Z");
    }

    @Test
    void losesNoneOfTheManyThatFailInDecoderFunctionAndSink() {
        kafka.createTopic("many-in", 4);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        Set<String> poisoned = new HashSet<>();
        for (int i = 0; i < RECORDS; i++) {
            String value = String.valueOf(i);
            if (i % 100 == 7) {
                poisoned.add(i % 300 == 7 ? "word-" + i : value); // a third each in decoder, function and sink
                value = i % 300 == 7 ? "word-" + i : value;
            }
            records.add(record("many-in", i % 4, 1, "k" + i, value));
            if (records.size() == 10_000) {
                kafka.produce(records);
                records.clear();
            }
        }
        kafka.produce(records);
        Pipeline pipeline = Pipeline.from(
                        source("many-in", DeadLettersIT::number).logTime().onError(ErrorPolicy.deadLetter()))
                .map(number -> {
                    if (number % 300 == 107) {
                        throw new IllegalArgumentException("function");
                    }
                    return number;
                })
                .onError(ErrorPolicy.deadLetter())
                .to(
                        KafkaSink.<Long>topic("many-out", number -> {
                            if (number % 300 == 207) {
                                throw new IllegalArgumentException("sink");
                            }
                            return NUMBER.encode(number);
                        }),
                        ErrorPolicy.deadLetter())
                .deadLettersTo(KafkaDeadLetters.topic("many-dead"))
                .named("many");
        drain(pipeline);
        List<ConsumerRecord<byte[], byte[]>> results = kafka.readCommitted("many-out");
        List<ConsumerRecord<byte[], byte[]>> letters = kafka.readCommitted("many-dead");
        assertThat(letters).hasSize(poisoned.size());
        assertThat(results).hasSize(RECORDS - poisoned.size());
        Set<String> dead = new HashSet<>();
        Set<String> places = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            Map<String, String> headers = headers(letter);
            assertThat(headers).containsEntry("datastream.content", "original");
            dead.add(new String(letter.value(), StandardCharsets.UTF_8));
            places.add(headers.get("datastream.partition") + "@" + headers.get("datastream.offset"));
        }
        assertThat(dead).isEqualTo(poisoned);
        assertThat(places).hasSize(poisoned.size());
        Set<String> good = new HashSet<>();
        results.forEach(result -> good.add(new String(result.value(), StandardCharsets.UTF_8)));
        assertThat(good).hasSize(RECORDS - poisoned.size());
        assertThat(Collections.disjoint(good, poisoned))
                .as("a poisoned one is in no result")
                .isTrue();
    }
}
