package io.datastream.processors.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.datastream.processors.Row;
import io.datastream.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Fast sums, moments and windows beside exact decimal arithmetic on the same numbers. */
class RunningNumbersTest {
    private static final MathContext DIGITS = new MathContext(60);

    @Test
    void sumsWithinHalfAUnitOfTheExactSum() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            CompensatedSum sum = new CompensatedSum();
            CompensatedSum half = new CompensatedSum();
            List<Double> numbers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                double x = random.nextGaussian() * Math.pow(10, random.nextInt(25) - 12);
                numbers.add(x);
                (i % 2 == 0 ? sum : half).add(x);
            }
            sum.add(half);
            assertThat(sum.value()).isEqualTo(exactSum(numbers).doubleValue());
        });
    }

    @Test
    void sumsTenthsToTheCorrectlyRoundedSum() {
        double tenth = 0.1;
        CompensatedSum sum = new CompensatedSum();
        for (int i = 0; i < 1000; i++) {
            sum.add(tenth);
        }
        assertThat(sum.value())
                .isEqualTo(
                        new BigDecimal(tenth).multiply(BigDecimal.valueOf(1000)).doubleValue());
    }

    @Test
    void keepsInfinitiesOfASum() {
        CompensatedSum sum = new CompensatedSum();
        sum.add(1);
        sum.add(Double.POSITIVE_INFINITY);
        sum.add(3);
        assertThat(sum.value()).isEqualTo(Double.POSITIVE_INFINITY);
        sum.add(Double.NEGATIVE_INFINITY);
        assertThat(sum.value()).isNaN();
    }

    @Test
    void findsTheVarianceOfSmallDifferencesOfHugeNumbers() {
        Seeds.forEach(100, seed -> {
            Random random = new Random(seed);
            List<Double> numbers = new ArrayList<>();
            Moments moments = new Moments();
            for (int i = 0; i < 100; i++) {
                double x = 1e15 + random.nextInt(100) / 8.0;
                numbers.add(x);
                moments.add(x);
            }
            assertThat(moments.variance(1)).isCloseTo(exactVariance(numbers), Percentage.withPercentage(1e-11));
        });
    }

    @Test
    void mergesMomentsAsIfAddedInOneGo() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            List<Double> numbers = new ArrayList<>();
            Moments first = new Moments();
            Moments second = new Moments();
            int cut = random.nextInt(50);
            for (int i = 0; i < 50; i++) {
                double x = 1e9 + random.nextGaussian();
                numbers.add(x);
                (i < cut ? first : second).add(x);
            }
            first.add(second);
            assertThat(first.count()).isEqualTo(50);
            assertThat(first.sum()).isEqualTo(exactSum(numbers).doubleValue());
            assertThat(first.variance(1)).isCloseTo(exactVariance(numbers), Percentage.withPercentage(1e-11));
        });
    }

    @Test
    void givesEqualNumbersAVarianceOfZero() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            double x = random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15);
            Moments moments = new Moments();
            RollingWindow window = new RollingWindow(1 + random.nextInt(20));
            for (int i = 0; i < 300; i++) {
                moments.add(x);
                window.add(x);
                assertThat(moments.variance(0)).isZero();
                assertThat(moments.mean()).isEqualTo(x);
                assertThat(window.moments().variance(0)).isZero();
            }
        });
    }

    @Test
    void keepsTheSignOfAZeroMeanWhenReadBack() throws Exception {
        Moments moments = new Moments();
        moments.add(-0.0);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        moments.write(new DataOutputStream(bytes));
        Moments read = new Moments();
        read.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(Double.valueOf(moments.mean())).isEqualTo(Double.valueOf(-0.0));
        assertThat(Double.valueOf(read.mean())).isEqualTo(Double.valueOf(-0.0));
    }

    @Test
    void rollsAsIfEachWindowWereComputedAlone() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(30);
            RollingWindow rolling = new RollingWindow(rows);
            SortedWindow sorted = new SortedWindow(rows);
            ArrayDeque<Double> last = new ArrayDeque<>();
            for (Row row : Row.random(random, 200)) {
                rolling.add(row.value());
                sorted.add(row.value());
                last.addLast(row.value());
                if (last.size() > rows) {
                    last.removeFirst();
                }
                compare(last, rolling, sorted);
                assertThat(rolling.isFull()).isEqualTo(last.size() == rows);
            }
        });
    }

    private static void compare(ArrayDeque<Double> last, RollingWindow rolling, SortedWindow sorted) {
        List<Double> numbers = last.stream().filter(x -> !x.isNaN()).sorted().toList();
        Moments moments = rolling.moments();
        int n = numbers.size();
        assertThat(moments.count()).isEqualTo(n);
        assertThat(sorted.count()).isEqualTo(n);
        if (n == 0) {
            assertThat(rolling.minimum()).isNaN();
            assertThat(sorted.median()).isNaN();
            assertThat(moments.mean()).isNaN();
            return;
        }
        BigDecimal sum = exactSum(numbers);
        assertThat(moments.sum()).isCloseTo(sum.doubleValue(), within(0.0));
        assertThat(moments.mean())
                .isCloseTo(sum.divide(BigDecimal.valueOf(n), DIGITS).doubleValue(), within(0.0));
        assertThat(rolling.minimum()).isCloseTo(numbers.get(0), within(0.0));
        assertThat(rolling.maximum()).isCloseTo(numbers.get(n - 1), within(0.0));
        double variance = exactVariance(numbers);
        if (n > 1) {
            assertThat(moments.variance(1)).isCloseTo(variance, within(1e-12 * variance));
        }
        double median = quantile(numbers, 0.5);
        assertThat(sorted.median()).isCloseTo(median, within(1e-15 * Math.abs(median)));
        for (double p : new double[] {0, 0.1, 0.25, 0.75, 1}) {
            double expected = quantile(numbers, p);
            assertThat(sorted.quantile(p)).isCloseTo(expected, within(1e-12 * Math.abs(expected) + 1e-12));
        }
        double center = sorted.median();
        List<Double> distances =
                numbers.stream().map(x -> Math.abs(x - center)).sorted().toList();
        double spread = quantile(distances, 0.5);
        assertThat(sorted.medianDistance(center)).isCloseTo(spread, within(1e-15 * spread));
    }

    static double quantile(List<Double> sorted, double p) {
        double place = (sorted.size() - 1) * p;
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted.get(below) * (1 - (place - below)) + sorted.get(above) * (place - below);
    }

    @Test
    void findsNeighbouringProductsOfShiftedSeries() {
        Seeds.forEach(100, seed -> {
            Random random = new Random(seed);
            double level = random.nextBoolean() ? 0 : 1e9;
            LagOne lagOne = new LagOne();
            List<BigDecimal> numbers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                double x = level + random.nextGaussian();
                lagOne.add(x);
                numbers.add(new BigDecimal(x));
                assertThat(lagOne.value()).isCloseTo(exactLagOne(numbers), within(1e-13));
            }
        });
    }

    private static double exactLagOne(List<BigDecimal> numbers) {
        BigDecimal mean = numbers.stream()
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .divide(BigDecimal.valueOf(numbers.size()), DIGITS);
        BigDecimal result = BigDecimal.ZERO;
        for (int i = 1; i < numbers.size(); i++) {
            result = result.add(
                    numbers.get(i - 1).subtract(mean).multiply(numbers.get(i).subtract(mean)));
        }
        return result.doubleValue();
    }

    private static BigDecimal exactSum(List<Double> numbers) {
        return numbers.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static double exactVariance(List<Double> numbers) {
        if (numbers.size() < 2) {
            return Double.NaN;
        }
        BigDecimal mean = exactSum(numbers).divide(BigDecimal.valueOf(numbers.size()), DIGITS);
        BigDecimal squares = BigDecimal.ZERO;
        for (double x : numbers) {
            squares = squares.add(new BigDecimal(x).subtract(mean).pow(2));
        }
        return squares.divide(BigDecimal.valueOf(numbers.size() - 1), DIGITS).doubleValue();
    }

    @Test
    void findsGridPointsOnBothSidesOf1970() {
        assertThat(Grid.atOrAfter(0, 10, 0)).isZero();
        assertThat(Grid.atOrAfter(1, 10, 0)).isEqualTo(10);
        assertThat(Grid.atOrAfter(-1, 10, 0)).isZero();
        assertThat(Grid.atOrAfter(-11, 10, 3)).isEqualTo(-7);
        assertThat(Grid.atOrAfter(3, 10, -7)).isEqualTo(3);
        assertThat(Grid.atOrAfter(Long.MAX_VALUE - 3, 10, 0)).isEqualTo(Long.MAX_VALUE);
        assertThat(Grid.distance(Long.MIN_VALUE + 5, Long.MAX_VALUE - 5)).isEqualTo(0x1p64);
    }
}
