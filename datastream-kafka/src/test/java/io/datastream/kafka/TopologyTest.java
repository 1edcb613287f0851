package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.kafka.Readings.Reading;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopologyTest {
    private static Stream<Reading> readings(StartFrom start) {
        return Pipeline.from(
                KafkaSource.topic("readings", Readings.CODEC).startFrom(start).eventTimeNanos(Reading::time));
    }

    private static void start(Pipeline pipeline) {
        KafkaRuntime.at("127.0.0.1:1").start(pipeline).close();
    }

    @Test
    void refusesASourceThatIsNoTopic() {
        Pipeline pipeline = Pipeline.from(
                        ListSource.of(List.of(new Reading("a", 1, 1))).eventTimeNanos(Reading::time))
                .to(Sinks.console())
                .named("list");
        assertThatThrownBy(() -> start(pipeline))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it is no topic (expected: KafkaSource.topic(...)");
    }

    @Test
    void refusesTwoStartsForOneTopic() {
        Pipeline pipeline = readings(StartFrom.EARLIEST)
                .to(Sinks.console())
                .and(readings(StartFrom.LATEST).to(Sinks.console()))
                .named("two-starts");
        assertThatThrownBy(() -> start(pipeline))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: one start for all sources of a topic, or two pipelines)");
    }

    @Test
    void refusesSettingsThatTheGuaranteesRestOn() {
        assertThatThrownBy(() -> KafkaRuntime.at("a:1").withProperty("isolation.level", "read_uncommitted"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "property: isolation.level (expected: a setting such as metadata.max.age.ms; this one belongs to"
                                + " the runtime)");
    }

    @Test
    void tellsNoSecrets() {
        KafkaRuntime runtime = KafkaRuntime.at("a:1").withProperty("sasl.jaas.config", "password=hush");
        assertThat(runtime).hasToString("KafkaRuntime[a:1]");
    }
}
