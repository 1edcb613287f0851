package io.datastream.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompensatedSumTest {
    private static CompensatedSum of(double... values) {
        CompensatedSum sum = new CompensatedSum();
        for (double value : values) {
            sum.add(value);
        }
        return sum;
    }

    @Test
    void tenTenthsAreOne() {
        assertThat(of(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1).value()).isEqualTo(1.0);
    }

    @Test
    void keepsWhatALargeNumberHides() {
        assertThat(of(1, 1e100, 1, -1e100).value()).isEqualTo(2.0);
    }

    @Test
    void mergingKeepsWhatBothLost() {
        CompensatedSum sum = of(1, 1e100);
        sum.merge(of(1, -1e100));

        assertThat(sum.value()).isEqualTo(2.0);
    }

    @Test
    void manyNumbersInAnyOrderHaveTheSameSum() {
        for (int seed = 0; seed < 3; seed++) {
            Random random = new Random(seed);
            List<Double> values = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                values.add(random.nextGaussian() * Math.pow(10, random.nextInt(12) - 6));
            }
            double expected = Exact.sum(values).doubleValue();
            for (int order = 0; order < 10; order++) {
                java.util.Collections.shuffle(values, random);
                CompensatedSum sum = new CompensatedSum();
                values.forEach(sum::add);
                assertThat(sum.value()).as("seed %s", seed).isEqualTo(expected);
            }
        }
    }

    @Test
    void aClearedSumIsNew() {
        CompensatedSum sum = of(1, Double.POSITIVE_INFINITY);
        sum.clear();
        sum.add(3);

        assertThat(sum.value()).isEqualTo(3);
    }

    @Test
    void nanIsNotSkipped() {
        assertThat(of(1, Double.NaN, 2).value()).isNaN();
    }

    @Test
    void printsItsValue() {
        assertThat(of(1, 2)).hasToString("3.0");
    }
}
