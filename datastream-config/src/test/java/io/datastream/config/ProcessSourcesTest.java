package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ProcessSourcesTest {
    private static final Option<String> TOPIC = Option.string("topic").withDefault("readings");
    private static final Option<Integer> SIZE = Option.integer("window.size");
    private static final ConfigSpec SPEC = ConfigSpec.of("app", TOPIC, SIZE);

    @Test
    void ignoresUnknownVariables() {
        Config config = SPEC.loader()
                .withEnvironment(Map.of("TOPC", "x", "PATH", "/bin", "topic", "y"))
                .load();
        assertThat(config.get(TOPIC)).isEqualTo("readings");
    }

    @Test
    void refusesUnknownVariablesWithThePrefix() {
        assertThat(Loading.problems(
                        SPEC.loader().withEnvironment(Map.of("DATASTREAM_TOPC", "x", "DATASTREAM_BANANA", "y"))))
                .containsExactly(
                        "DATASTREAM_BANANA: \"y\" from environment DATASTREAM_BANANA (expected: a known variable)",
                        "DATASTREAM_TOPC: \"x\" from environment DATASTREAM_TOPC"
                                + " (expected: a known variable; did you mean DATASTREAM_TOPIC?)");
    }

    @Test
    void takesAnEmptyVariableForNotSet() {
        Config config = SPEC.loader()
                .withEnvironment(Map.of("TOPIC", "", "DATASTREAM_TOPIC", "", "DATASTREAM_CONFIG", ""))
                .load();
        assertThat(config.get(TOPIC)).isEqualTo("readings");
    }

    @Test
    void namesTheVariableOfABadValue() {
        assertThat(Loading.problems(SPEC.loader().withEnvironment(Map.of("WINDOW_SIZE", "banana"))))
                .containsExactly("window.size: \"banana\" from environment WINDOW_SIZE (expected: a whole number)");
    }

    @Test
    void namesThePropertyOfABadValue() {
        assertThat(Loading.problems(
                        SPEC.loader().withSystemProperties(Loading.properties("datastream.window.size", ""))))
                .containsExactly("window.size: \"\" from system property datastream.window.size"
                        + " (expected: a whole number)");
    }

    @Test
    void ignoresPropertiesOfOthers() {
        Config config = SPEC.loader()
                .withSystemProperties(Loading.properties("datastream.conformance", "x", "topc", "y", "java.home", "z"))
                .load();
        assertThat(config.get(TOPIC)).isEqualTo("readings");
    }

    @Test
    void refusesAPropertyWithThePrefixThatIsNearAKnownOne() {
        assertThat(Loading.problems(
                        SPEC.loader().withSystemProperties(Loading.properties("datastream.windo.size", "5"))))
                .containsExactly("datastream.windo.size: \"5\" from system property datastream.windo.size"
                        + " (expected: a known key; did you mean datastream.window.size?)");
    }

    @Test
    void readsPropertiesBehindDefaultsAndLeavesOutWhatIsNoText() {
        Properties defaults = Loading.properties("topic", "t");
        Properties properties = new Properties(defaults);
        properties.put("window.size", 5);
        Config config = SPEC.loader().withSystemProperties(properties).load();
        assertThat(config.get(TOPIC)).isEqualTo("t");
        assertThat(config.find(SIZE)).isEmpty();
    }

    @Test
    void copiesItsSources() {
        Properties properties = Loading.properties("topic", "before");
        String[] args = {"--window-size=1"};
        ConfigLoader loader = SPEC.loader().withSystemProperties(properties).withArgs(args);
        properties.setProperty("topic", "after");
        args[0] = "--window-size=2";
        assertThat(loader.load().get(TOPIC)).isEqualTo("before");
        assertThat(loader.load().get(SIZE)).isEqualTo(1);
    }

    @Test
    void readsNothingOfTheProcessUnlessTold() {
        System.setProperty("datastream.topic", "process");
        try {
            assertThat(SPEC.loader().load().get(TOPIC)).isEqualTo("readings");
            assertThat(SPEC.load().get(TOPIC)).isEqualTo("process");
            assertThat(SPEC.load("--topic=argument").get(TOPIC)).isEqualTo("argument");
        } finally {
            System.clearProperty("datastream.topic");
        }
    }

    @Test
    void reportsWhatIsWrongInAllSourcesAtOnce() {
        assertThat(Loading.problems(SPEC.loader()
                        .withArgs("--banana")
                        .withSystemProperties(Loading.properties("datastream.topc", "t"))
                        .withEnvironment(Map.of("WINDOW_SIZE", "banana", "DATASTREAM_CONFIG", "missing.yaml"))))
                .isEqualTo(List.of(
                        "--banana: given on the command line (expected: a known option)",
                        "datastream.topc: \"t\" from system property datastream.topc"
                                + " (expected: a known key; did you mean datastream.topic?)",
                        "config: \"missing.yaml\" from environment DATASTREAM_CONFIG, no such file"
                                + " (expected: a readable YAML file)",
                        "window.size: \"banana\" from environment WINDOW_SIZE (expected: a whole number)"));
    }
}
