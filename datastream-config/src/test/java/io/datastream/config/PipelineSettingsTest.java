package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/configuration.md: its snippets are regions of this file, its outputs are the ones here. */
class PipelineSettingsTest {
    // region: settings
    enum AggregationType {
        COUNT,
        SUM,
        MEAN
    }

    static final Option<HostAndPort> KAFKA_BROKER = Option.hostAndPort("kafka.broker")
            .withDefault(new HostAndPort("localhost", 9092))
            .withDescription("Broker to connect to.");
    static final Option<Secret> KAFKA_PASSWORD =
            Option.secret("kafka.password").withDescription("Password of the broker.");
    static final Option<String> TOPIC = Option.string("topic").required().withDescription("Topic with the readings.");
    static final Option<String> STREAM_NAME =
            Option.string("stream.name").withDefault("readings").withDescription("Name of the stream.");
    static final Option<Duration> WINDOW_SIZE = Option.duration("window.size")
            .withDefault(Duration.ofMinutes(1))
            .between(Duration.ofMillis(100), Duration.ofDays(1))
            .withDescription("Length of a window.");
    static final Option<AggregationType> AGGREGATION_TYPE = Option.choice("aggregation.type", AggregationType.class)
            .withDefault(AggregationType.MEAN)
            .withDescription("What is computed.");

    static final ConfigSpec SPEC = ConfigSpec.of(
                    "window-means", KAFKA_BROKER, KAFKA_PASSWORD, TOPIC, STREAM_NAME, WINDOW_SIZE, AGGREGATION_TYPE)
            .withDescription("Computes a value for each window of a topic.");
    // endregion

    static final class Main {
        // region: main
        public static void main(String[] args) {
            Optional<Config> loaded;
            try {
                loaded = SPEC.loadOrExplain(args, System.out);
            } catch (ConfigException wrong) {
                System.err.println(wrong.getMessage());
                System.exit(2);
                return;
            }
            loaded.ifPresent(config -> run(config.get(TOPIC), config.get(WINDOW_SIZE)));
        }
        // endregion

        private static void run(String topic, Duration windowSize) {
            System.out.println(topic + " " + windowSize);
        }
    }

    private static final String YAML = """
            kafka:
              broker: kafka-1.example.org:9092
              password:
                file: /run/secrets/kafka-password
            topic: readings
            window.size: 30s
            """;

    @TempDir
    Path folder;

    @Test
    void explainsTheExample() throws IOException {
        Path secret = Loading.write(folder, "kafka-password", "hunter2\n");
        Path file =
                Loading.write(folder, "pipeline.yaml", YAML.replace("/run/secrets/kafka-password", secret.toString()));
        Config config = SPEC.loader()
                .withEnvironment(Map.of("WINDOW_SIZE", "1m"))
                .withArgs("--config", file.toString(), "--aggregation-type", "sum", "--explain-config")
                .load();
        String explained = config.explain()
                .replace(file.toString(), "pipeline.yaml")
                .replace(secret.toString(), "/run/secrets/kafka-password");
        assertThat(block("explained")).isEqualTo(explained);
        assertThat(block("file")).isEqualTo(YAML);
    }

    @Test
    void reportsTheProblemsOfTheExample() {
        Path file = Loading.write(folder, "pipeline.yaml", "kafka:\n  # the broker\n  brokr: x\n");
        ConfigException refused = Loading.exception(SPEC.loader()
                .withFile(file)
                .withEnvironment(Map.of("WINDOW_SIZE", "banana"))
                .withArgs("--aggregation-type=maen"));
        assertThat(block("problems")).isEqualTo(refused.getMessage().replace(file.toString(), "pipeline.yaml") + "\n");
    }

    @Test
    void printsTheHelpOfTheExample() {
        assertThat(block("help")).isEqualTo(SPEC.help());
    }

    @Test
    void readsNothingButWhatItIsGiven() {
        Path file = Loading.write(folder, "pipeline.yaml", "topic: other\n");
        Properties properties = Loading.properties("datastream.window.size", "20s");
        // region: loader
        Config config = SPEC.loader()
                .withArgs("--topic=readings")
                .withEnvironment(Map.of("WINDOW_SIZE", "10s"))
                .withSystemProperties(properties)
                .withFile(file)
                .load();
        // endregion
        assertThat(config.get(TOPIC)).isEqualTo("readings");
        assertThat(config.get(WINDOW_SIZE)).isEqualTo(Duration.ofSeconds(20));
    }

    /** The code block of the document behind the mark with this name. */
    private static String block(String name) {
        String document;
        try {
            document = Files.readString(Path.of("../docs/configuration.md"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Matcher block = Pattern.compile("(?s)<!-- snippet: " + name + " -->\n```[a-z]*\n(.*?)```\n")
                .matcher(document);
        assertThat(block.find()).as("snippet " + name).isTrue();
        return block.group(1);
    }
}
