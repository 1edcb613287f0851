package io.datastream.examples.guides;

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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of README.md: its snippets are the regions of this file. */
@Timeout(120)
class ReadmeIT {
    record Reading(String sensor, Instant time, double value) {}

    private static Pipeline means(JdbcConnection database) {
        // region: chain
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
        // endregion
        return pipeline;
    }

    private static void start(Pipeline pipeline, String broker) throws InterruptedException {
        // region: start
        try (PipelineController controller = KafkaRuntime.at(broker).readToEnd().start(pipeline)) {
            controller.awaitTermination();
        }
        // endregion
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
        // region: app
        DataStream app = DataStream.named("MyPipeline", runtime);
        app.registerProcessor("double_numbers", JsonCodec.of(Integer.class), n -> n * 2, "input", "double");
        app.streamData(List.of(1, 2, 3), "input");
        PipelineController controller = app.start(); // with no sink attached, prints what leaves
        // endregion
        controller.drain();
        assertThat(runtime.topics().topic("double").values(JsonCodec.of(Integer.class)))
                .containsExactly(2, 4, 6);
    }
}
