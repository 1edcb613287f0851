package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PrecedenceTest {
    /** From the strongest to the weakest. */
    private static final List<String> SOURCES = List.of(
            "command line --window-size",
            "system property datastream.window.size",
            "system property window.size",
            "environment DATASTREAM_WINDOW_SIZE",
            "environment WINDOW_SIZE",
            "pipeline.yaml line 1",
            "default");

    @TempDir
    Path folder;

    static IntStream subsets() {
        return IntStream.range(0, 1 << SOURCES.size());
    }

    /** Every subset of the sources, each with its own value: the strongest one wins, and the others are named. */
    @ParameterizedTest
    @MethodSource("subsets")
    void takesTheStrongestSourceThatHasAValue(int subset) {
        List<Integer> given = IntStream.range(0, SOURCES.size())
                .filter(source -> (subset >> source & 1) != 0)
                .boxed()
                .toList();
        boolean hasDefault = given.contains(6);
        Option<String> plain = Option.string("window.size");
        Option<String> option = hasDefault ? plain.withDefault("v6") : plain;

        Config config = load(option, given);

        if (given.isEmpty()) {
            assertThat(config.find(option)).isEmpty();
            assertThat(config.origin(option)).isEmpty();
            assertThat(config.explain()).endsWith("\nwindow.size = (not set)\n");
            return;
        }
        int winner = given.get(0);
        assertThat(config.get(option)).isEqualTo("v" + winner);
        assertThat(config.origin(option).orElseThrow()).endsWith(SOURCES.get(winner));
        List<String> losers = given.stream()
                .skip(1)
                .filter(source -> source != 6)
                .map(SOURCES::get)
                .toList();
        String rest = losers.isEmpty() ? "" : ", instead of " + String.join(", ", losers);
        assertThat(config.explain().replace(folder + "/", ""))
                .endsWith("\nwindow.size = v" + winner + "  (" + SOURCES.get(winner) + rest + ")\n");
    }

    private Config load(Option<String> option, List<Integer> given) {
        List<String> args = new ArrayList<>();
        Properties properties = new Properties();
        Map<String, String> environment = new HashMap<>();
        ConfigLoader loader = ConfigSpec.of("app", option).loader();
        for (int source : given) {
            String value = "v" + source;
            switch (source) {
                case 0 -> args.add("--window-size=" + value);
                case 1 -> properties.setProperty("datastream.window.size", value);
                case 2 -> properties.setProperty("window.size", value);
                case 3 -> environment.put("DATASTREAM_WINDOW_SIZE", value);
                case 4 -> environment.put("WINDOW_SIZE", value);
                case 5 ->
                    loader = loader.withFile(Loading.write(folder, "pipeline.yaml", "window: {size: " + value + "}\n"));
                default -> {}
            }
        }
        return loader.withArgs(args.toArray(new String[0]))
                .withSystemProperties(properties)
                .withEnvironment(environment)
                .load();
    }

    @Test
    void takesTheFileFromTheStrongestSourceThatNamesOne() {
        Option<String> topic = Option.string("topic");
        ConfigLoader loader = ConfigSpec.of("app", topic).loader();
        List<String> seen = new ArrayList<>();
        loader = loader.withFile(file("program"));
        seen.add(loader.load().get(topic));
        loader = loader.withEnvironment(
                Map.of("DATASTREAM_CONFIG", file("environment").toString()));
        seen.add(loader.load().get(topic));
        loader = loader.withSystemProperties(
                Loading.properties("datastream.config", file("property").toString()));
        seen.add(loader.load().get(topic));
        loader = loader.withArgs("--config", file("argument").toString());
        seen.add(loader.load().get(topic));
        assertThat(seen).containsExactly("program", "environment", "property", "argument");
    }

    @Test
    void doesNotCheckAValueThatLoses() {
        Option<Integer> option = Option.integer("parallelism");
        Config config = ConfigSpec.of("app", option)
                .loader()
                .withEnvironment(Map.of("PARALLELISM", "banana"))
                .withArgs("--parallelism=4")
                .load();
        assertThat(config.get(option)).isEqualTo(4);
    }

    private Path file(String topic) {
        return Loading.write(folder, topic + ".yaml", "topic: " + topic + "\n");
    }
}
