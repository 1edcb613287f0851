package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlFileTest {
    private static final Option<HostAndPort> BROKER = Option.hostAndPort("kafka.broker");
    private static final Option<String> TOPIC = Option.string("topic");
    private static final Option<Duration> SIZE = Option.duration("window.size");
    private static final Option<Integer> PARALLELISM = Option.integer("parallelism");
    private static final Option<List<String>> TAGS = Option.list("tags");
    private static final ConfigSpec SPEC = ConfigSpec.of("app", BROKER, TOPIC, SIZE, PARALLELISM, TAGS);

    @TempDir
    Path folder;

    private ConfigLoader file(String... lines) {
        return SPEC.loader().withFile(Loading.write(folder, "pipeline.yaml", String.join("\n", lines) + "\n"));
    }

    private List<String> problems(String... lines) {
        return Loading.problems(file(lines)).stream()
                .map(line -> line.replace(folder + "/", ""))
                .toList();
    }

    @Test
    void readsNestedAndDottedKeys() {
        Config config = file("kafka:", "  broker: host:9092", "window.size: 1m").load();
        assertThat(config.get(BROKER)).isEqualTo(new HostAndPort("host", 9092));
        assertThat(config.get(SIZE)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void namesFileAndLineAsTheOrigin() {
        Config config = file("# comment", "kafka: {", "  broker: h:1", "}").load();
        assertThat(config.origin(BROKER).orElseThrow()).endsWith("pipeline.yaml line 3");
    }

    @ParameterizedTest
    @CsvSource({"yes, yes", "1.50, 1.50", "010, 010", "2020-01-01, 2020-01-01", "'\"null\"', null", "1:30, 1:30"})
    void keepsTheTextThatWasTyped(String yaml, String text) {
        assertThat(file("topic: " + yaml).load().get(TOPIC)).isEqualTo(text);
    }

    @Test
    void readsAListAsASequenceOrWithCommas() {
        assertThat(file("tags: [a, 'b,c', 3]").load().get(TAGS)).containsExactly("a", "b,c", "3");
        assertThat(file("tags:", "  - a", "  - b").load().get(TAGS)).containsExactly("a", "b");
        assertThat(file("tags: a, b").load().get(TAGS)).containsExactly("a", "b");
        assertThat(file("tags: []").load().get(TAGS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "---", "~", "{}", "kafka:", "kafka: {}", "\uFEFF"})
    void readsAFileThatSaysNothing(String text) {
        assertThat(file(text).load().find(TOPIC)).isEmpty();
    }

    @Test
    void readsAFileWithByteOrderMarkAndWindowsLineBreaks() {
        assertThat(file("\uFEFFtopic: t\r", "tags: [a]\r").load().get(TOPIC)).isEqualTo("t");
    }

    @Test
    void reportsABadValueWithItsLine() {
        assertThat(problems("topic: t", "window:", "  size: banana"))
                .containsExactly("window.size: \"banana\" from pipeline.yaml line 3"
                        + " (expected: a duration such as 30s, 5m, PT1M)");
    }

    @Test
    void refusesUnknownKeysAndSuggestsTheNearest() {
        assertThat(problems(
                        "topic: t",
                        "kafka:",
                        "  brokr: x",
                        "kafak.broker: y",
                        "banana: [1, 2]",
                        "other:",
                        "a: {b: {c: 1}}"))
                .containsExactly(
                        "kafka.brokr: \"x\" from pipeline.yaml line 3"
                                + " (expected: a known key; did you mean kafka.broker?)",
                        "kafak.broker: \"y\" from pipeline.yaml line 4"
                                + " (expected: a known key; did you mean kafka.broker?)",
                        "banana: [\"1\", \"2\"] from pipeline.yaml line 5 (expected: a known key)",
                        "other: no value from pipeline.yaml line 6 (expected: a known key)",
                        "a.b.c: \"1\" from pipeline.yaml line 7 (expected: a known key)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"window_size: 1m", "Window.Size: 1m", "window-size: 1m"})
    void wantsTheKeyExactly(String line) {
        assertThat(problems(line).get(0)).endsWith("(expected: a known key; did you mean window.size?)");
    }

    @Test
    void refusesAKeyWithoutValue() {
        assertThat(problems("topic:", "window.size: ~", "parallelism: #4"))
                .containsExactly(
                        "topic: no value from pipeline.yaml line 1 (expected: text that is not blank;"
                                + " leave the key out to leave it unset, quote text that starts with #)",
                        "window.size: no value from pipeline.yaml line 2 (expected: a duration such as 30s, 5m, PT1M;"
                                + " leave the key out to leave it unset, quote text that starts with #)",
                        "parallelism: no value from pipeline.yaml line 3 (expected: a whole number;"
                                + " leave the key out to leave it unset, quote text that starts with #)");
    }

    @Test
    void refusesAListOrAMappingWhereOneValueBelongs() {
        assertThat(problems("topic: [a, b]", "window.size: {value: 1m}", "kafka: h:1"))
                .containsExactly(
                        "window.size: a mapping from pipeline.yaml line 2"
                                + " (expected: a duration such as 30s, 5m, PT1M)",
                        "kafka: \"h:1\" from pipeline.yaml line 3 (expected: a known key)",
                        "topic: [\"a\", \"b\"] from pipeline.yaml line 1"
                                + " (expected: text that is not blank; one value, not a list)");
    }

    @Test
    void refusesAKeyTwice() {
        assertThat(problems("topic: a", "topic: b"))
                .containsExactly("topic: twice in the same mapping, again at pipeline.yaml line 2"
                        + " (expected: each key once)");
        assertThat(problems("kafka: {broker: h:1}", "kafka.broker: h:2"))
                .containsExactly("kafka.broker: twice in pipeline.yaml, line 1 and line 2 (expected: each key once)");
        assertThat(problems("kafka: {broker: h:1}", "kafka: {}"))
                .containsExactly("kafka: twice in the same mapping, again at pipeline.yaml line 2"
                        + " (expected: each key once)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topic: a: b | line 1 column 9: mapping values are not allowed here | valid YAML",
                "'topic: ''x' | line 2 column 1: found unexpected end of stream | valid YAML",
                "topic: @x | line 1 column 8: found character '@' that cannot start any token. (Do not use @ for"
                        + " indentation) | valid YAML",
                "topic: *x | line 1 column 8: an alias | a plain value; quote text that starts with *",
                "topic: &x y | line 1 column 8: an anchor | a plain value; quote text that starts with &",
                "topic: !x y | line 1 column 8: a tag | a plain value; quote text that starts with !",
                "topic: !!str y | line 1 column 8: a tag | a plain value; quote text that starts with !",
                "topic: !x!y z | line 1 column 8: a tag; quote text that starts with ! | valid YAML",
                "? [a] : b | line 1 column 3: a key that is not plain text | valid YAML",
                "- topic | line 1 column 1: no mapping | key: value",
                "topic | line 1 column 1: no mapping | key: value",
                "tags: [[a]] | line 1 column 8: a list in a list below tags of line 1 | a list of plain values",
                "tags: [{a: b}] | line 1 column 8: a mapping in a list below tags of line 1 | a list of plain values",
                "tags: [~] | line 1 column 8: an element without value below tags of line 1 | a list of plain values",
            })
    void namesFileLineAndColumnOfWhatItCannotRead(String text, String found, String expected) {
        assertThat(problems(text)).containsExactly("pipeline.yaml: " + found + " (expected: " + expected + ")");
    }

    @Test
    void namesTheLineOfAMistakeFurtherDown() {
        assertThat(problems("topic: t", "", "\tkafka: x"))
                .containsExactly("pipeline.yaml: line 3 column 1: found character '\\t(TAB)' that cannot start any"
                        + " token. (Do not use \\t(TAB) for indentation) (expected: valid YAML)");
    }

    @Test
    void refusesASecondDocument() {
        assertThat(problems("topic: t", "---", "topic: u"))
                .containsExactly("pipeline.yaml: line 3 column 1: a second document (expected: one document)");
    }

    @Test
    void refusesControlCharacters() {
        assertThat(problems("topic: t", "tags: a\u0001"))
                .containsExactly("pipeline.yaml: line 2 column 8: character U+0001 (expected: text)");
    }

    @Test
    void saysWhyAFileCannotBeRead() throws IOException {
        Path notText =
                Files.write(folder.resolve("latin1.yaml"), "topic: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(Loading.problems(SPEC.loader().withArgs("--config", "no/such.yaml")))
                .containsExactly("config: \"no/such.yaml\" from command line --config, no such file"
                        + " (expected: a readable YAML file)");
        assertThat(Loading.problems(SPEC.loader().withFile(folder)))
                .containsExactly("config: \"" + folder + "\" from given by the program, a folder"
                        + " (expected: a readable YAML file)");
        assertThat(Loading.problems(SPEC.loader().withFile(notText)).get(0)).contains(", not UTF-8 (expected");
    }

    @Test
    void doesNotMissRequiredValuesThatAnUnreadableFileMayHold() {
        ConfigSpec spec = ConfigSpec.of("app", TOPIC.required());
        assertThat(Loading.problems(spec.loader().withArgs("--config=no/such.yaml")))
                .hasSize(1);
    }
}
