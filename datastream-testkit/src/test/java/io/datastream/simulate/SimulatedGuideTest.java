package io.datastream.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example of docs/connectors/simulated.md: its snippet is a region of this file. */
@Timeout(60)
class SimulatedGuideTest {
    @Test
    void aPipelineIsFedByMadeUpSensors() throws Exception {
        Queue<Windowed<String, Double>> means = new ConcurrentLinkedQueue<>();
        Queue<Sample> planted = new ConcurrentLinkedQueue<>();
        Instant start = Instant.parse("2024-01-01T00:00:00Z");
        // region: simulated
        SeriesGenerator sensors = SeriesGenerator.of(start, Duration.ofSeconds(1), 3_600)
                .withKeys(10)
                .withLevel(20)
                .withSeason(Duration.ofMinutes(10), 5)
                .withNoise(0.1)
                .withGaps(2, 30)
                .withStuck(1, 60)
                .withDrift(1, 300, 0.02)
                .withSpikes(0.001, 8)
                .withDuplicates(0.01)
                .withLate(0.05, Duration.ofSeconds(10))
                .withSeed(42);
        SimulatedSource feed = SimulatedSource.of(sensors); // or .endless().inRealTime()
        Pipeline pipeline = Pipeline.from(feed.eventTimeNanos(Sample::timeNanos).disorderUpTo(Duration.ofSeconds(10)))
                .keyBy(Sample::key)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.mean(Sample::value))
                .to(Sinks.collectInto(means));
        Pipeline labels = Pipeline.from(feed.eventTimeNanos(Sample::timeNanos).disorderUpTo(Duration.ofSeconds(10)))
                .filter(sample -> sample.has(Fault.SPIKE))
                .to(Sinks.collectInto(planted));
        // endregion
        for (Pipeline each : new Pipeline[] {pipeline, labels}) {
            try (PipelineController controller = LocalRuntime.create().start(each)) {
                controller.awaitTermination();
            }
        }
        assertThat(means).hasSizeBetween(590, 600);
        assertThat(planted).hasSameSizeAs(sensors.generate().with(Fault.SPIKE)).isNotEmpty();
    }
}
