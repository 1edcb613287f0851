package io.datastream.influxdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.source.ListSource;
import io.datastream.time.Tumbling;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of docs/connectors/influxdb.md: its snippets are the regions of this file. */
@Timeout(60)
class InfluxGuideTest {
    // region: record
    record Reading(String sensor, Instant time, double value) {}
    // endregion

    private static final List<Reading> READINGS = List.of(
            new Reading("a", Instant.parse("2024-01-01T00:00:10Z"), 1),
            new Reading("b", Instant.parse("2024-01-01T00:00:20Z"), 5),
            new Reading("a", Instant.parse("2024-01-01T00:00:30Z"), 2),
            new Reading("a", Instant.parse("2024-01-01T00:01:00Z"), 97));

    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Pipeline means(String url) {
        List<Reading> readings = READINGS;
        // region: means
        InfluxConnection connection =
                InfluxConnection.v2(url, "acme", "metrics").withToken(SecretSource.environment("INFLUX_TOKEN"));
        Pipeline pipeline = Pipeline.from(ListSource.of(readings).eventTime(Reading::time))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .to(InfluxSink.windowsInto("minute_means", String.class, Double.class, connection))
                .named("sensor-means");
        // endregion
        return pipeline;
    }

    private static Pipeline records(InfluxConnection connection) {
        // region: records
        InfluxSink<Reading> records = InfluxSink.into("readings", Reading.class, connection)
                .tagged("sensor")
                .without("time")
                .at(Reading::time);
        InfluxSink<Reading> byHand = InfluxSink.<Reading>into("readings", connection)
                .tag("sensor", Reading::sensor)
                .field("value", Reading::value)
                .field("high", reading -> reading.value() > 90);
        // endregion
        return Pipeline.from(ListSource.of(READINGS).eventTime(Reading::time))
                .to(records)
                .and(Pipeline.from(ListSource.of(READINGS).eventTime(Reading::time))
                        .to(byHand));
    }

    private static void run(Pipeline pipeline) throws InterruptedException {
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
    }

    @Test
    void meansOfWindowsAreSent() throws Exception {
        Pipeline pipeline = means(server.url());
        assertThat(pipeline.plan().name()).isEqualTo("sensor-means"); // run below, where there is no token

        run(Pipeline.from(ListSource.of(READINGS).eventTime(Reading::time))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .to(InfluxSink.windowsInto(
                        "minute_means",
                        String.class,
                        Double.class,
                        InfluxConnection.v2(server.url(), "acme", "metrics"))));

        assertThat(server.requests.get(0).lines())
                .containsExactlyInAnyOrder(
                        "minute_means,key=a value=1.5 1704067200000000000",
                        "minute_means,key=b value=5.0 1704067200000000000",
                        "minute_means,key=a value=97.0 1704067260000000000");
    }

    @Test
    void recordsAndPointsByHandAreSent() throws Exception {
        run(records(InfluxConnection.v1(server.url(), "metrics")));

        assertThat(server.requests.stream().flatMap(request -> request.lines().stream()))
                .hasSize(8)
                .contains(
                        "readings,sensor=b value=5.0 1704067220000000000",
                        "readings,sensor=b high=false,value=5.0 1704067220000000000",
                        "readings,sensor=a high=true,value=97.0 1704067260000000000");
    }
}
