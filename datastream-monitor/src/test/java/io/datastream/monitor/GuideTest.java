package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.alert.AlertBook;
import io.datastream.monitor.Feed.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineRuntime;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.Sink;
import io.datastream.sink.Sinks;
import io.datastream.source.Source;
import io.datastream.testkit.Await;
import io.datastream.testkit.TestCertificates;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The code of {@code docs/monitoring.md}. */
@Timeout(60)
class GuideTest {
    private final Feed feed = new Feed("guide", 1);
    private final PipelineController controller = LocalRuntime.create()
            .start(Pipelines.means("guided", Pipelines.timed(feed), new ConcurrentLinkedQueue<>()));

    @Test
    void servesThePage() {
        int port = 0;
        // region: monitor-serve
        MonitorServer monitor = Monitor.serve(controller, port);
        System.out.println("the pipeline is at " + monitor.uri());
        // endregion
        try (monitor) {
            assertThat(new Client(monitor).get("").body()).contains("Why is nothing coming out?");
        } finally {
            controller.close();
        }
    }

    @Test
    void drawsSeries() {
        Source<Reading> readings = Pipelines.timed(feed);
        Sink<Windowed<String, Double>> results = Sinks.collectInto(new ConcurrentLinkedQueue<>());
        PipelineRuntime runtime = LocalRuntime.create();
        AlertBook alerts = AlertBook.empty();
        controller.close();
        // region: monitor-series
        SeriesTap<Reading> values = SeriesTap.of(
                        "readings", Reading::sensor, r -> Instant.ofEpochMilli(r.millis()), Reading::value)
                .withMarks((Reading r) -> r.value() > 90 ? "above 90" : null)
                .withGapsAfter(Duration.ofMinutes(1));
        SeriesTap<Windowed<String, Double>> means = SeriesTap.ofWindows("means", mean -> mean);

        Pipeline pipeline = Pipeline.from(readings)
                .process(values)
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .mapValues(means)
                .to(results)
                .named("sensor-means");
        PipelineController running = runtime.start(pipeline);
        MonitorServer monitor = Monitor.of(running)
                .withSeries(values)
                .withSeries(means)
                .withAlerts(alerts)
                .start();
        // endregion
        try (running;
                monitor) {
            feed.add(0, new Reading("a", 1_000, 91), new Reading("a", 61_000, 1));
            Client client = new Client(monitor);
            Await.untilAsserted(Duration.ofSeconds(20), () -> {
                assertThat(client.json("api/series/0/keys").get("total").intValue())
                        .isEqualTo(1);
                assertThat(client.json("api/series/0/points?key=a").toString()).contains("above 90");
                assertThat(client.json("api/series/1/keys").get("total").intValue())
                        .isEqualTo(1);
            });
        }
    }

    @Test
    void servesOthers(@TempDir Path folder) throws Exception {
        TestCertificates.Identity identity = TestCertificates.in(folder).issue("monitor", "localhost");
        Path certificate = identity.certificates();
        Path key = identity.key();
        Path tokenFile = Files.writeString(folder.resolve("token"), "0123456789abcdef0123456789abcdef");
        int port = 0;
        // region: monitor-others
        Monitor monitor = Monitor.of(controller)
                .withAddress("0.0.0.0")
                .withPort(port)
                .withToken(SecretSource.file(tokenFile))
                .withTls(Tls.ofSystem().presenting(certificate, key));
        // endregion
        try (MonitorServer server = monitor.start()) {
            feed.add(0, new Reading("a", 1_000, 1));
            Await.until(
                    "a record",
                    Duration.ofSeconds(20),
                    () -> controller.status().origins().get(0).position() == 1);
            assertThat(server.uri().getScheme()).isEqualTo("https");
        } finally {
            controller.close();
        }
    }
}
