package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigTest {
    private static final Option<String> TOPIC = Option.string("topic").required();
    private static final Option<Duration> SIZE = Option.duration("window.size").withDefault(Duration.ofMinutes(1));
    private static final Option<Duration> STEP = Option.duration("window.step");
    private static final ConfigSpec SPEC = ConfigSpec.of("app", TOPIC, SIZE, STEP)
            .withRule(
                    STEP,
                    config -> config.find(STEP)
                            .map(step -> step.compareTo(config.get(SIZE)) <= 0)
                            .orElse(true),
                    "at most window.size");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private Optional<Config> loadOrExplain(ConfigLoader loader) {
        return loader.loadOrExplain(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void reportsAMissingValueWithAllItsNames() {
        assertThat(Loading.problems(SPEC.loader()))
                .containsExactly("topic: not set (expected: text that is not blank;"
                        + " give --topic, TOPIC, or topic in the file)");
    }

    @Test
    void reportsAValueThatIsBadOnlyOnce() {
        assertThat(Loading.problems(SPEC.loader().withArgs("--topic"))).hasSize(1);
    }

    @Test
    void putsAllProblemsIntoOneMessage() {
        assertThatThrownBy(() -> SPEC.loader()
                        .withEnvironment(Map.of("WINDOW_SIZE", "banana", "WINDOW_STEP", "60"))
                        .load())
                .isInstanceOf(ConfigException.class)
                .hasNoCause()
                .hasMessage("""
                        3 problems in the configuration of app:
                          topic: not set (expected: text that is not blank; give --topic, TOPIC, or topic in the file)
                          window.size: "banana" from environment WINDOW_SIZE (expected: a duration such as 30s, 5m, PT1M)
                          window.step: "60" from environment WINDOW_STEP (expected: a duration such as 30s, 5m, PT1M)""");
        assertThatThrownBy(() -> SPEC.loader().load())
                .hasMessageStartingWith("1 problem in the configuration of app:\n");
    }

    @Test
    void givesEachProblemInItsParts() {
        List<ConfigProblem> problems = Loading.exception(
                        SPEC.loader().withArgs("--topic=t").withEnvironment(Map.of("WINDOW_SIZE", "banana")))
                .problems();
        assertThat(problems)
                .containsExactly(new ConfigProblem(
                        "window.size", "\"banana\" from environment WINDOW_SIZE", "a duration such as 30s, 5m, PT1M"));
    }

    @Test
    void looksAtRulesWhenEveryOptionIsGood() {
        assertThat(Loading.problems(SPEC.loader().withArgs("--topic=t", "--window-step=90s")))
                .containsExactly("window.step: 1m30s from command line --window-step (expected: at most window.size)");
        assertThat(SPEC.loader()
                        .withArgs("--topic=t", "--window-step=60s")
                        .load()
                        .get(STEP))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(Loading.problems(SPEC.loader().withArgs("--window-step=90s")))
                .hasSize(1);
    }

    @Test
    void explainsEveryValueAndItsOrigin() {
        Config config = SPEC.loader()
                .withArgs("--topic=readings")
                .withEnvironment(Map.of("WINDOW_SIZE", "60s", "TOPIC", "other"))
                .load();
        assertThat(config.explain()).isEqualTo("""
                        Configuration of app: command line over system properties over environment over file over defaults
                        config = (not set)
                        topic = readings  (command line --topic, instead of environment TOPIC)
                        window.size = 1m  (environment WINDOW_SIZE)
                        window.step = (not set)
                        """);
        assertThat(config).hasToString(config.explain());
    }

    @Test
    void givesTheConfigurationWhenNothingElseWasAsked() {
        assertThat(loadOrExplain(SPEC.loader().withArgs("--topic=t"))
                        .orElseThrow()
                        .get(TOPIC))
                .isEqualTo("t");
        assertThat(printed()).isEmpty();
    }

    @Test
    void printsTheExplanationInsteadOfTheConfiguration() {
        assertThat(loadOrExplain(SPEC.loader().withArgs("--topic=t", "--explain-config")))
                .isEmpty();
        assertThat(printed()).contains("topic = t  (command line --topic)\nwindow.size = 1m  (default)\n");
    }

    @Test
    void printsTheExplanationBeforeTheProblems() {
        ConfigLoader loader =
                SPEC.loader().withArgs("--explain-config").withEnvironment(Map.of("WINDOW_SIZE", "banana"));
        assertThatThrownBy(() -> loadOrExplain(loader)).hasMessageStartingWith("2 problems");
        assertThat(printed()).contains("topic = (missing)\nwindow.size = (invalid)  (environment WINDOW_SIZE)\n");
    }

    @Test
    void printsHelpInsteadOfTheConfiguration() {
        assertThat(loadOrExplain(SPEC.loader().withArgs("--banana", "--help"))).isEmpty();
        assertThat(printed()).isEqualTo(SPEC.help());
    }

    @Test
    void hasNoValuesWhenOnlyHelpWasAsked() {
        Config config = SPEC.loader().withArgs("--help").load();
        assertThatIllegalStateException()
                .isThrownBy(() -> config.get(TOPIC))
                .withMessage("get(topic): only --help was asked for, so nothing was read;"
                        + " look at helpRequested() first");
    }

    @Test
    void saysWhatToDoAboutAValueThatIsNotSet() {
        Config config = SPEC.loader().withArgs("--topic=t").load();
        assertThat(config.find(STEP)).isEmpty();
        assertThatIllegalStateException()
                .isThrownBy(() -> config.get(STEP))
                .withMessage("get(window.step): not set; use find, or give the option a default or make it required");
    }

    @Test
    void wantsTheOptionObjectsOfItsSpecification() {
        Config config = SPEC.loader().withArgs("--topic=t").load();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.get(Option.integer("topic")))
                .withMessage("option: topic (expected: an option object given to the ConfigSpec of app)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SPEC.withRule(Option.string("topic"), any -> true, "x"))
                .withMessage("subject: topic (expected: an option of app)");
    }

    @Test
    void refusesOptionsWithTheSameName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfigSpec.of("app", Option.string("a.b"), Option.string("a-b")))
                .withMessage("option: a-b beside a.b"
                        + " (expected: keys whose names differ on the command line and in the environment)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfigSpec.of("app", Option.string("a"), Option.integer("a")))
                .withMessageStartingWith("option: a twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfigSpec.of("app", Option.secret("a"), Option.path("a.file")))
                .withMessageStartingWith("option: a.file twice");
    }

    @Test
    void escapesWhatWouldBreakALineOfTheExplanation() {
        Config config =
                SPEC.loader().withArgs("--topic=a\nwindow.size = 5m  (default)").load();
        assertThat(config.explain()).contains("topic = a\\nwindow.size = 5m  (default)  (command line --topic)\n");
    }
}
