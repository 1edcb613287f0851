package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    private static final Option<HostAndPort> BROKER = Option.hostAndPort("kafka.broker");
    private static final Option<String> TOPIC = Option.string("topic");
    private static final Option<List<String>> TAGS = Option.list("tags");
    private static final Option<Integer> OFFSET = Option.integer("start-offset");
    private static final Option<Boolean> VERBOSE = Option.bool("verbose").withDefault(false);
    private static final Option<Secret> PASSWORD = Option.secret("kafka.password");
    private static final ConfigSpec SPEC = ConfigSpec.of("app", BROKER, TOPIC, TAGS, OFFSET, VERBOSE, PASSWORD);

    private static Config load(String... args) {
        return SPEC.loader().withArgs(args).load();
    }

    private static List<String> problems(String... args) {
        return Loading.problems(SPEC.loader().withArgs(args));
    }

    @ParameterizedTest
    @CsvSource({
        "--kafka-broker=host:9092, ''",
        "--kafka-broker, host:9092",
        "--kafka.broker=host:9092, ''",
        "--kafka.broker, host:9092",
    })
    void readsAValueBehindEqualsSignOrAsTheNextArgument(String first, String second) {
        Config config = second.isEmpty() ? load(first) : load(first, second);
        assertThat(config.get(BROKER)).isEqualTo(new HostAndPort("host", 9092));
    }

    @Test
    void namesTheArgumentAsItWasTyped() {
        assertThat(load("--kafka.broker=h:1").origin(BROKER)).contains("command line --kafka.broker");
    }

    @Test
    void takesEverythingBehindTheFirstEqualsSign() {
        assertThat(load("--topic=a=b=--c").get(TOPIC)).isEqualTo("a=b=--c");
    }

    @Test
    void takesANegativeNumberAsAValue() {
        assertThat(load("--start-offset", "-5").get(OFFSET)).isEqualTo(-5);
    }

    @Test
    void readsAFlagWithoutValue() {
        assertThat(load("--verbose", "--topic", "t").get(VERBOSE)).isTrue();
        assertThat(load("--topic", "t", "--verbose").get(VERBOSE)).isTrue();
        assertThat(load("--verbose", "no").get(VERBOSE)).isFalse();
        assertThat(load("--verbose=off").get(VERBOSE)).isFalse();
        assertThat(load().get(VERBOSE)).isFalse();
    }

    @Test
    void joinsARepeatedList() {
        assertThat(load("--tags=a,b", "--tags", "c").get(TAGS)).containsExactly("a", "b", "c");
        assertThat(load("--tags=", "--tags", "c").get(TAGS)).containsExactly("c");
    }

    @Test
    void refusesARepeatedValue() {
        assertThat(problems("--topic=a", "--topic=b"))
                .containsExactly("topic: given more than once on the command line (expected: one value)");
        assertThat(problems("--config=a", "--config=b"))
                .contains("config: given more than once on the command line (expected: one file)");
    }

    @Test
    void refusesANameWithoutItsValue() {
        assertThat(problems("--topic", "--verbose", "--kafka-broker"))
                .containsExactly(
                        "topic: no value from command line --topic (expected: text that is not blank)",
                        "kafka.broker: no value from command line --kafka-broker"
                                + " (expected: host:port such as localhost:9092)");
        assertThat(problems("--config"))
                .containsExactly("config: no value from command line --config (expected: a file)");
    }

    @Test
    void refusesUnknownNamesAndSuggestsTheNearest() {
        assertThat(problems("--kafka-brokr=x", "--topc", "x", "--banana", "--explain-confg", "--Topic=t"))
                .containsExactly(
                        "--kafka-brokr: \"x\" from command line (expected: a known option; did you mean --kafka-broker?)",
                        "--topc: \"x\" from command line (expected: a known option; did you mean --topic?)",
                        "--banana: given on the command line (expected: a known option)",
                        "--explain-confg: given on the command line"
                                + " (expected: a known option; did you mean --explain-config?)",
                        "--Topic: \"t\" from command line (expected: a known option; did you mean --topic?)");
    }

    @Test
    void refusesWhatStandsAlone() {
        assertThat(problems("topic=t", "-v", "--"))
                .containsExactly(
                        "command line: \"topic=t\" stands alone"
                                + " (expected: options that start with --, such as --name=value)",
                        "command line: \"-v\" stands alone"
                                + " (expected: options that start with --, such as --name=value)",
                        "command line: \"--\" stands alone"
                                + " (expected: options that start with --, such as --name=value)");
    }

    @Test
    void refusesAnEmptyValue() {
        assertThat(problems("--topic="))
                .containsExactly("topic: \"\" from command line --topic (expected: text that is not blank)");
    }

    @Test
    void tellsThatOnlyHelpWasAskedWhateverElseIsWrong() {
        Config config = load("--banana", "--kafka-broker=x", "--topic", "-h");
        assertThat(config.helpRequested()).isTrue();
        assertThat(config.explainRequested()).isFalse();
        assertThat(load("--help").helpRequested()).isTrue();
    }

    @Test
    void tellsThatOnlyAnExplanationWasAsked() {
        Config config = load("--explain-config", "--topic=t");
        assertThat(config.explainRequested()).isTrue();
        assertThat(config.helpRequested()).isFalse();
        assertThat(config.get(TOPIC)).isEqualTo("t");
    }

    @Test
    void keepsMessagesOnOneLineAndShort() {
        List<String> problems = problems("--kafka-broker=a\nb\u202e\"" + "x".repeat(1000));
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0))
                .startsWith("kafka.broker: \"a\\nb\\u202e\\\"xxx")
                .contains("xxx...\" from command line --kafka-broker")
                .hasSizeLessThan(260);
    }
}
