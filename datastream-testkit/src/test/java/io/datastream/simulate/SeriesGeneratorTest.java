package io.datastream.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.datastream.testkit.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeriesGeneratorTest {
    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final SeriesGenerator PLAIN = SeriesGenerator.of(START, STEP, 1_000);

    private static SeriesGenerator everything() {
        return PLAIN.withKeys("a", "b", "c")
                .withLevel(20)
                .withTrend(0.01)
                .withSeason(Duration.ofHours(1), 5)
                .withRandomWalk(0.02)
                .withNoise(0.1)
                .withJitter(Duration.ofSeconds(3))
                .withMissing(0.02)
                .withGaps(2, 20)
                .withDuplicates(0.03)
                .withLate(0.1, Duration.ofMinutes(5))
                .withStuck(2, 15)
                .withSpikes(0.01, 10)
                .withSteps(3, 4)
                .withNaN(2, 5)
                .withClockDrift(200);
    }

    @Test
    void putsPlainPointsOnTheGrid() {
        GeneratedSeries series = PLAIN.withLevel(3).generate();
        assertThat(series.arrivals()).isEqualTo(series.clean()).hasSize(1_000);
        assertThat(series.missing()).isEmpty();
        assertThat(series.arrivals().get(7))
                .isEqualTo(new Sample("sensor-0", nanos(START.plusSeconds(70)), 3, Set.of(), 7, 7));
        assertThat(series.arrivals().get(7).time()).isEqualTo(START.plusSeconds(70));
    }

    @Test
    void addsTrendAndSeason() {
        GeneratedSeries series = PLAIN.withLevel(1)
                .withTrend(0.5)
                .withSeason(Duration.ofMinutes(2), 2)
                .generate();
        assertThat(series.clean().get(3).value()).isCloseTo(1 + 1.5 + 2, within(1e-12));
        assertThat(series.clean().get(6).value()).isCloseTo(1 + 3, within(1e-12));
        assertThat(series.clean().get(9).value()).isCloseTo(1 + 4.5 - 2, within(1e-12));
    }

    @Test
    void givesNoiseTheDeviationAskedFor() {
        Seeds.forEach(20, seed -> {
            List<Sample> clean = PLAIN.withNoise(2).withSeed(seed).generate().clean();
            double squares =
                    clean.stream().mapToDouble(s -> s.value() * s.value()).sum();
            assertThat(Math.sqrt(squares / clean.size())).isCloseTo(2, within(0.25));
        });
    }

    @Test
    void walksAtRandomByTheStepAskedFor() {
        Seeds.forEach(20, seed -> {
            List<Sample> clean =
                    PLAIN.withRandomWalk(2).withSeed(seed).generate().clean();
            double squares = 0;
            for (int i = 1; i < clean.size(); i++) {
                double change = clean.get(i).value() - clean.get(i - 1).value();
                squares += change * change;
            }
            assertThat(clean.get(0).value()).isZero();
            assertThat(Math.sqrt(squares / (clean.size() - 1))).isCloseTo(2, within(0.25));
        });
    }

    @Test
    void jittersTimesWithinTheirStep() {
        List<Sample> clean = PLAIN.withJitter(STEP).generate().clean();
        for (Sample sample : clean) {
            Duration late = Duration.between(START.plus(STEP.multipliedBy(sample.index())), sample.time());
            assertThat(late).isBetween(Duration.ZERO, STEP.minusNanos(1));
        }
        assertThat(clean).isSortedAccordingTo((a, b) -> Long.compare(a.timeNanos(), b.timeNanos()));
    }

    @Test
    void givesEachKeyItsOwnRandomness() {
        GeneratedSeries series = PLAIN.withKeys(3).withNoise(1).generate();
        assertThat(series.clean("sensor-0")).hasSize(1_000);
        assertThat(series.clean("sensor-0").get(0).value())
                .isNotEqualTo(series.clean("sensor-2").get(0).value());
        assertThat(series.clean()).extracting(Sample::key).startsWith("sensor-0", "sensor-1", "sensor-2", "sensor-0");
    }

    @Test
    void repeatsItselfForASeedAndDiffersForAnother() {
        assertThat(everything().withSeed(5).generate())
                .isEqualTo(everything().withSeed(5).generate());
        assertThat(everything().withSeed(5).generate().clean())
                .isNotEqualTo(everything().withSeed(6).generate().clean());
    }

    @Test
    void givesTheSameBytesOnEveryJvm() {
        assertThat(fingerprint(everything().withSeed(42).generate().arrivals())).isEqualTo(863082519362520378L);
    }

    @Test
    void leavesTheCleanSeriesAloneWhateverTheFaults() {
        SeriesGenerator shape = PLAIN.withKeys("a", "b", "c")
                .withLevel(20)
                .withTrend(0.01)
                .withSeason(Duration.ofHours(1), 5)
                .withRandomWalk(0.02)
                .withNoise(0.1)
                .withJitter(Duration.ofSeconds(3));
        assertThat(everything().generate().clean()).isEqualTo(shape.generate().clean());
    }

    @Test
    void labelsEverySampleThatDiffersFromItsCleanPoint() {
        Seeds.forEach(10, seed -> {
            SeriesGenerator generator =
                    everything().withSeed(seed).withSteps(1, 0).withClockDrift(0);
            GeneratedSeries series = generator.generate();
            List<String> wrong = new ArrayList<>();
            for (Sample sample : series.arrivals()) {
                Sample clean = series.clean(sample.key()).get(sample.index());
                boolean changed = sample.has(Fault.SPIKE) || sample.has(Fault.STUCK) || sample.has(Fault.NAN);
                if (sample.timeNanos() != clean.timeNanos() || (sample.value() != clean.value()) != changed) {
                    wrong.add(sample + " of " + clean);
                }
            }
            assertThat(wrong).isEmpty();
        });
    }

    @Test
    void driftMovesAwayPointByPointAndIsSetRight() {
        Seeds.forEach(10, seed -> {
            GeneratedSeries series = PLAIN.withKeys(2)
                    .withNoise(1)
                    .withDrift(3, 40, 0.5)
                    .withSeed(seed)
                    .generate();
            assertThat(series.with(Fault.DRIFT)).hasSize(2 * 3 * 40);
            for (String key : List.of("sensor-0", "sensor-1")) {
                List<Sample> clean = series.clean(key);
                double before = 0;
                for (Sample sample : series.arrivals(key)) {
                    double off = sample.value() - clean.get(sample.index()).value();
                    double step = Math.abs(off) - Math.abs(before);
                    assertThat(sample.has(Fault.DRIFT) ? step : off)
                            .as("%s", sample)
                            .isCloseTo(sample.has(Fault.DRIFT) ? 0.5 : 0, within(1e-9));
                    before = off;
                }
            }
        });
    }

    @Test
    void deliversOrReportsEveryPoint() {
        Seeds.forEach(10, seed -> {
            GeneratedSeries series = everything().withSeed(seed).generate();
            long firsts = series.arrivals().stream()
                    .filter(sample -> !sample.has(Fault.DUPLICATE))
                    .count();
            assertThat(firsts + series.missing().size()).isEqualTo(3_000);
            assertThat(series.missing()).allMatch(sample -> sample.faults().equals(Set.of(Fault.MISSING)));
            assertThat(series.with(Fault.MISSING)).isEqualTo(series.missing()).hasSizeBetween(120, 240);
        });
    }

    @Test
    void numbersArrivalsInTheirOrder() {
        List<Sample> arrivals = everything().generate().arrivals();
        for (int i = 0; i < arrivals.size(); i++) {
            assertThat(arrivals.get(i).arrivalIndex()).isEqualTo(i);
        }
    }

    @Test
    void keepsLatenessWithinItsBoundAndLabelsWhatIsOutOfOrder() {
        Seeds.forEach(20, seed -> {
            Duration bound = Duration.ofMinutes(2);
            List<Sample> arrivals = PLAIN.withKeys(3)
                    .withLate(0.2, bound)
                    .withDuplicates(0.05)
                    .withSeed(seed)
                    .generate()
                    .arrivals();
            Map<String, Long> latest = new HashMap<>();
            long latestOfAll = Long.MIN_VALUE;
            int late = 0;
            for (Sample sample : arrivals) {
                latestOfAll = Math.max(latestOfAll, sample.timeNanos());
                assertThat(latestOfAll - sample.timeNanos()).isLessThanOrEqualTo(bound.toNanos());
                boolean behind = sample.timeNanos() < latest.getOrDefault(sample.key(), Long.MIN_VALUE);
                assertThat(sample.has(Fault.LATE)).isEqualTo(behind);
                latest.merge(sample.key(), sample.timeNanos(), Math::max);
                late += behind ? 1 : 0;
            }
            assertThat(late).isBetween(400, 900);
        });
    }

    @Test
    void sendsDuplicatesDirectlyAfterTheirFirstWhenNothingIsLate() {
        List<Sample> arrivals =
                PLAIN.withDuplicates(0.1).withNoise(1).generate().arrivals();
        int duplicates = 0;
        for (int i = 1; i < arrivals.size(); i++) {
            if (arrivals.get(i).has(Fault.DUPLICATE)) {
                duplicates++;
                assertThat(arrivals.get(i).timeNanos())
                        .isEqualTo(arrivals.get(i - 1).timeNanos());
                assertThat(arrivals.get(i).value())
                        .isEqualTo(arrivals.get(i - 1).value());
            }
        }
        assertThat(duplicates).isBetween(70, 130);
    }

    @Test
    void repeatsTheValueBeforeAFlatLine() {
        List<Sample> arrivals = PLAIN.withNoise(1).withStuck(3, 10).generate().arrivals();
        int stuck = 0;
        for (int i = 1; i < arrivals.size(); i++) {
            boolean flat = arrivals.get(i).value() == arrivals.get(i - 1).value();
            assertThat(arrivals.get(i).has(Fault.STUCK)).isEqualTo(flat);
            stuck += flat ? 1 : 0;
        }
        assertThat(stuck).isEqualTo(30);
    }

    @Test
    void makesSpikesOfOnceToTwiceTheirSize() {
        GeneratedSeries series = PLAIN.withLevel(1).withSpikes(0.05, 8).generate();
        List<Sample> spikes = series.with(Fault.SPIKE);
        assertThat(spikes).hasSizeBetween(30, 75);
        assertThat(spikes).allSatisfy(s -> assertThat(Math.abs(s.value() - 1)).isBetween(8.0, 16.0));
        assertThat(spikes).anyMatch(s -> s.value() > 1).anyMatch(s -> s.value() < 1);
    }

    @Test
    void labelsTheFirstSampleOfEachNewLevel() {
        List<Sample> arrivals = PLAIN.withSteps(4, 10).generate().arrivals();
        int steps = 0;
        for (int i = 1; i < arrivals.size(); i++) {
            double change = arrivals.get(i).value() - arrivals.get(i - 1).value();
            assertThat(arrivals.get(i).has(Fault.STEP)).isEqualTo(change != 0);
            if (change != 0) {
                assertThat(Math.abs(change)).isEqualTo(10);
                steps++;
            }
        }
        assertThat(steps).isEqualTo(4);
    }

    @Test
    void showsNaNInSpansOnly() {
        GeneratedSeries series = PLAIN.withNaN(5, 4).generate();
        assertThat(series.with(Fault.NAN)).hasSize(20);
        assertThat(series.arrivals()).allMatch(s -> Double.isNaN(s.value()) == s.has(Fault.NAN));
    }

    @Test
    void movesTimesOfAFastClockAheadInProportion() {
        GeneratedSeries series = PLAIN.withClockDrift(1_000).generate();
        assertThat(series.arrivals().get(0).faults()).isEmpty();
        assertThat(series.arrivals().get(500).time())
                .isEqualTo(START.plus(STEP.multipliedBy(500)).plusSeconds(5));
        assertThat(series.with(Fault.CLOCK_DRIFT)).hasSize(999);
        assertThat(series.with(Fault.LATE)).isEmpty();
    }

    @Test
    void refusesSpansThatDoNotFit() {
        assertThatThrownBy(() -> PLAIN.withStuck(5, 200))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stuck: 5 spans of 200 points (expected: both > 0, and one point more than each span"
                        + " within 1000 points)");
        assertThat(PLAIN.withStuck(5, 199).generate().with(Fault.STUCK)).hasSize(995);
    }

    @Test
    void refusesProbabilitiesThatAreNone() {
        assertThatThrownBy(() -> PLAIN.withMissing(1.5)).hasMessage("probability: 1.5 (expected: 0 to 1)");
        assertThatThrownBy(() -> PLAIN.withSpikes(Double.NaN, 1)).hasMessage("probability: NaN (expected: 0 to 1)");
    }

    @Test
    void refusesABoundOfLatenessWithinAStep() {
        assertThatThrownBy(() -> PLAIN.withLate(0.1, STEP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bound: PT10S (expected: more than step PT10S)");
    }

    @Test
    void refusesAStepThatDoesNotAdvance() {
        assertThatThrownBy(() -> SeriesGenerator.of(START, Duration.ZERO, 1)).hasMessage("step: PT0S (expected: > 0)");
    }

    @Test
    void refusesAStartThatNanosecondsCannotHold() {
        assertThatThrownBy(() -> SeriesGenerator.of(Instant.parse("2500-01-01T00:00:00Z"), STEP, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2500-01-01T00:00:00Z (expected: ");
    }

    @Test
    void refusesKeysTwice() {
        assertThatThrownBy(() -> PLAIN.withKeys("a", "a"))
                .hasMessage("keys: [a, a] (expected: at least one, all different)");
    }

    private static long fingerprint(List<Sample> samples) {
        long hash = 1;
        for (Sample sample : samples) {
            hash = 31 * hash + sample.key().hashCode();
            hash = 31 * hash + sample.timeNanos();
            hash = 31 * hash + Double.doubleToRawLongBits(sample.value());
            hash = 31 * hash
                    + sample.faults().stream()
                            .mapToInt(f -> f.name().hashCode())
                            .sum();
        }
        return hash;
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
