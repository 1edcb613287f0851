package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTest {
    enum OnError {
        FAIL,
        SKIP,
        DEAD_LETTER
    }

    private static <T> T read(Option<T> option, String text) {
        return ConfigSpec.of("app", option)
                .loader()
                .withArgs("--x=" + text)
                .load()
                .get(option);
    }

    private static String problem(Option<?> option, String text) {
        List<String> problems =
                Loading.problems(ConfigSpec.of("app", option).loader().withArgs("--x=" + text));
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    @Test
    void keepsTextAsItIs() {
        assertThat(read(Option.string("x"), " a = b ")).isEqualTo(" a = b ");
    }

    @Test
    void refusesBlankText() {
        assertThat(problem(Option.string("x"), " "))
                .isEqualTo("x: \" \" from command line --x (expected: text that is not blank)");
    }

    @Test
    void readsADuration() {
        assertThat(read(Option.duration("x"), " 1h30m ")).isEqualTo(Duration.ofMinutes(90));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "banana | a duration such as 30s, 5m, PT1M",
                "60 | a duration such as 30s, 5m, PT1M",
                "PT-1S | a duration such as 30s, 5m, PT1M; not negative",
                "999999d | a duration such as 30s, 5m, PT1M; at most 106751d",
            })
    void saysWhatADurationIs(String text, String expected) {
        assertThat(problem(Option.duration("x"), text))
                .isEqualTo("x: \"%s\" from command line --x (expected: %s)", text, expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-7, -7", "+7, 7", "1_000, 1000", "010, 10", "2147483647, 2147483647", "' 5 ', 5"})
    void readsAnInteger(String text, int number) {
        assertThat(read(Option.integer("x"), text)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"1.5", "0x1F", "1__0", "_1", "''", "ten", "\u0661"})
    void refusesWhatIsNoInteger(String text) {
        assertThat(problem(Option.integer("x"), text))
                .isEqualTo("x: \"%s\" from command line --x (expected: a whole number)", text);
    }

    @Test
    void refusesAnIntegerOutOfRange() {
        assertThat(problem(Option.integer("x"), "2147483648"))
                .isEqualTo("x: \"2147483648\" from command line --x (expected: a whole number; closer to 0)");
        assertThat(read(Option.longInteger("x"), "2147483648")).isEqualTo(2147483648L);
        assertThat(problem(Option.longInteger("x"), "9223372036854775808")).endsWith("a whole number; closer to 0)");
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "0.5, 0.5", ".5, 0.5", "-1e-3, -0.001", "1E6, 1000000"})
    void readsANumber(String text, double number) {
        assertThat(read(Option.number("x"), text)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "1d", "0x1p3", "1,5", "", "."})
    void refusesWhatIsNoNumber(String text) {
        assertThat(problem(Option.number("x"), text))
                .isEqualTo("x: \"%s\" from command line --x (expected: a number such as 3, 0.5, 1e-3)", text);
    }

    @Test
    void refusesANumberThatIsInfinite() {
        assertThat(problem(Option.number("x"), "1e999"))
                .endsWith("(expected: a number such as 3, 0.5, 1e-3; closer to 0)");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "YES, true", "on, true", "False, false", "no, false", "OFF, false"})
    void readsABoolean(String text, boolean value) {
        assertThat(read(Option.bool("x"), text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "banana", ""})
    void refusesWhatIsNoBoolean(String text) {
        assertThat(problem(Option.bool("x"), text))
                .isEqualTo("x: \"%s\" from command line --x (expected: true or false)", text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dead-letter", "DEAD_LETTER", "Dead-Letter", "dead_letter"})
    void readsAChoiceInAnyCase(String text) {
        assertThat(read(Option.choice("x", OnError.class), text)).isEqualTo(OnError.DEAD_LETTER);
    }

    @Test
    void readsAChoiceWhateverTheLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(read(Option.choice("x", OnError.class), "FAIL")).isEqualTo(OnError.FAIL);
            assertThat(Names.environment("window.size")).isEqualTo("WINDOW_SIZE");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void namesTheChoicesAndTheNearest() {
        assertThat(problem(Option.choice("x", OnError.class), "skp"))
                .isEqualTo(
                        "x: \"skp\" from command line --x (expected: one of fail, skip, dead-letter; did you mean skip?)");
        assertThat(problem(Option.choice("x", OnError.class), "explode"))
                .isEqualTo("x: \"explode\" from command line --x (expected: one of fail, skip, dead-letter)");
    }

    @Test
    void readsAPath() {
        assertThat(read(Option.path("x"), "out/candles.csv")).isEqualTo(Path.of("out/candles.csv"));
        assertThat(problem(Option.path("x"), "a\0b"))
                .isEqualTo("x: \"a\\u0000b\" from command line --x (expected: a file path)");
    }

    @Test
    void readsHostAndPort() {
        assertThat(read(Option.hostAndPort("x"), "localhost:9092")).isEqualTo(new HostAndPort("localhost", 9092));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:",
                ":9092",
                "a:0",
                "a:65536",
                "a:99999999999",
                "a b:1",
                "a:1:2",
                "[::1]",
                "::1:80",
                "http://a:1",
                "a:1,b:2"
            })
    void refusesWhatIsNoHostAndPort(String text) {
        assertThat(problem(Option.hostAndPort("x"), text))
                .isEqualTo("x: \"%s\" from command line --x (expected: host:port such as localhost:9092)", text);
    }

    @Test
    void readsAListWithCommas() {
        assertThat(read(Option.list("x"), "a, b,c")).containsExactly("a", "b", "c");
        assertThat(read(Option.list("x"), "")).isEmpty();
    }

    @Test
    void readsAListOfAnotherType() {
        assertThat(read(Option.hostAndPort("x").asList(), "a:1,[::1]:2"))
                .containsExactly(new HostAndPort("a", 1), new HostAndPort("::1", 2));
    }

    @Test
    void checksEachElementOfAList() {
        assertThat(problem(Option.integer("x").between(1, 9).asList(), "3,10"))
                .isEqualTo("x: \"3,10\" from command line --x"
                        + " (expected: a list with commas between, each a whole number; from 1 to 9)");
        assertThat(problem(Option.list("x"), "a,,b")).contains("each text that is not blank");
    }

    @Test
    void checksTheListItself() {
        assertThat(problem(Option.list("x").withCheck(list -> list.size() < 2, "at most one"), "a,b"))
                .endsWith("(expected: a list with commas between, each text that is not blank; at most one)");
    }

    @Test
    void readsAnyTypeThatHasAParser() {
        Option<ZoneId> zone = Option.parsed("x", ZoneId::of, "a time zone such as Europe/Paris");
        assertThat(read(zone, "Europe/Berlin")).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(problem(zone, "Mars"))
                .isEqualTo("x: \"Mars\" from command line --x (expected: a time zone such as Europe/Paris)");
    }

    @Test
    void namesAllChecksWhenOneFails() {
        Option<Duration> option = Option.duration("x")
                .between(Duration.ofSeconds(1), Duration.ofHours(1))
                .withCheck(value -> value.toSeconds() % 10 == 0, "a multiple of 10s");
        assertThat(problem(option, "15s"))
                .isEqualTo("x: \"15s\" from command line --x"
                        + " (expected: a duration such as 30s, 5m, PT1M; from 1s to 1h; a multiple of 10s)");
        assertThat(read(option, "1h")).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void hasALowerLimit() {
        assertThat(problem(Option.integer("x").atLeast(1), "0")).endsWith("(expected: a whole number; at least 1)");
        assertThat(read(Option.integer("x").atLeast(1), "1")).isEqualTo(1);
    }

    @Test
    void leavesTheOptionItWasMadeFromUnchanged() {
        Option<Integer> plain = Option.integer("x");
        plain.withDefault(3).required().between(1, 2).confidential();
        assertThat(read(plain, "9")).isEqualTo(9);
        assertThat(ConfigSpec.of("app", plain).loader().load().find(plain)).isEmpty();
    }

    @Test
    void copiesADefaultThatCouldChange() {
        List<String> mutable = new ArrayList<>(List.of("a"));
        Option<List<String>> option = Option.list("x").withDefault(mutable);
        mutable.add("b");
        assertThat(ConfigSpec.of("app", option).loader().load().get(option)).containsExactly("a");
    }

    @Test
    void refusesADefaultThatFailsACheck() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Option.integer("x").between(1, 9).withDefault(10))
                .withMessage("x: default 10 (expected: a whole number; from 1 to 9)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Option.integer("x").withDefault(10).between(1, 9))
                .withMessage("x: default 10 (expected: a whole number; from 1 to 9)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Option.integer("x").between(1, 9).asList().withDefault(List.of(10)));
    }

    @Test
    void makesTheDefaultOfAListFromTheDefaultOfItsElement() {
        Option<List<Integer>> option = Option.integer("x").withDefault(4).asList();
        assertThat(ConfigSpec.of("app", option).loader().load().get(option)).containsExactly(4);
    }

    @Test
    void refusesLimitsThatCannotHold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Option.integer("x").between(9, 1))
                .withMessage("x: from 9 to 1 (expected: min <= max)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Option.list("x").atLeast(List.of()))
                .withMessageContaining("Comparable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Kafka.broker",
                "kafka_broker",
                "kafka..broker",
                ".kafka",
                "kafka.",
                "1x",
                "a b",
                "config",
                "help",
                "explain-config",
                "datastream.topic",
                "path",
                "home",
                "java.version",
                "user.home",
                "java-home"
            })
    void refusesKeysOfAnotherFormOrTakenByOthers(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Option.string(key))
                .withMessageStartingWith("key: \"" + key + "\" (expected: ");
    }

    @ParameterizedTest
    @CsvSource({
        "kafka.broker, KAFKA_BROKER",
        "topic, TOPIC",
        "stream.name, STREAM_NAME",
        "window.size, WINDOW_SIZE",
        "aggregation.type, AGGREGATION_TYPE",
        "window.max-gap, WINDOW_MAX_GAP",
    })
    void derivesTheEnvironmentNameFromTheKey(String key, String variable) {
        Option<String> option = Option.string(key);
        Config config = ConfigSpec.of("app", option)
                .loader()
                .withEnvironment(Map.of(variable, "v"))
                .load();
        assertThat(config.get(option)).isEqualTo("v");
        assertThat(config.origin(option)).contains("environment " + variable);
    }

    @Test
    void showsKeyAndDefaultInItsText() {
        assertThat(Option.duration("x").withDefault(Duration.ofSeconds(90))).hasToString("Option[x = 1m30s]");
        assertThat(Option.duration("x")).hasToString("Option[x]");
    }
}
