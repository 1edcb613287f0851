package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.error.PipelineException;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.testkit.Await;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.time.Tumbling;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pipelines that are cut into parts, and pipelines that were edited between two runs. */
@Timeout(120)
class PartsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
        kafka.createTopic("cut-input", 2);
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    private static KafkaRuntime runtime() {
        return KafkaRuntime.at(kafka.bootstrapServers()).withExchangePartitions(2);
    }

    private static Pipeline counts(String topic, Tumbling windows, String step, String... more) {
        var keyed = Pipeline.from(KafkaSource.topic(topic, Readings.CODEC).eventTimeNanos(Reading::time))
                .keyedBy(Reading::sensor);
        Pipeline pipeline = keyed.window(windows)
                .aggregate(Aggregations.sum(Reading::value))
                .named(step)
                .to(Readings.windows(topic + "-out"));
        for (String name : more) {
            pipeline = pipeline.and(keyed.window(Tumbling.of(Duration.ofMillis(70)))
                    .aggregate(Aggregations.sum(Reading::value))
                    .named(name)
                    .to(Readings.windows(topic + "-" + name)));
        }
        return pipeline.named(topic + "-pipeline");
    }

    private static List<String> out(String topic) {
        return kafka.readCommitted(topic).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static void addPartitions(String topic, int count) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(count)))
                    .all()
                    .get();
            Await.until(count + " partitions of " + topic, SOON, () -> partitions(admin, topic) == count);
        }
    }

    private static int partitions(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .size();
    }

    /** The broker takes a position up some time after the commit, and tells the one before until then. */
    private static void awaitPosition(String group, TopicPartition partition) {
        Await.until(
                "the position of " + partition,
                SOON,
                () -> kafka.admin()
                                .listConsumerGroupOffsets(group)
                                .partitionsToOffsetAndMetadata()
                                .get()
                                .get(partition)
                        != null);
    }

    private static void complete(KafkaRuntime runtime, Pipeline pipeline) throws InterruptedException {
        try (PipelineController controller = runtime.readToEnd().start(pipeline)) {
            controller.awaitTermination();
            assertThat(controller.failure()).isEmpty();
        }
    }

    private static void drain(KafkaRuntime runtime, Pipeline pipeline) {
        try (PipelineController controller = runtime.start(pipeline)) {
            controller.drain();
            assertThat(controller.failure()).isEmpty();
        }
    }

    private static Throwable failureOf(KafkaRuntime runtime, Pipeline pipeline) {
        try (PipelineController controller = runtime.start(pipeline)) {
            assertThatThrownBy(controller::awaitTermination).isInstanceOf(PipelineException.class);
            assertThat(controller.status().restarts()).isZero();
            return controller.failure().orElseThrow();
        }
    }

    @Test
    void givesTheSameResultsInPartsThatRunApart() throws Exception {
        List<List<Reading>> readings = Readings.generate(3, 2, 500);
        kafka.produce(Regrouping.records("cut-input", readings));
        Pipeline whole = cut("cut-whole", false);
        Pipeline parts = cut("cut-parts", true);
        complete(runtime(), whole);
        try (PipelineController after = runtime().parts("doors").readToEnd().start(parts);
                PipelineController before =
                        runtime().parts("cut-input").readToEnd().start(parts)) {
            before.awaitTermination();
            after.awaitTermination();
            assertThat(before.failure()).isEmpty();
            assertThat(after.failure()).isEmpty();
        }
        assertThat(Runs.byKey(out("cut-parts-out")))
                .isEqualTo(Runs.byKey(out("cut-whole-out")))
                .isNotEmpty();
    }

    private static Pipeline cut(String name, boolean inParts) {
        var keyed = Pipeline.from(KafkaSource.topic("cut-input", Readings.CODEC)
                        .eventTimeNanos(Reading::time)
                        .disorderUpTo(Duration.ofMillis(40)))
                .keyBy(Reading::sensor);
        return (inParts ? keyed.via("doors") : keyed)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.sum(Reading::value))
                .to(Readings.windows(name + "-out"))
                .named(name);
    }

    @Test
    void refusesAPartThatThePipelineDoesNotHave() {
        assertThatThrownBy(() -> runtime().parts("windows").start(cut("refused", true)))
                .hasMessageStartingWith("part: \"windows\" (expected: one of [cut-input, doors] of pipeline refused");
    }

    @Test
    void keepsStateWhenAStepIsAdded() throws Exception {
        kafka.createTopic("added", 1);
        kafka.produce("added", "a", "a,0,1");
        drain(runtime(), counts("added", Tumbling.of(Duration.ofMillis(100)), "sums"));
        kafka.produce("added", "a", "a,50000000,2");
        complete(runtime(), counts("added", Tumbling.of(Duration.ofMillis(100)), "sums", "more"));
        assertThat(out("added-out")).singleElement().asString().endsWith(Double.toHexString(3.0));
        assertThat(out("added-more")).singleElement().asString().endsWith(Double.toHexString(2.0));
    }

    @Test
    void refusesToForgetTheStateOfAStepThatWasRenamed() throws Exception {
        kafka.createTopic("renamed", 1);
        kafka.produce("renamed", "a", "a,0,1");
        drain(runtime(), counts("renamed", Tumbling.of(Duration.ofMillis(100)), "sums"));
        assertThat(failureOf(runtime(), counts("renamed", Tumbling.of(Duration.ofMillis(100)), "totals")))
                .hasMessage("state of renamed-0: step \"sums\" has state, but the pipeline has no such step any more"
                        + " (expected: one of the steps [totals] to be named(\"sums\") if it was renamed, or"
                        + " forgetting(\"sums\") on the runtime if it was removed)");
    }

    @Test
    void refusesStateThatOtherWindowsMade() throws Exception {
        kafka.createTopic("changed", 1);
        kafka.produce("changed", "a", "a,0,1");
        drain(runtime(), counts("changed", Tumbling.of(Duration.ofMillis(100)), "sums"));
        assertThat(failureOf(runtime(), counts("changed", Tumbling.of(Duration.ofMillis(200)), "sums")))
                .hasMessageContaining(
                        "step \"sums\" has state made by tumbling-PT0.1S, sum, and is tumbling-PT0.2S, sum now");
    }

    @Test
    void forgetsTheStateOfAStepOnRequestAndKeepsTheOthers() throws Exception {
        kafka.createTopic("forgotten", 1);
        kafka.produce("forgotten", "a", "a,0,1");
        drain(runtime(), counts("forgotten", Tumbling.of(Duration.ofMillis(100)), "sums", "more"));
        kafka.produce("forgotten", "a", "a,50000000,2");
        complete(runtime().forgetting("more"), counts("forgotten", Tumbling.of(Duration.ofMillis(100)), "sums"));
        assertThat(out("forgotten-out")).singleElement().asString().endsWith(Double.toHexString(3.0));
    }

    @Test
    void refusesAPipelineThatNoLongerReadsATopic() throws Exception {
        kafka.createTopic("kept", 1);
        kafka.createTopic("gone", 1);
        kafka.produce("gone", "a", "a,0,1");
        Pipeline both = passing("kept").and(passing("gone")).named("two-topics");
        drain(runtime(), both);
        awaitPosition("two-topics", new TopicPartition("gone", 0));
        assertThatThrownBy(() -> runtime().start(passing("kept").named("two-topics")))
                .hasMessageContaining(
                        "group \"two-topics\": it has read topic \"gone\", which the pipeline does not read any"
                                + " more");
    }

    private static Pipeline passing(String topic) {
        return Pipeline.from(KafkaSource.topic(topic, Readings.CODEC).eventTimeNanos(Reading::time))
                .map(Reading::sensor)
                .to(Readings.plain("passed"));
    }

    @Test
    void refusesAnInputThatGrewUnderItsState() throws Exception {
        kafka.createTopic("grown", 1);
        kafka.produce("grown", "a", "a,0,1");
        Pipeline pipeline = counts("grown", Tumbling.of(Duration.ofMillis(100)), "sums");
        drain(runtime(), pipeline);
        addPartitions("grown", 2);
        assertThatThrownBy(() -> runtime().start(pipeline))
                .hasMessageContaining(
                        "topic \"grown-pipeline-grown-changelog\": 1 partitions (expected: 2, as many as its"
                                + " input topic \"grown\" has now");
    }

    @Test
    void readsNewPartitionsOfAnInputWhoseRecordsAreRegrouped() throws Exception {
        kafka.createTopic("wide", 1);
        kafka.produce("wide", "a", "a,0,1");
        Pipeline pipeline = Pipeline.from(
                        KafkaSource.topic("wide", Readings.CODEC).eventTimeNanos(Reading::time))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.sum(Reading::value))
                .to(Readings.windows("wide-out"))
                .named("widening");
        drain(runtime(), pipeline);
        addPartitions("wide", 3);
        kafka.produce(
                List.of(new ProducerRecord<>("wide", 2, null, Readings.CODEC.encode(new Reading("a", 50_000_000, 2)))));
        complete(runtime(), pipeline);
        assertThat(out("wide-out")).singleElement().asString().endsWith(Double.toHexString(3.0));
    }

    @Test
    void refusesAChangelogThatIsNotCompacted() {
        kafka.createTopic("loose", 1);
        kafka.createTopic("loose-pipeline-loose-changelog", 1);
        assertThatThrownBy(() -> runtime().start(counts("loose", Tumbling.of(Duration.ofMillis(100)), "sums")))
                .hasMessage(
                        "topic \"loose-pipeline-loose-changelog\": cleanup.policy is delete (expected: compact; state"
                                + " would be lost)");
    }

    @Test
    void refusesAnExchangeThatForgets() {
        kafka.createTopic("forgetful-doors-exchange", 1, Map.of("retention.ms", "1000"));
        assertThatThrownBy(() -> runtime().start(cut("forgetful", true)))
                .hasMessage(
                        "topic \"forgetful-doors-exchange\": retention.ms is 1000 (expected: -1; rows that wait would be"
                                + " lost)");
    }
}
