package io.datastream.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The data sets NumAcc1 to NumAcc4 are those of the NIST Statistical Reference Datasets (univariate summary statistics),
 * which are given there by formula, with certified means and standard deviations.
 */
class MomentsTest {
    private static Moments of(double... values) {
        Moments moments = new Moments();
        for (double value : values) {
            moments.add(value);
        }
        return moments;
    }

    private static double[] alternating(double base) {
        double[] values = new double[1001];
        values[0] = base + 0.2;
        for (int i = 1; i <= 1000; i++) {
            values[i] = base + (i % 2 == 1 ? 0.1 : 0.3);
        }
        return values;
    }

    @Test
    void numAcc1() {
        Moments moments = of(10_000_001, 10_000_003, 10_000_002);

        assertThat(moments.mean()).isEqualTo(10_000_002);
        assertThat(moments.standardDeviationSample()).isEqualTo(1);
    }

    @Test
    void numAcc2() {
        Moments moments = of(alternating(1));

        assertThat(moments.mean()).isCloseTo(1.2, within(1e-15));
        assertThat(moments.standardDeviationSample()).isCloseTo(0.1, within(1e-15));
    }

    @Test
    void numAcc3() {
        Moments moments = of(alternating(1_000_000));

        assertThat(moments.mean()).isCloseTo(1_000_000.2, within(2e-10));
        // the decimals are not doubles: what they are as doubles deviates by about 1e-10
        assertThat(moments.standardDeviationSample()).isCloseTo(0.1, within(1e-10));
    }

    @Test
    void numAcc4() {
        Moments moments = of(alternating(10_000_000));

        assertThat(moments.mean()).isCloseTo(10_000_000.2, within(2e-9));
        assertThat(moments.standardDeviationSample()).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void varianceDoesNotSufferFromTheDistanceToZero() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Double> values = new ArrayList<>();
            Moments near = new Moments();
            Moments far = new Moments();
            for (int i = 0; i < 1000; i++) {
                double eighths = random.nextInt(80) / 8.0;
                values.add(1e15 + eighths);
                near.add(eighths);
                far.add(1e15 + eighths);
            }
            assertThat(far.varianceSample()).as("seed %s", seed).isEqualTo(near.varianceSample());
            double exact = Exact.variance(values, 1);
            assertThat(far.varianceSample()).as("seed %s", seed).isCloseTo(exact, within(1e-14 * exact));
        }
    }

    @Test
    void anOutlierAtTheBeginningCostsLittle() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Double> values = new ArrayList<>(List.of(1e12));
            for (int i = 0; i < 500; i++) {
                values.add(random.nextGaussian());
            }
            Moments moments = new Moments();
            values.forEach(moments::add);
            double exact = Exact.variance(values, 1);
            assertThat(moments.varianceSample()).as("seed %s", seed).isCloseTo(exact, within(1e-13 * exact));
        }
    }

    @Test
    void infinitiesGiveTheirMeanAndNoVariance() {
        double infinity = Double.POSITIVE_INFINITY;
        assertThat(of(1, infinity, 2).mean()).isEqualTo(infinity);
        assertThat(of(-infinity, 1, 2).mean()).isEqualTo(-infinity);
        assertThat(of(-infinity, 1, infinity).mean()).isNaN();
        assertThat(of(1, infinity, 2).variancePopulation()).isNaN();
        assertThat(of(infinity).variancePopulation()).isNaN();

        Moments merged = of(1, 2);
        merged.merge(of(3, infinity));
        assertThat(merged.mean()).isEqualTo(infinity);
        assertThat(merged.count()).isEqualTo(4);
    }

    @Test
    void squaresBeyondTheRangeGiveAnInfiniteVariance() {
        assertThat(of(1e200, -1e200).varianceSample()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(of(1e200, -1e200).mean()).isEqualTo(0);
    }

    @Test
    void distancesBeyondTheRangeGiveNothing() {
        Moments moments = of(Double.MAX_VALUE, -Double.MAX_VALUE, 1);

        assertThat(moments.mean()).isNaN();
        assertThat(moments.varianceSample()).isNaN();
    }

    @Test
    void nanIsNotSkipped() {
        assertThat(of(1, Double.NaN, 2).mean()).isNaN();
        assertThat(of(Double.NaN, 1).varianceSample()).isNaN();
    }

    @Test
    void noValuesAndOneValueTakeFewBytes() throws IOException {
        assertThat(stored(of())).hasSize(1);
        assertThat(stored(of(4))).hasSize(9);
        assertThat(stored(of(4, 5))).hasSize(25);
        assertThat(Moments.read(new DataInputStream(new ByteArrayInputStream(stored(of(4))))))
                .hasToString(of(4).toString());
    }

    private static byte[] stored(Moments moments) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        moments.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Test
    void clearedMomentsAreNew() {
        Moments moments = of(1, Double.NaN);
        moments.clear();
        moments.add(2);
        moments.add(4);

        assertThat(moments.mean()).isEqualTo(3);
        assertThat(moments.varianceSample()).isEqualTo(2);
    }
}
