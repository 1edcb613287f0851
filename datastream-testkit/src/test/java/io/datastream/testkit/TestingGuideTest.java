package io.datastream.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineStatus.OriginStatus;
import io.datastream.simulate.Fault;
import io.datastream.simulate.GeneratedSeries;
import io.datastream.simulate.Sample;
import io.datastream.simulate.SeriesGenerator;
import io.datastream.sink.Sinks;
import io.datastream.source.TopicSource;
import io.datastream.testkit.ProcessorVerifier.Item;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The examples of docs/testing.md: its snippets are the regions of this file and of {@link KafkaTestingGuideIT}. */
class TestingGuideTest {
    // region: testing-pipeline
    record Reading(String sensor, Instant time, double value) {}

    TestSource<Reading> readings = TestSource.named("readings");
    TestSink<Windowed<String, Double>> means = TestSink.named("means");
    Pipeline pipeline = Pipeline.from(readings.eventTime(Reading::time).disorderUpTo(Duration.ofSeconds(5)))
            .keyBy(Reading::sensor)
            .window(Tumbling.of(Duration.ofMinutes(1)))
            .aggregate(Aggregations.mean(Reading::value))
            .to(means);
    // endregion

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void drivesAPipeline() {
        // region: testing-driver
        try (PipelineDriver driver = PipelineDriver.of(pipeline).withPartitions("readings", 2)) {
            driver.push("readings", 0, new Reading("a", START, 20));
            driver.push("readings", 1, new Reading("a", START.plusSeconds(30), 22));
            assertThat(driver.results(means)).isEmpty();

            driver.advanceTo(START.plusSeconds(60));
            assertThat(driver.values(means)).extracting(Windowed::value).containsExactly(21.0);
        }
        // endregion
    }

    @Test
    void survivesACrash() {
        // region: testing-crash
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.push("readings", new Reading("a", START, 20));
            driver.commit();
            driver.push("readings", new Reading("a", START.plusSeconds(30), 22));
            driver.crash();
            driver.endOfInput();
            assertThat(driver.values(means)).extracting(Windowed::value).containsExactly(21.0);
        }
        // endregion
    }

    // region: testing-processor
    /** For each reading, how much it is above the one before it. */
    static final class Rise implements KeyedProcessor<String, Reading, double[], Double> {
        @Override
        public double[] newState(String sensor) {
            return new double[] {Double.NaN};
        }

        @Override
        public void process(String sensor, long time, Reading reading, double[] last, Emitter<Double> out) {
            out.emit(reading.value() - last[0]);
            last[0] = reading.value();
        }

        @Override
        public StateCodec<double[]> stateCodec() {
            return StateCodec.of((last, out) -> out.writeDouble(last[0]), in -> new double[] {in.readDouble()});
        }
    }
    // endregion

    @Test
    void verifiesAProcessor() {
        // region: testing-verifier
        SeriesGenerator series = SeriesGenerator.of(START, Duration.ofSeconds(1), 40)
                .withKeys("a", "b", "c")
                .withNoise(1)
                .withDuplicates(0.1)
                .withGaps(1, 10)
                .withNaN(2, 3);

        ProcessorVerifier.of(
                        new Rise(),
                        seed -> series.withSeed(seed).generate().arrivals().stream()
                                .map(sample -> new Item<>(
                                        sample.key(),
                                        sample.timeNanos(),
                                        new Reading(sample.key(), sample.time(), sample.value())))
                                .toList())
                .withRounds(20)
                .verify();
        // endregion
    }

    @Test
    void verifiesAFunction() {
        // region: testing-verifier-plain
        ProcessorVerifier.of((Double celsius) -> celsius * 9 / 5 + 32, List.of(-40.0, 0.0, 100.0, Double.NaN))
                .verify();
        // endregion
    }

    @Test
    void movesTheClock() {
        // region: testing-clock
        Codec<String> text = Codec.utf8();
        ManualClock clock = ManualClock.at("2026-01-01T12:00:00Z");
        LocalRuntime runtime = LocalRuntime.create().withClock(clock);
        runtime.publish("words", text, List.of("a", "b"));
        Queue<Windowed<String, Long>> counts = new ConcurrentLinkedQueue<>();
        Pipeline words = Pipeline.from(TopicSource.of("words", text).logTime().idleAfter(Duration.ofSeconds(5)))
                .keyBy(word -> "all")
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .to(Sinks.collectInto(counts));

        try (PipelineController controller = runtime.start(words)) {
            Duration limit = Duration.ofSeconds(30);
            Supplier<OriginStatus> topic = () -> controller.status().origins().get(0);
            Await.until("both words read", limit, () -> topic.get().position() == 2);
            clock.advance(Duration.ofSeconds(6));
            Await.until("idle", limit, () -> topic.get().evidence().contains("holds nothing back"));
            clock.advance(Duration.ofMinutes(1));
            Await.until("the minute counted", limit, () -> counts.size() == 1);
        }
        // endregion
        assertThat(counts.element().value()).isEqualTo(2);
    }

    @Test
    void generatesSeriesWithFaults() {
        // region: testing-series
        GeneratedSeries series = SeriesGenerator.of(START, Duration.ofSeconds(1), 3_600)
                .withKeys("a", "b")
                .withLevel(20)
                .withSeason(Duration.ofMinutes(10), 5)
                .withNoise(0.1)
                .withSpikes(0.002, 3)
                .withLate(0.05, Duration.ofSeconds(30))
                .withSeed(42)
                .generate();
        List<Sample> arrivals = series.arrivals();
        List<Sample> spikes = series.with(Fault.SPIKE);
        // endregion
        assertThat(arrivals).hasSize(7_200);
        assertThat(spikes).isNotEmpty();
    }

    @Test
    void namesTheSeedThatFailed() {
        // region: testing-seeds
        Seeds.forEach(100, seed -> {
            List<Sample> samples = SeriesGenerator.of(START, Duration.ofSeconds(1), 100)
                    .withMissing(0.1)
                    .withSeed(seed)
                    .generate()
                    .arrivals();
            assertThat(samples).hasSizeLessThan(100);
        });
        // endregion
    }
}
