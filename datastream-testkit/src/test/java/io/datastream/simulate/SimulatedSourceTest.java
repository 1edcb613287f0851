package io.datastream.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.source.SourceReader;
import io.datastream.testkit.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SimulatedSourceTest {
    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");
    private static final SeriesGenerator SENSORS = SeriesGenerator.of(START, Duration.ofSeconds(1), 100)
            .withKeys(2)
            .withNoise(1)
            .withMissing(0.05)
            .withDuplicates(0.05)
            .withLate(0.1, Duration.ofSeconds(5));

    /** What was read: samples, offsets and log times. */
    private static final class Read implements SourceReader.Collector<Sample> {
        final List<Sample> samples = new ArrayList<>();
        final List<Long> offsets = new ArrayList<>();
        final List<Long> times = new ArrayList<>();

        @Override
        public void record(long offset, long logNanos, Sample value, byte @Nullable [] original) {
            samples.add(value);
            offsets.add(offset);
            times.add(logNanos);
        }

        @Override
        public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
            throw new AssertionError(error);
        }
    }

    private static Read read(SimulatedSource source, long position, int samples) {
        Read read = new Read();
        try (SourceReader<Sample> reader = source.open(0, position)) {
            while (read.samples.size() < samples
                    && reader.poll(Math.min(7, samples - read.samples.size()), read) != SourceReader.Status.END) {
                // reads on
            }
        }
        return read;
    }

    @Test
    void playsTheArrivalsOfTheGeneratorAndEnds() {
        Read all = read(SimulatedSource.of(SENSORS), 0, Integer.MAX_VALUE);
        assertThat(all.samples).isEqualTo(SENSORS.generate().arrivals());
        assertThat(all.times).isSorted();
        assertThat(SimulatedSource.of(SENSORS).isBounded()).isTrue();
    }

    @Test
    void goesOnFromAnyPositionWithTheSameRecordsAndLogTimes() {
        SimulatedSource source = SimulatedSource.of(SENSORS).endless();
        int count = 600; // three series and a piece of the fourth
        Read all = read(source, 0, count);
        assertThat(all.offsets).isSorted().doesNotHaveDuplicates();
        for (int i = 0; i < count - 1; i++) {
            Read rest = read(source, all.offsets.get(i) + 1, Math.min(20, count - 1 - i));
            assertThat(rest.samples).isEqualTo(all.samples.subList(i + 1, i + 1 + rest.samples.size()));
            assertThat(rest.offsets).isEqualTo(all.offsets.subList(i + 1, i + 1 + rest.samples.size()));
            assertThat(rest.times).isEqualTo(all.times.subList(i + 1, i + 1 + rest.samples.size()));
        }
    }

    @Test
    void anEndlessFeedGoesOnInTimeWithNewRandomness() {
        Read all = read(SimulatedSource.of(SENSORS).endless(), 0, 400);
        List<Sample> first = SENSORS.generate().arrivals();
        List<Sample> second = all.samples.subList(first.size(), 2 * first.size() - 20);
        assertThat(all.samples.subList(0, first.size())).isEqualTo(first);
        assertThat(second)
                .allSatisfy(
                        sample -> assertThat(sample.time()).isBetween(START.plusSeconds(100), START.plusSeconds(200)));
        assertThat(second.get(0).value()).isNotEqualTo(first.get(0).value());
        assertThat(read(SimulatedSource.of(SENSORS).endless(), 0, 400).samples).isEqualTo(all.samples);
    }

    private static SeriesGenerator regular() {
        return SeriesGenerator.of(START, Duration.ofSeconds(1), 100);
    }

    private static List<Integer> countsAfterEachSecond(SimulatedSource source, ManualClock clock, int seconds) {
        List<Integer> counts = new ArrayList<>();
        try (SourceReader<Sample> reader = source.withClock(clock).open(0, 0)) {
            for (int i = 0; i < seconds; i++) {
                Read read = new Read();
                assertThat(reader.poll(1_000, read)).isEqualTo(SourceReader.Status.CAUGHT_UP);
                counts.add(read.samples.size());
                clock.advance(Duration.ofSeconds(1));
            }
        }
        return counts;
    }

    @Test
    void inRealTimeASampleIsDueWhenItsTimeHasPassed() {
        ManualClock clock = ManualClock.at(Instant.parse("2030-01-01T00:00:00Z"));
        assertThat(countsAfterEachSecond(SimulatedSource.of(regular()).inRealTime(), clock, 4))
                .containsExactly(1, 1, 1, 1);
        assertThat(countsAfterEachSecond(SimulatedSource.of(regular()).atSpeed(10), clock, 4))
                .containsExactly(1, 10, 10, 10);
    }

    @Test
    void aRateIsKeptWhateverTheTimesOfTheSamples() {
        ManualClock clock = ManualClock.at(START);
        assertThat(countsAfterEachSecond(SimulatedSource.of(regular()).atRate(20), clock, 4))
                .containsExactly(1, 20, 20, 20);
    }

    @Test
    void travelsWithAPipeline() throws Exception {
        SimulatedSource source = SimulatedSource.of(SENSORS).endless().atRate(1e9);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(source);
        }
        SimulatedSource copy;
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            copy = (SimulatedSource) in.readObject();
        }
        assertThat(read(copy, 0, 300).samples).isEqualTo(read(source, 0, 300).samples);
        assertThat(copy).hasToString("SimulatedSource, 1.0E9 samples a second, endless");
    }

    @Test
    void refusesAPaceThatIsNone() {
        assertThatThrownBy(() -> SimulatedSource.of(SENSORS).atRate(0))
                .hasMessage("samplesPerSecond: 0.0 (expected: > 0 and finite)");
        assertThatThrownBy(() -> SimulatedSource.of(SENSORS).atSpeed(Double.NaN))
                .hasMessage("factor: NaN (expected: > 0 and finite)");
    }
}
