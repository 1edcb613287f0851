package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class HostileYamlTest {
    /** Far above what any of these needs (some tens of milliseconds), far below what an unbounded reader takes. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final ConfigSpec SPEC = ConfigSpec.of(
            "app",
            Option.string("topic"),
            Option.duration("window.size"),
            Option.list("tags"),
            Option.secret("password"));

    @TempDir
    Path folder;

    private List<String> problems(String text) {
        Path file = Loading.write(folder, "hostile.yaml", text);
        return assertTimeoutPreemptively(
                        LIMIT, () -> Loading.problems(SPEC.loader().withFile(file)))
                .stream()
                .map(line -> line.replace(folder + "/", ""))
                .toList();
    }

    @Test
    void refusesABombOfAliases() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ", ").repeat(8) + "*a" + (i - 1) + "]\n");
        }
        assertThat(problems(bomb.toString()))
                .containsExactly("hostile.yaml: line 1 column 5: an anchor"
                        + " (expected: a plain value; quote text that starts with &)");
    }

    @Test
    void refusesAMergeOfAliases() {
        assertThat(problems("<<: *topic\n"))
                .containsExactly("hostile.yaml: line 1 column 5: an alias"
                        + " (expected: a plain value; quote text that starts with *)");
    }

    @Test
    void refusesToMakeObjects() {
        assertThat(problems("topic: !!javax.script.ScriptEngineManager [!!java.net.URL ['http://localhost/']]\n"))
                .containsExactly("hostile.yaml: line 1 column 8: a tag"
                        + " (expected: a plain value; quote text that starts with !)");
    }

    @Test
    void refusesDeepNesting() {
        assertThat(problems("a: " + "{a: ".repeat(100_000)))
                .hasSize(1)
                .first()
                .asString()
                .contains("nested deeper than 16");
        assertThat(problems("{a" + ": {a".repeat(15) + ": {" + "}".repeat(17)).get(0))
                .contains("nested deeper");
        assertThat(problems("tags: " + "[".repeat(100_000))).hasSize(1);
        assertThat(problems("topic: " + "{a: ".repeat(100_000))).isNotEmpty();
        assertThat(problems("- ".repeat(100_000))).hasSize(1);
        assertThat(problems("? ".repeat(100_000))).hasSize(1);
    }

    @Test
    void allowsTheDeepestNesting() {
        // sixteen mappings, whose only problem is the unknown key
        assertThat(problems("{a: ".repeat(16) + "1" + "}".repeat(16)))
                .containsExactly("a.".repeat(15) + "a: \"1\" from hostile.yaml line 1 (expected: a known key)");
    }

    @Test
    void refusesAHugeFile() {
        assertThat(problems("# " + "x".repeat(2_000_000)).get(0))
                .contains(", longer than 1048576 bytes (expected: a readable YAML file)");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void refusesAFileWithoutEnd() {
        assertThat(assertTimeoutPreemptively(
                        LIMIT, () -> Loading.problems(SPEC.loader().withFile(Path.of("/dev/zero")))))
                .containsExactly("config: \"/dev/zero\" from given by the program, longer than 1048576 bytes"
                        + " (expected: a readable YAML file)");
    }

    @Test
    void stopsAfterManyProblems() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            text.append("key").append(i).append(": x\n");
        }
        List<String> problems = problems(text.toString());
        assertThat(problems).hasSize(YamlFile.MAX_PROBLEMS + 1);
        assertThat(problems.get(YamlFile.MAX_PROBLEMS))
                .isEqualTo("hostile.yaml: more problems behind line 50 (expected: fewer)");
    }

    @Test
    void readsLongValuesAndKeys() {
        assertThat(problems("? '" + "k".repeat(500_000) + "'\n: x\n").get(0)).hasSizeLessThan(300);
        assertThat(problems("window.size: " + "9".repeat(500_000) + "\n").get(0))
                .hasSizeLessThan(300);
        assertThat(problems("tags: [" + "'',".repeat(300_000) + "]\n").get(0)).hasSizeLessThan(300);
    }

    @Test
    void answersAnyTextWithAConfigurationOrWithProblems() throws Exception {
        long seed = 99;
        Random random = new Random(seed);
        String good = "topic: readings\nwindow:\n  size: 1m\ntags: [a, 'b', \"c\\n\"]\npassword.file: /none # c\n---\n";
        String odd = "{}[]:,-?&*!|>'\"%@`#\n\t \\~=<\u0000\u0085\u2028\uFEFFa0";
        Path file = folder.resolve("random.yaml");
        for (int round = 0; round < 4_000; round++) {
            StringBuilder text = new StringBuilder(good);
            for (int edits = 1 + random.nextInt(8); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, odd.charAt(random.nextInt(odd.length())));
                    default -> text.setCharAt(at, odd.charAt(random.nextInt(odd.length())));
                }
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(10) == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, bytes);
            assertThatCode(() -> loadOrRefuse(file))
                    .as("seed %d round %d text %s", seed, round, text)
                    .doesNotThrowAnyException();
        }
    }

    private static void loadOrRefuse(Path file) {
        try {
            SPEC.loader().withFile(file).load();
        } catch (ConfigException refused) {
            assertThat(refused.problems())
                    .isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem.toString()).doesNotContain("\n"));
        }
    }
}
