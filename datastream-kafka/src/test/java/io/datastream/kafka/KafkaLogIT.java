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
import io.datastream.formats.json.JsonCodec;
import io.datastream.formats.json.JsonLinesFormat;
import io.datastream.kafka.PushedMain.Reading;
import io.datastream.kafka.PushedMain.Sum;
import io.datastream.log.Appended;
import io.datastream.log.KeyReusedException;
import io.datastream.log.LogException;
import io.datastream.push.HttpPush;
import io.datastream.push.PushRoute;
import io.datastream.push.PushServer;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.EmbeddedKafka;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class KafkaLogIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int READINGS = 1_200;
    private static final int BATCH = 30;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
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

    /** A kill in the middle: the last windows of what was pushed before are open, whatever the worker has done by then. */
    @Test
    void whatIsPushedIsAddedUpOnceThoughTheWorkerIsKilled() throws Exception {
        kafka.createTopic("sums", 1); // to be looked at before there are results
        String brokers = kafka.bootstrapServers();
        int port = 0;
        // region: kafka-log-push
        try (KafkaLog log = KafkaRuntime.at(brokers).openLog("pushed")) {
            PushRoute<Reading> readings = PushRoute.at("/readings", log, JsonCodec.of(Reading.class))
                    .accepting("application/x-ndjson", JsonLinesFormat.of(Reading.class));
            try (PushServer server = HttpPush.on(port).with(readings).start()) {
                takeWhatComes(server); // until the program is to end
            }
        }
        // endregion
        JsonCodec<Sum> codec = JsonCodec.of(Sum.class);
        assertThat(kafka.readCommitted("sums").stream().map(record -> codec.decode(record.value())))
                .containsExactlyInAnyOrderElementsOf(sums(READINGS));
    }

    private void takeWhatComes(PushServer server) throws Exception {
        String brokers = kafka.bootstrapServers();
        try (ChildJvm worker =
                ChildJvm.of(PushedMain.class).withArguments(brokers).start()) {
            push(server, 0, 600);
            Await.until(
                    "results of the first worker",
                    LIMIT,
                    () -> !worker.isAlive() || !kafka.readCommitted("sums").isEmpty());
            assertThat(worker.isAlive()).as(worker.output()).isTrue();
            worker.kill();
        }
        push(server, 600, 900);
        try (PipelineController next = PushedMain.runtime(brokers).start(PushedMain.pipeline())) {
            push(server, 900, READINGS);
            post(
                    server,
                    "end",
                    new Reading("end", time(READINGS).plusSeconds(60), 0)); // closes all windows but its own
            Await.until(
                    "all results",
                    LIMIT,
                    () -> next.failure().isPresent()
                            || kafka.readCommitted("sums").size()
                                    >= sums(READINGS).size());
            assertThat(next.failure()).isEmpty();
        }
    }

    private static Instant time(int number) {
        return Instant.parse("2024-01-01T00:00:00Z").plusMillis(100L * number);
    }

    private static Reading reading(int number) {
        return new Reading("s" + number % 3, time(number), number);
    }

    /** What the pipeline is to find, added up the plain way. */
    private static List<Sum> sums(int readings) {
        Map<List<Object>, Double> sums = new HashMap<>();
        for (int i = 0; i < readings; i++) {
            Reading reading = reading(i);
            Instant end = reading.time().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
            sums.merge(List.of(reading.sensor(), end), reading.value(), Double::sum);
        }
        return sums.entrySet().stream()
                .map(entry -> new Sum(
                        (String) entry.getKey().get(0), (Instant) entry.getKey().get(1), entry.getValue()))
                .toList();
    }

    /** Sends readings in several requests, some of them twice, as a client does that got no answer. */
    private static void push(PushServer server, int from, int to) throws Exception {
        for (int i = from; i < to; i += BATCH) {
            Reading[] batch =
                    IntStream.range(i, i + BATCH).mapToObj(KafkaLogIT::reading).toArray(Reading[]::new);
            for (int times = i % 4 == 0 ? 2 : 1; times > 0; times--) {
                post(server, "from-" + i, batch);
            }
        }
    }

    private static void post(PushServer server, String key, Reading... readings) throws Exception {
        JsonCodec<Reading> codec = JsonCodec.of(Reading.class);
        String lines = Stream.of(readings)
                .map(reading -> new String(codec.encode(reading), UTF_8) + "\n")
                .collect(Collectors.joining());
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + server.address().getPort() + "/readings"))
                        .header("Content-Type", "application/x-ndjson")
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(lines))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
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
