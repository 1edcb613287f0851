package io.datastream.processors.smooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.datastream.processors.KeyedDriver;
import io.datastream.processors.KeyedDriver.Timed;
import io.datastream.processors.Row;
import io.datastream.testkit.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EwmaTest {
    private static final double NONE = Double.NaN;

    private static double[] means(Ewma<Row> ewma, double... values) {
        return KeyedDriver.values(ewma, Row.of(values)).stream()
                .mapToDouble(EwmaResult::mean)
                .toArray();
    }

    @Test
    void hasTheMeansThatPandasDocuments() {
        Ewma<Row> ewma = Ewma.alpha(0.5, Row::value);
        assertThat(means(ewma, 1, 2, 4, NONE, 8)).containsExactly(new double[] {1, 1.6667, 3, 3, 6.4783}, within(5e-5));
        assertThat(means(ewma.recursive(), 1, 2, 4, NONE, 8))
                .containsExactly(new double[] {1, 1.5, 2.75, 2.75, 6.25}, within(1e-12));
        assertThat(means(ewma.recursive().ignoringMissing(), 1, 2, 4, NONE, 8)[4])
                .isEqualTo(5.375);
    }

    @Test
    void findsAlphaFromSpanCenterAndHalfLife() {
        double[] expected = means(Ewma.alpha(0.25, Row::value), 1, 5, 2, 8);
        assertThat(means(Ewma.span(7, Row::value), 1, 5, 2, 8)).containsExactly(expected, within(1e-14));
        assertThat(means(Ewma.centerOfMass(3, Row::value), 1, 5, 2, 8)).containsExactly(expected, within(1e-14));
        double halfLife = Math.log(0.5) / Math.log(0.75);
        assertThat(means(Ewma.halfLife(halfLife, Row::value), 1, 5, 2, 8)).containsExactly(expected, within(1e-14));
    }

    @Test
    void equalsWeightedSumsOverTheWholePast() {
        Seeds.forEach(300, seed -> {
            Random random = new Random(seed);
            List<Row> rows = Row.random(random, random.nextInt(50));
            double alpha = random.nextInt(10) == 0 ? 1 : 1 - random.nextDouble();
            boolean recursive = random.nextBoolean();
            boolean ignoring = random.nextBoolean();
            Ewma<Row> ewma = Ewma.alpha(alpha, Row::value);
            ewma = recursive ? ewma.recursive() : ewma;
            ewma = ignoring ? ewma.ignoringMissing() : ewma;
            List<Timed<EwmaResult<Row>>> results = KeyedDriver.run(ewma, rows);
            assertThat(results).extracting(result -> result.value().value()).isEqualTo(rows);
            for (int i = 0; i < rows.size(); i++) {
                compare(results.get(i).value(), rows.subList(0, i + 1), alpha, recursive, ignoring);
            }
            assertThat(KeyedDriver.runWithRestarts(ewma, rows, random)).isEqualTo(results);
        });
    }

    /** Weights by their definition: in the recursion a new value weighs alpha beside all of the past, aged, as one. */
    private static void compare(
            EwmaResult<Row> result, List<Row> past, double alpha, boolean recursive, boolean ignoring) {
        double[] weights = new double[past.size()];
        int values = 0;
        for (int i = 0; i < past.size(); i++) {
            boolean missing = Double.isNaN(past.get(i).value());
            if (missing && ignoring) {
                continue;
            }
            for (int j = 0; j < i; j++) {
                weights[j] *= 1 - alpha;
            }
            if (!missing) {
                weights[i] = recursive && values > 0 ? alpha : 1;
                values++;
                double total = java.util.Arrays.stream(weights).sum();
                for (int j = 0; recursive && j <= i; j++) {
                    weights[j] /= total;
                }
            }
        }
        double total = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < weights.length; i++) {
            total += weights[i];
            squares += weights[i] * weights[i];
            sum += weights[i] == 0 ? 0 : weights[i] * past.get(i).value();
        }
        if (values == 0) {
            assertThat(result.mean()).isNaN();
            assertThat(result.variance()).isNaN();
            return;
        }
        if (total == 0) {
            // alpha 1 and a missing value: nothing has weight, the mean stays
            return;
        }
        double mean = sum / total;
        double variance = 0;
        for (int i = 0; i < weights.length; i++) {
            double distance = weights[i] == 0 ? 0 : past.get(i).value() - mean;
            variance += weights[i] / total * distance * distance;
        }
        assertThat(result.mean()).isCloseTo(mean, within(1e-9 * Math.abs(mean) + 1e-14 * greatest(past)));
        assertThat(result.populationVariance()).isCloseTo(variance, within(1e-6 * variance + 1e-6));
        double rest = total * total - squares;
        if (values > 1 && rest > 1e-9 * total * total) {
            double sample = variance * total * total / rest;
            assertThat(result.variance()).isCloseTo(sample, within(1e-5 * sample + 1e-5));
            assertThat(result.standardDeviation()).isEqualTo(Math.sqrt(result.variance()));
        } else if (values == 1 || alpha == 1) {
            assertThat(result.variance()).isNaN();
        }
    }

    @Test
    void leavesEqualValuesAsTheyAre() {
        double[] equal = new double[200];
        java.util.Arrays.fill(equal, 0.1);
        for (Ewma<Row> ewma :
                List.of(Ewma.alpha(0.3, Row::value), Ewma.alpha(0.3, Row::value).recursive())) {
            for (EwmaResult<Row> result : KeyedDriver.values(ewma, Row.of(equal))) {
                assertThat(result.mean()).isEqualTo(0.1);
                assertThat(result.populationVariance()).isZero();
            }
        }
    }

    @Test
    void weighsByTimeAsPandasDoes() {
        List<Row> rows = List.of(new Row(0, 0, 1), new Row(1, 10, 2), new Row(2, 25, 4), new Row(3, 60, 8));
        TimeEwma<Row> ewma = TimeEwma.halfLife(Duration.ofNanos(10), Row::value);
        assertThat(KeyedDriver.values(ewma, rows).stream()
                        .mapToDouble(Smoothed::mean)
                        .toArray())
                .containsExactly(new double[] {1, 1.66667, 3.19139, 7.42707}, within(5e-6));
        assertThat(KeyedDriver.values(ewma.recursive(), rows).stream()
                        .mapToDouble(Smoothed::mean)
                        .toArray())
                .containsExactly(new double[] {1, 1.5, 3.11612, 7.56832}, within(5e-6));
    }

    @Test
    void weighsByTimeAsTheSumsSay() {
        Seeds.forEach(300, seed -> {
            Random random = new Random(seed);
            List<Row> rows = Row.random(random, random.nextInt(50));
            long halfLife = 1L + random.nextInt(50);
            boolean recursive = random.nextBoolean();
            TimeEwma<Row> ewma = TimeEwma.halfLife(Duration.ofNanos(halfLife), Row::value);
            ewma = recursive ? ewma.recursive() : ewma;
            List<Timed<Smoothed<Row>>> results = KeyedDriver.run(ewma, rows);
            double recursion = Double.NaN;
            long last = 0;
            for (int i = 0; i < rows.size(); i++) {
                double x = rows.get(i).value();
                long time = rows.get(i).time();
                if (!Double.isNaN(x)) {
                    double kept = Math.pow(0.5, (double) (time - last) / halfLife);
                    recursion = Double.isNaN(recursion) ? x : recursion * kept + x * (1 - kept);
                    last = time;
                }
                double expected = recursive ? recursion : sums(rows.subList(0, i + 1), last, halfLife);
                double actual = results.get(i).value().mean();
                if (Double.isNaN(expected)) {
                    assertThat(actual).isNaN();
                } else {
                    assertThat(actual).isCloseTo(expected, within(1e-9 * Math.abs(expected) + 1e-14 * greatest(rows)));
                }
            }
            assertThat(KeyedDriver.runWithRestarts(ewma, rows, random)).isEqualTo(results);
        });
    }

    private static double greatest(List<Row> rows) {
        return rows.stream()
                .mapToDouble(row -> Math.abs(row.value()))
                .filter(x -> !Double.isNaN(x))
                .max()
                .orElse(0);
    }

    private static double sums(List<Row> rows, long now, long halfLife) {
        double sum = 0;
        double weights = 0;
        for (Row row : rows) {
            if (!Double.isNaN(row.value())) {
                double weight = Math.pow(0.5, (double) (now - row.time()) / halfLife);
                sum += weight * row.value();
                weights += weight;
            }
        }
        return weights == 0 ? Double.NaN : sum / weights;
    }

    @Test
    void refusesArgumentsOutOfRange() {
        assertThatThrownBy(() -> Ewma.alpha(0, Row::value))
                .hasMessage("alpha: 0.0 (expected: more than 0 and at most 1)");
        assertThatThrownBy(() -> Ewma.span(0.5, Row::value)).hasMessageStartingWith("span: 0.5");
        assertThatThrownBy(() -> Ewma.centerOfMass(-1, Row::value)).hasMessageStartingWith("center of mass: -1.0");
        assertThatThrownBy(() -> Ewma.halfLife(0, Row::value)).hasMessageStartingWith("half-life: 0.0");
        assertThatThrownBy(() -> TimeEwma.halfLife(Duration.ZERO, Row::value))
                .hasMessage("half-life: PT0S (expected: more than zero)");
    }
}
