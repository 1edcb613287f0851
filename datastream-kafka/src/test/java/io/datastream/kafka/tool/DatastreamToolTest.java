package io.datastream.kafka.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.codec.Codec;
import io.datastream.error.ErrorPolicy;
import io.datastream.kafka.KafkaDeadLetters;
import io.datastream.kafka.KafkaLate;
import io.datastream.kafka.KafkaSink;
import io.datastream.kafka.KafkaSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs no broker: the usage, and plans. */
class DatastreamToolTest {
    private static final String HERE = DatastreamToolTest.class.getName();

    /** Pipelines as a user's class has them. */
    public static final class Pipelines {
        public static final Pipeline ECHO = echo();

        private Pipelines() {}

        public static Pipeline echo() {
            return Pipeline.from(KafkaSource.topic("words", Codec.utf8()).logTime())
                    .map(word -> word)
                    .onError(ErrorPolicy.deadLetter())
                    .to(KafkaSink.topic("echoes", Codec.utf8()))
                    .deadLettersTo(KafkaDeadLetters.topic("words-dead"))
                    .lateTo(KafkaLate.topic("words-late"))
                    .named("echo");
        }

        public static Pipeline broken() {
            return named(null);
        }

        public static Pipeline named(@Nullable String name) {
            if (name == null) {
                throw new IllegalStateException("no settings");
            }
            return echo().named(name);
        }
    }

    private static Ran run(String... arguments) {
        return Ran.of(Map.of(), arguments);
    }

    @Test
    void tellsHowItIsUsed() {
        assertThat(run("--help").exit()).isZero();
        assertThat(run("help").out()).contains("reset NAME --to-beginning | --to-time TIME [--yes]");
        assertThat(run().exit()).isEqualTo(2);
        assertThat(run().err()).contains("topics NAME");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "tpoics x;\"tpoics\" (expected: one of topics, lag, plan, reset, delete, dead-letters list,",
                "dead-letters show x;\"dead-letters\" (expected: one of topics,",
                "lag;lag: no NAME (expected: lag NAME)",
                "lag a b;lag: [a, b] (expected: lag NAME)",
                "lag a;--broker: missing (expected: addresses such as localhost:9092, here or in the environment's"
                        + " KAFKA_BROKER)",
                "lag a --yes;--yes: unknown option (expected: one of --broker, --json, --properties, --timeout)",
                "reset a --broker b:1;reset: no place (expected: either --to-beginning or --to-time TIME)",
                "reset a --to-beginning --to-time 2026-01-01;reset: two places",
                "dead-letters replay t;dead-letters replay: no choice (expected: one or more of",
                "dead-letters replay t --all --step s;dead-letters replay: both a choice and --all",
                "dead-letters list t --offset 5;--offset: 5 (expected: PARTITION@OFFSET, such as 0@42)",
                "lag a --broker b:1 --properties /no/such/file;--properties: /no/such/file cannot be read",
                "plan;--pipeline: missing (expected: plan --pipeline CLASS#MEMBER",
            })
    void refusesAWrongLineWithTwo(String line, String message) {
        Ran ran = run(line.split(" "));
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains(message);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void printsThePlanOfAMethodOrAField() {
        for (String member : new String[] {"echo", "ECHO"}) {
            Ran ran = run("plan", "--pipeline", HERE + "$Pipelines#" + member);
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.out())
                    .startsWith("pipeline echo\n")
                    .containsPattern("input +words ")
                    .containsPattern("results +echoes ")
                    .containsPattern("dead letters +words-dead ")
                    .containsPattern("late records +words-late ");
        }
    }

    @Test
    void printsAPlanAsAChartOrAsJson() {
        String name = HERE + "$Pipelines#echo";
        assertThat(run("plan", "--pipeline", name, "--mermaid").out()).startsWith("flowchart LR\n");
        assertThat(run("plan", "--pipeline", name, "--json").out())
                .startsWith("{\"pipeline\":\"echo\",\"plan\":\"pipeline echo\\n")
                .contains("{\"role\":\"input\",\"topic\":\"words\",\"step\":\"words\"}");
    }

    @Test
    void namesThePipelinesOfAClassThatHasSeveral() {
        Ran ran = run("plan", "--pipeline", HERE + "$Pipelines");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("(expected: one of " + HERE + "$Pipelines#ECHO, " + HERE + "$Pipelines#broken, " + HERE
                        + "$Pipelines#echo)");
    }

    @Test
    void tellsWhyAPipelineCannotBeMade() {
        assertThat(run("plan", "--pipeline", HERE + "$Pipelines#broken").err())
                .contains("$Pipelines#broken failed: java.lang.IllegalStateException: no settings");
        assertThat(run("plan", "--pipeline", "no.such.Thing").err())
                .contains("class no.such.Thing: not found (expected: a class on the class path, or in a --jar)");
        assertThat(run("plan", "--pipeline", "java.lang.String").err()).contains("class java.lang.String: no pipeline");
        assertThat(run("plan", "--pipeline", "java.lang.String").exit()).isEqualTo(1);
    }

    @Test
    void showsNoSettingOfItsFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("client.properties"),
                "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=broken s3cret\n");
        Ran ran = run("lag", "a", "--broker", "localhost:1", "--properties", file.toString());
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).startsWith("Kafka at localhost:1: ").doesNotContain("s3cret");
    }
}
