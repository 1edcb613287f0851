package io.datastream.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.DataStream;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.formats.json.JsonCodec;
import io.datastream.jdbc.JdbcConnection;
import io.datastream.jdbc.JdbcSink;
import io.datastream.kafka.KafkaRuntime;
import io.datastream.kafka.KafkaSource;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.time.Sliding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ReadmeTest {
    private static final Path README = Path.of("../README.md");
    private static final Path SOURCE = Path.of("src/test/java/io/datastream/examples/readme/ReadmeTest.java");

    record Reading(String sensor, Instant time, double value) {}

    private static Pipeline means(JdbcConnection database) {
        // README chain
        Pipeline pipeline = Pipeline.from(KafkaSource.topic("readings", JsonCodec.of(Reading.class))
                        .eventTime(Reading::time)
                        .disorderUpTo(Duration.ofMillis(500)))
                .filter(r -> r.value() > -90)
                .keyedBy(Reading::sensor)
                .window(Sliding.of(Duration.ofMinutes(1)).every(Duration.ofSeconds(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .to(JdbcSink.upsertInto("minute_means", database)
                        .forWindows(String.class, Double.class)
                        .keyedBy("key", "window_start")
                        .createTable())
                .named("sensor-means");
        // end
        return pipeline;
    }

    private static void start(Pipeline pipeline, String broker) throws InterruptedException {
        // README start
        try (PipelineController controller = KafkaRuntime.at(broker).readToEnd().start(pipeline)) {
            controller.awaitTermination();
        }
        // end
    }

    @Test
    void theChainOfTheReadmeRuns() throws Exception {
        String url = "jdbc:h2:mem:readme;DB_CLOSE_DELAY=-1";
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            kafka.createTopic("readings", 1);
            kafka.produce("readings", "s1", "{\"sensor\":\"s1\",\"time\":\"2026-01-01T00:00:00Z\",\"value\":20.0}");
            kafka.produce("readings", "s1", "{\"sensor\":\"s1\",\"time\":\"2026-01-01T00:00:30Z\",\"value\":22.0}");
            start(means(JdbcConnection.of(url)), kafka.bootstrapServers());
        }
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from \"minute_means\"")) {
            rows.next();
            assertThat(rows.getInt(1))
                    .as("a window each second, from the first that holds a record")
                    .isEqualTo(90);
        }
    }

    @Test
    void theNamedApplicationOfTheReadmeRuns() {
        LocalRuntime runtime = LocalRuntime.create();
        // README app
        DataStream app = DataStream.named("MyPipeline", runtime);
        app.registerProcessor("double_numbers", JsonCodec.of(Integer.class), n -> n * 2, "input", "double");
        app.streamData(List.of(1, 2, 3), "input");
        PipelineController controller = app.start(); // with no sink attached, prints what leaves
        // end
        controller.drain();
        assertThat(runtime.topics().topic("double").values(JsonCodec.of(Integer.class)))
                .containsExactly(2, 4, 6);
    }

    @Test
    void theReadmeShowsTheCodeOfThisTest() throws IOException {
        String readme = Files.readString(README, StandardCharsets.UTF_8);
        String source = Files.readString(SOURCE, StandardCharsets.UTF_8);
        List<String> regions = new ArrayList<>();
        Matcher region =
                Pattern.compile("// README \\w+\n(.*?)// end\n", Pattern.DOTALL).matcher(source);
        while (region.find()) {
            regions.add(withoutIndent(region.group(1)));
        }
        assertThat(regions).hasSize(3);
        regions.forEach(code -> assertThat(withoutIndent(readme)).contains(code));
    }

    private static String withoutIndent(String code) {
        return code.lines()
                .map(String::strip)
                .reduce("", (all, line) -> all + line + "\n")
                .strip();
    }
}
