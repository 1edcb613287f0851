package io.datastream.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.datastream.testkit.Seeds;
import org.junit.jupiter.api.Test;

class SplitMixTest {
    private static final int COUNT = 100_000;

    @Test
    void givesUnrelatedStreamsForRelatedSeedsAndPaths() {
        assertThat(SplitMix.of(1).nextLong())
                .isNotEqualTo(SplitMix.of(2).nextLong())
                .isNotEqualTo(SplitMix.of(1, 0).nextLong())
                .isNotEqualTo(SplitMix.of(1, 1).nextLong());
        assertThat(SplitMix.of(1, 0, 1).nextLong())
                .isNotEqualTo(SplitMix.of(1, 1, 0).nextLong());
    }

    @Test
    void drawsUniformDoubles() {
        Seeds.forEach(5, seed -> {
            SplitMix random = SplitMix.of(seed);
            double sum = 0;
            for (int i = 0; i < COUNT; i++) {
                double value = random.nextDouble();
                assertThat(value >= 0 && value < 1).isTrue();
                sum += value;
            }
            assertThat(sum / COUNT).isCloseTo(0.5, within(0.01));
        });
    }

    @Test
    void drawsGaussiansOfMeanZeroAndDeviationOne() {
        Seeds.forEach(5, seed -> {
            SplitMix random = SplitMix.of(seed);
            double sum = 0;
            double squares = 0;
            int beyondTwo = 0;
            for (int i = 0; i < COUNT; i++) {
                double value = random.nextGaussian();
                sum += value;
                squares += value * value;
                beyondTwo += Math.abs(value) > 2 ? 1 : 0;
            }
            assertThat(sum / COUNT).isCloseTo(0, within(0.02));
            assertThat(squares / COUNT).isCloseTo(1, within(0.03));
            assertThat((double) beyondTwo / COUNT).isCloseTo(0.0455, within(0.005));
        });
    }

    @Test
    void drawsExponentialsOfMeanOne() {
        Seeds.forEach(5, seed -> {
            SplitMix random = SplitMix.of(seed);
            double sum = 0;
            for (int i = 0; i < COUNT; i++) {
                sum += random.nextExponential();
            }
            assertThat(sum / COUNT).isCloseTo(1, within(0.02));
        });
    }

    @Test
    void drawsEachNumberBelowABoundEquallyOften() {
        Seeds.forEach(5, seed -> {
            SplitMix random = SplitMix.of(seed);
            int[] counts = new int[7];
            for (int i = 0; i < COUNT; i++) {
                counts[(int) random.nextLong(7)]++;
            }
            for (int count : counts) {
                assertThat(count).isCloseTo(COUNT / 7, within(COUNT / 100));
            }
        });
    }
}
