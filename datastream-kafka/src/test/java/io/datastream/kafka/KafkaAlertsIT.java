package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.alert.Alert;
import io.datastream.alert.DeliveryException;
import io.datastream.alert.Notice;
import io.datastream.alerts.AlertManager;
import io.datastream.alerts.AlertRule;
import io.datastream.alerts.Alerting;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.source.Source;
import io.datastream.testkit.Await;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.testkit.KafkaProcess;
import io.datastream.testkit.KafkaServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Alerts on topics, from rules on data by a pipeline, and from a manager by a channel. */
@Timeout(180)
class KafkaAlertsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern SERIES = Pattern.compile("\"series\":\"([^\"]*)\"");
    private static final Pattern STATE = Pattern.compile("\"state\":\"([^\"]*)\"");
    private static EmbeddedKafka kafka;

    @TempDir
    Path folder;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String id(ConsumerRecord<byte[], byte[]> record) {
        return text(record.headers().lastHeader(KafkaAlerts.ID_HEADER).value());
    }

    /** Series and state of an alert, or that there is none. */
    private static String shown(ConsumerRecord<byte[], byte[]> record) {
        assertThat(id(record)).startsWith(text(record.key()) + "-");
        return record.value() == null ? "nothing" : first(SERIES, record) + " " + first(STATE, record);
    }

    private static String first(Pattern pattern, ConsumerRecord<byte[], byte[]> record) {
        Matcher found = pattern.matcher(text(record.value()));
        assertThat(found.find()).as(text(record.value())).isTrue();
        return found.group(1);
    }

    private static List<String> shown(KafkaServer broker, String topic) {
        return broker.readCommitted(topic).stream().map(KafkaAlertsIT::shown).toList();
    }

    private static String cleanupPolicy(KafkaServer broker, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return broker.admin()
                .describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource)
                .get("cleanup.policy")
                .value();
    }

    private static void awaitDelivered(AlertManager manager, int count) {
        Await.untilAsserted(
                LIMIT, () -> assertThat(manager.channels().get(0).delivered()).isEqualTo(count));
    }

    @Test
    void areWrittenByAPipelineWithItsResults() throws Exception {
        kafka.createTopic("temperatures", 1);
        kafka.produce(List.of(new Reading("a", 0, 95), new Reading("b", 1, 96), new Reading("a", 2, 10)).stream()
                .map(reading -> new ProducerRecord<byte[], byte[]>("temperatures", Readings.CODEC.encode(reading)))
                .toList());
        Source<Reading> readings =
                KafkaSource.topic("temperatures", Readings.CODEC).eventTimeNanos(Reading::time);
        AlertRule<Reading> tooHot = AlertRule.above("too-hot", Reading::value, 90);
        // region: kafka-alerts-data
        KeyedStream<String, Alert> raised =
                Pipeline.from(readings).keyedBy(Reading::sensor).process(tooHot);
        Pipeline pipeline = raised.to(KafkaAlerts.log("alerts"))
                .and(raised.to(KafkaAlerts.table("alerts-now")))
                .named("plant");
        // endregion
        try (PipelineController controller =
                KafkaRuntime.at(kafka.bootstrapServers()).readToEnd().start(pipeline)) {
            controller.awaitTermination();
        }
        Await.untilAsserted(LIMIT, () -> {
            assertThat(shown(kafka, "alerts")).containsExactly("a RAISED", "b RAISED", "a CLEARED");
            assertThat(shown(kafka, "alerts-now")).containsExactly("a RAISED", "b RAISED", "nothing");
        });
        assertThat(cleanupPolicy(kafka, "alerts")).isEqualTo("delete");
        assertThat(cleanupPolicy(kafka, "alerts-now")).isEqualTo("compact");
    }

    @Test
    void areDeliveredThoughTheBrokerAndTheProgramAreStartedAnew() throws Exception {
        try (KafkaProcess broker = KafkaProcess.start()) {
            KafkaRuntime impatient = KafkaRuntime.at(broker.bootstrapServers())
                    .withConnectLimit(Duration.ofSeconds(5))
                    .withProperty("request.timeout.ms", "2000")
                    .withProperty("delivery.timeout.ms", "3000")
                    .withProperty("max.block.ms", "3000");
            Alerting alerting = Alerting.withRules(List.of())
                    .withQueueIn(folder)
                    .withPauses(Duration.ofMillis(5), Duration.ofMillis(50))
                    .deliverTo(KafkaAlertChannel.to(impatient, KafkaAlerts.log("ops"), KafkaAlerts.table("ops-now")));
            Alert goesOn = Alerts.alert("x", 0);
            Alert begins = Alerts.alert("y", 0);
            Alert ends = Alerts.alert("y", 1);
            try (AlertManager manager = alerting.start()) {
                manager.accept(goesOn);
                awaitDelivered(manager, 1);
                broker.kill();
                manager.accept(begins);
                Await.untilAsserted(
                        LIMIT,
                        () -> assertThat(manager.channels().get(0).lastError())
                                .startsWith("channel kafka, Kafka at " + broker.bootstrapServers() + ": "));
            }
            broker.restart();
            try (AlertManager manager = alerting.start()) {
                manager.accept(ends);
                awaitDelivered(manager, 2);
            }
            assertThat(broker.readCommitted("ops").stream()
                            .map(KafkaAlertsIT::id)
                            .distinct())
                    .containsExactly(goesOn.id(), begins.id(), ends.id());
            Map<String, String> table = new LinkedHashMap<>();
            broker.readCommitted("ops-now").forEach(record -> table.put(text(record.key()), shown(record)));
            assertThat(table)
                    .containsExactly(Map.entry(goesOn.episode(), "x RAISED"), Map.entry(begins.episode(), "nothing"));
            assertThat(cleanupPolicy(broker, "ops-now")).isEqualTo("compact");
        }
    }

    private static void assertDelivery(KafkaAlertChannel channel, boolean isRetryable, String message) {
        try (channel) {
            assertThatThrownBy(() -> channel.deliver(Notice.of(Alerts.alert("x", 0))))
                    .isInstanceOfSatisfying(
                            DeliveryException.class,
                            e -> assertThat(e.isRetryable()).isEqualTo(isRetryable))
                    .hasMessageStartingWith("channel kafka, Kafka at " + kafka.bootstrapServers() + ": ")
                    .hasMessageContaining(message);
        }
    }

    @Test
    void areGivenUpIfTheyAreLargerThanTheTopicAllows() {
        kafka.createTopic("small", 1, Map.of("max.message.bytes", "100"));
        KafkaRuntime runtime = KafkaRuntime.at(kafka.bootstrapServers());
        assertDelivery(KafkaAlertChannel.to(runtime, KafkaAlerts.log("small")), false, "larger than");
    }

    @Test
    void areTriedAgainWhileATopicIsMissingOrATableIsNotCompacted() {
        KafkaRuntime runtime = KafkaRuntime.at(kafka.bootstrapServers()).withoutTopicCreation();
        assertDelivery(
                KafkaAlertChannel.to(runtime, KafkaAlerts.log("none")), true, "topic \"none\" does not exist on ");
        kafka.createTopic("no-table", 1);
        assertDelivery(
                KafkaAlertChannel.to(runtime, KafkaAlerts.table("no-table")),
                true,
                "topic \"no-table\": cleanup.policy is delete (expected: compact; alerts that go on would be lost)");
    }
}
