package io.datastream.kafka.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.codec.Encoder;
import io.datastream.kafka.KafkaRuntime;
import io.datastream.kafka.KafkaSink;
import io.datastream.kafka.KafkaSource;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.RestartPolicy;
import io.datastream.testkit.Await;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.testkit.FreePorts;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists, resets and deletes pipelines on a real broker. */
@Timeout(120)
class DatastreamToolIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    record Reading(String sensor, long millis, long value) {}

    private static final Codec<Reading> CODEC =
            Codec.of(r -> utf8(r.sensor() + "," + r.millis() + "," + r.value()), bytes -> {
                String[] parts = new String(bytes, StandardCharsets.UTF_8).split(",");
                if (parts.length != 3) {
                    throw new CodecException("reading: " + parts.length + " fields (expected: 3)");
                }
                return new Reading(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
            });

    private EmbeddedKafka kafka;

    @BeforeEach
    void startBroker() {
        kafka = EmbeddedKafka.start();
        kafka.createTopic("readings", 2);
    }

    @AfterEach
    void stopBroker() {
        kafka.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One step with state on the input's partitions, one behind an exchange. */
    private static Pipeline pipeline(String name) {
        KeyedStream<String, Reading> keyed = Pipeline.from(
                        KafkaSource.topic("readings", CODEC).eventTimeNanos(r -> r.millis() * 1_000_000))
                .keyedBy(Reading::sensor);
        Encoder<Windowed<String, Double>> line =
                w -> utf8(w.key() + " " + w.window().startNanos() / 1_000_000 + " " + w.value());
        return keyed.window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.sum(Reading::value))
                .to(KafkaSink.topic(name + "-sums", line))
                .and(keyed.values()
                        .keyBy(r -> r.sensor().substring(0, 1))
                        .window(Tumbling.of(Duration.ofMillis(100)))
                        .aggregate(Aggregations.sum(Reading::value))
                        .named("by-letter")
                        .to(KafkaSink.topic(name + "-letters", line)))
                .named(name);
    }

    private void produce(int from, int to) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            for (int partition = 0; partition < 2; partition++) {
                Reading reading = new Reading((i % 3 == 0 ? "a" : "b") + partition, i * 10L, i);
                byte[] key = utf8(reading.sensor());
                records.add(new ProducerRecord<>("readings", partition, i * 10L, key, CODEC.encode(reading)));
            }
        }
        kafka.produce(records);
    }

    private KafkaRuntime runtime() {
        return KafkaRuntime.at(kafka.bootstrapServers()).withRestarts(RestartPolicy.never());
    }

    private void runToEnd(String name) throws Exception {
        run(pipeline(name));
    }

    private void run(Pipeline pipeline) throws Exception {
        try (PipelineController controller = runtime().readToEnd().start(pipeline)) {
            controller.awaitTermination();
        }
        awaitLeaving();
    }

    /** A worker that ends says so to the broker, but not for long. */
    private void awaitLeaving() {
        Await.until("no worker", SOON, () -> {
            List<String> groups = kafka.admin().listGroups().all().get().stream()
                    .map(GroupListing::groupId)
                    .toList();
            return kafka.admin().describeConsumerGroups(groups).all().get().values().stream()
                    .allMatch(group -> group.members().isEmpty());
        });
    }

    private List<String> lines(String topic) {
        return kafka.readCommitted(topic).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .sorted()
                .toList();
    }

    private static List<String> twice(List<String> lines) {
        List<String> all = new ArrayList<>(lines);
        all.addAll(lines);
        return all.stream().sorted().toList();
    }

    private Ran tool(String... arguments) {
        return Ran.of(Map.of("KAFKA_BROKER", kafka.bootstrapServers()), arguments);
    }

    private Ran done(String... arguments) {
        Ran ran = tool(arguments);
        assertThat(ran.exit()).as(ran.err()).isZero();
        return ran;
    }

    private Set<String> topics() throws Exception {
        Set<String> all = new TreeSet<>(kafka.admin().listTopics().names().get(20, TimeUnit.SECONDS));
        all.remove("__consumer_offsets");
        all.remove("__transaction_state");
        return all;
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(String group) throws Exception {
        return kafka.admin()
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(20, TimeUnit.SECONDS);
    }

    @Test
    void listsTopicsAndLag() throws Exception {
        produce(0, 50);
        runToEnd("sums");
        assertThat(done("topics", "sums").out())
                .containsPattern("(?m)^input +readings +2 +100$")
                .containsPattern("(?m)^exchange +sums-by-letter-exchange +8 +\\d+$")
                .containsPattern("(?m)^changelog +sums-readings-changelog +2 +\\d+$")
                .containsPattern("(?m)^changelog +sums-by-letter-exchange-changelog +8 +\\d+$")
                .doesNotContain("sums-letters");
        produce(50, 60);
        assertThat(done("lag", "sums").out())
                .containsPattern("(?m)^sums +readings +0 +50 +60 +10 +1970-01-01T00:00:00.490Z +ended$")
                .containsPattern("(?m)^sums +Empty +20$");
        assertThat(done("lag", "sums", "--json").out())
                .startsWith("{\"lag\":20,\"partitions\":[{\"group\":\"sums\",\"topic\":\"readings\",\"partition\":0,"
                        + "\"position\":50,\"end\":60,\"lag\":10,")
                .contains("\"groups\":[{\"group\":\"sums\",\"state\":\"Empty\",\"lag\":20,\"members\":\"\"}]")
                .endsWith("\"pipeline\":\"sums\"}\n");
    }

    @Test
    void givesTheSameResultsAgainAfterAReset() throws Exception {
        produce(0, 50);
        runToEnd("sums");
        List<String> sums = lines("sums-sums");
        List<String> letters = lines("sums-letters");
        assertThat(sums).isNotEmpty();
        assertThat(letters).isNotEmpty();
        Map<TopicPartition, OffsetAndMetadata> before = offsets("sums");
        Ran dry = done("reset", "sums", "--to-beginning");
        assertThat(dry.out())
                .contains(
                        "Would delete, with all state: sums-by-letter-exchange, sums-by-letter-exchange-changelog,"
                                + " sums-readings-changelog",
                        "Nothing was changed. Add --yes to do it.");
        assertThat(offsets("sums")).isEqualTo(before);
        done("reset", "sums", "--to-beginning", "--yes");
        assertThat(topics()).containsExactly("readings", "sums-letters", "sums-sums");
        runToEnd("sums");
        assertThat(lines("sums-sums")).isEqualTo(twice(sums));
        assertThat(lines("sums-letters")).isEqualTo(twice(letters));
        done("reset", "sums", "--to-beginning", "--yes");
        runToEnd("sums");
        assertThat(lines("sums-sums")).hasSize(3 * sums.size());
    }

    @Test
    void resetsToATime() throws Exception {
        produce(0, 50);
        runToEnd("sums");
        int before = lines("sums-sums").size();
        assertThat(done("reset", "sums", "--to-time", "1970-01-01T00:00:00.400Z", "--yes", "--json")
                        .out())
                .contains("\"done\":true")
                .contains("{\"group\":\"sums\",\"topic\":\"readings\",\"partition\":1,\"from\":50,\"to\":40}");
        runToEnd("sums");
        assertThat(lines("sums-sums")).hasSize(before + 4); // two sensors in each of two partitions, in one window
        done("reset", "sums", "--to-time", "2040-01-01", "--yes");
        runToEnd("sums");
        assertThat(lines("sums-sums")).hasSize(before + 4);
    }

    @Test
    void deletesWhatAPipelineKeepsAndNothingElse() throws Exception {
        produce(0, 50);
        runToEnd("sums");
        runToEnd("sums-x");
        kafka.createTopic("sums-of-money-exchange", 1);
        kafka.createTopic("sums-of-money-exchange-changelog", 1);
        Set<String> before = topics();
        assertThat(done("delete", "sums").out()).contains("Nothing was changed. Add --yes to do it.");
        assertThat(topics()).isEqualTo(before);
        done("delete", "sums", "--yes");
        before.removeAll(
                Set.of("sums-by-letter-exchange", "sums-by-letter-exchange-changelog", "sums-readings-changelog"));
        assertThat(topics()).isEqualTo(before);
        assertThat(kafka.admin().listGroups().all().get(20, TimeUnit.SECONDS))
                .extracting(group -> group.groupId())
                .containsExactly("sums-x");
        assertThat(tool("lag", "sums").err())
                .isEqualTo("pipeline \"sums\": " + kafka.bootstrapServers()
                        + " knows no positions of a consumer group of this name (expected: the name that the pipeline"
                        + " was given with named(\"...\"), and --part for each part of one that is cut)\n");
        done("lag", "sums-x");
    }

    @Test
    void findsAnExchangeThatWasNotReadYet() throws Exception {
        produce(0, 50);
        runToEnd("sums");
        kafka.admin()
                .deleteConsumerGroupOffsets(
                        "sums",
                        IntStream.range(0, 8)
                                .mapToObj(i -> new TopicPartition("sums-by-letter-exchange", i))
                                .collect(Collectors.toSet()))
                .all()
                .get(20, TimeUnit.SECONDS);
        done("delete", "sums", "--yes");
        assertThat(topics()).containsExactly("readings", "sums-letters", "sums-sums");
    }

    @Test
    void resetsAndDeletesAPipelineThatIsCutIntoParts() throws Exception {
        produce(0, 50);
        Pipeline pipeline = Pipeline.from(
                        KafkaSource.topic("readings", CODEC).eventTimeNanos(r -> r.millis() * 1_000_000))
                .keyBy(Reading::sensor)
                .via("by-sensor")
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .mapValues((sensor, count) -> sensor + " " + count.value())
                .to(KafkaSink.topic("cut-counts", Codec.utf8()))
                .named("cut");
        run(pipeline);
        List<String> counts = lines("cut-counts");
        assertThat(counts).isNotEmpty();
        assertThat(tool("lag", "cut").err()).contains("and --part for each part of one that is cut");
        String[] parts = {"--part", "readings", "--part", "by-sensor"};
        assertThat(done("lag", "cut", parts[0], parts[1], parts[2], parts[3]).out())
                .containsPattern("(?m)^cut-readings +Empty +0$")
                .containsPattern("(?m)^cut-by-sensor +Empty +0$");
        done("reset", "cut", "--to-beginning", "--yes", parts[0], parts[1], parts[2], parts[3]);
        assertThat(topics()).containsExactly("cut-counts", "readings");
        run(pipeline);
        assertThat(lines("cut-counts")).isEqualTo(twice(counts));
        done("delete", "cut", "--yes", parts[0], parts[1], parts[2], parts[3]);
        assertThat(topics()).containsExactly("cut-counts", "readings");
        assertThat(kafka.admin().listGroups().all().get(20, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void refusesWhileThePipelineRuns() throws Exception {
        produce(0, 50);
        try (PipelineController controller = runtime().start(pipeline("sums"))) {
            Await.until("a commit", SOON, () -> tool("lag", "sums").exit() == 0);
            Await.untilAsserted(
                    SOON,
                    () -> assertThat(done("lag", "sums").out()).containsPattern("(?m)^sums +Stable +\\d+ +sums-"));
            for (String[] line : new String[][] {
                {"reset", "sums", "--to-beginning", "--yes"}, {"delete", "sums", "--yes"}, {"delete", "sums"}
            }) {
                Ran ran = tool(line);
                assertThat(ran.exit()).isEqualTo(1);
                assertThat(ran.err())
                        .startsWith("pipeline \"sums\" is running: sums-")
                        .contains("(expected: all its processes stopped;");
            }
            assertThat(controller.state()).isEqualTo(PipelineState.RUNNING);
        }
        awaitLeaving();
        done("delete", "sums", "--yes");
    }

    @Test
    void keepsThePipelineFromStartingUntilAnInterruptedResetIsRunAgain() throws Exception {
        produce(0, 50);
        runToEnd("sums");
        List<String> sums = lines("sums-sums");
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Arguments arguments = Arguments.parse(List.of("--broker", kafka.bootstrapServers()), Command.RESET.options());
        try (Connection connection = Connection.open(arguments, Map.of())) {
            KnownPipeline.of(connection, "sums", List.of())
                    .deleteInternals(new Progress(nowhere)); // and there it stops
        }
        try (PipelineController controller = runtime().start(pipeline("sums"))) {
            assertThatThrownBy(controller::awaitTermination)
                    .rootCause()
                    .hasMessageContaining("a reset or delete of the pipeline was begun and not finished; run it again");
        }
        assertThat(lines("sums-sums")).isEqualTo(sums);
        awaitLeaving();
        done("reset", "sums", "--to-beginning", "--yes");
        runToEnd("sums");
        assertThat(lines("sums-sums")).isEqualTo(twice(sums));
    }

    @Test
    void refusesTheGroupOfAnotherProgram() throws Exception {
        TopicPartition partition = new TopicPartition("readings", 0);
        kafka.admin()
                .alterConsumerGroupOffsets("theirs", Map.of(partition, new OffsetAndMetadata(1, "their note")))
                .all()
                .get(20, TimeUnit.SECONDS);
        Ran ran = tool("delete", "theirs", "--yes");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .startsWith(
                        "group \"theirs\": its position of readings-0 was committed by another program, or by another"
                                + " version of this library, with the note \"their note\"");
        assertThat(offsets("theirs")).containsKey(partition);
    }

    @Test
    void tellsThatNobodyAnswers() {
        String address = "127.0.0.1:" + FreePorts.next();
        Ran ran = tool("lag", "sums", "--broker", address, "--timeout", "1");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .startsWith("Kafka at " + address + ": reading the positions of group \"sums\": no answer within 1 s"
                        + " (expected: a broker that answers; check host, port and security settings)");
    }
}
