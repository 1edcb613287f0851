package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.monitor.Feed.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineRuntime;
import io.datastream.runtime.WindowExplanation;
import io.datastream.sink.Sink;
import io.datastream.sink.Sinks;
import io.datastream.source.Source;
import io.datastream.testkit.Await;
import io.datastream.testkit.ManualClock;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of {@code docs/explain.md}. */
@Timeout(60)
class ExplainGuideTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Feed feed = new Feed("readings", 2);

    private void add(int partition, String time) {
        feed.add(
                partition,
                new Reading(
                        "boiler-7", Instant.parse("2026-01-01T" + time + "Z").toEpochMilli(), 60));
    }

    @Test
    void explainsAMean() throws Exception {
        Queue<Windowed<String, Double>> means = new ConcurrentLinkedQueue<>();
        Source<Reading> readings = Pipelines.timed(feed);
        Sink<Windowed<String, Double>> results = Sinks.collectInto(means);
        PipelineRuntime runtime = LocalRuntime.create().withClock(ManualClock.at("2026-01-01T12:02:00Z"));
        // region: explain-pipeline
        Pipeline pipeline = Pipeline.from(readings)
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .explained()
                .aggregate(Aggregations.mean(Reading::value))
                .named("minute-means")
                .to(results)
                .named("sensor-means");
        PipelineController controller = runtime.start(pipeline);
        // endregion
        try (controller) {
            add(0, "12:00:10");
            add(0, "12:00:40");
            add(0, "12:01:05");
            add(0, "12:00:50");
            add(1, "12:00:20");
            Await.until(
                    "both partitions are read",
                    SOON,
                    () -> controller.status().origins().stream()
                                    .mapToLong(origin -> origin.position())
                                    .sum()
                            == 5);
            add(1, "12:01:02");
            Windowed<String, Double> mean = Await.value("the mean", SOON, means::poll);
            // region: explain-ask
            WindowExplanation explanation = controller.explain("minute-means", mean.key(), mean.window());
            System.out.println(explanation);
            // endregion
            assertThat(Files.readString(Path.of("../docs/explain.md")))
                    .contains("prints:\n\n<!-- snippet: explain-answer -->\n```text\n" + explanation + "```\n");
        }
    }
}
