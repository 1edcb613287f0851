package io.datastream.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counts, sums, means, extremes and variances against exact arithmetic. */
class NumbersTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;
    private static final double UNIT = 0x1p-53;
    private static final int ROUNDS = 200;

    /** The sum's error bound: a rounding of the result, and second-order terms. */
    private static double sumError(List<Double> values) {
        double n = values.size();
        return 2 * UNIT * Math.abs(Exact.sum(values).doubleValue())
                + 4 * n * n * UNIT * UNIT * Exact.sumOfMagnitudes(values)
                + Double.MIN_VALUE;
    }

    @ParameterizedTest
    @EnumSource
    void statisticsAgreeWithExactArithmetic(Samples samples) {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Timed> records = samples.draw(random, random.nextInt(120));
            List<Double> values = records.stream()
                    .map(r -> r.row().x())
                    .filter(v -> !v.isNaN())
                    .toList();
            Statistics whole = Fold.all(Aggregations.statistics(Row::x), records);
            Statistics pieces = Fold.inPieces(Aggregations.statistics(Row::x), records, random);
            for (Statistics actual : List.of(whole, pieces)) {
                check(actual, records.size(), values, samples + ", seed " + seed);
            }
        }
    }

    private static void check(Statistics actual, int rows, List<Double> values, String place) {
        assertThat(actual.rows()).as(place).isEqualTo(rows);
        assertThat(actual.count()).as(place).isEqualTo(values.size());
        assertThat(actual.sum()).as(place).isCloseTo(Exact.sum(values).doubleValue(), within(sumError(values)));
        if (values.isEmpty()) {
            assertThat(actual).isEqualTo(new Statistics(rows, 0, 0, NAN, NAN, NAN, NAN, NAN, NAN, NAN));
            return;
        }
        assertThat(actual.mean())
                .as(place)
                .isCloseTo(
                        Exact.mean(values).doubleValue(),
                        within(2 * sumError(values) / values.size()
                                + 2 * UNIT * Math.abs(Exact.mean(values).doubleValue())
                                + Double.MIN_VALUE));
        assertThat(actual.min())
                .as(place)
                .isEqualByComparingTo(values.stream().min(BY_VALUE).orElseThrow());
        assertThat(actual.max())
                .as(place)
                .isEqualByComparingTo(values.stream().max(BY_VALUE).orElseThrow());
        double sample = Exact.variance(values, 1);
        double population = Exact.variance(values, 0);
        assertVariance(actual.varianceSample(), sample, place);
        assertVariance(actual.variancePopulation(), population, place);
        assertVariance(actual.sdSample(), Math.sqrt(sample), place);
        assertVariance(actual.sdPopulation(), Math.sqrt(population), place);
    }

    private static final java.util.Comparator<Double> BY_VALUE = (a, b) -> a < b ? -1 : a > b ? 1 : 0;

    private static void assertVariance(double actual, double expected, String place) {
        if (Double.isNaN(expected)) {
            assertThat(actual).as(place).isNaN();
        } else {
            // squares below the range of a double have no digits left
            assertThat(actual).as(place).isCloseTo(expected, within(1e-12 * expected + 1e-150));
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachAggregationAgreesWithTheStatistics(Samples samples) {
        Random random = new Random(7);
        List<Timed> records = samples.draw(random, 80);
        Statistics statistics = Fold.all(Aggregations.statistics(Row::x), records);

        assertThat(Fold.all(Aggregations.<Row>count(), records)).isEqualTo(statistics.rows());
        assertThat(Fold.all(Aggregations.count(Row::x), records)).isEqualTo(statistics.count());
        assertThat(Fold.all(Aggregations.sum(Row::x), records)).isEqualTo(statistics.sum());
        assertThat(Fold.all(Aggregations.mean(Row::x), records)).isEqualTo(statistics.mean());
        assertThat(Fold.all(Aggregations.min(Row::x), records)).isEqualTo(statistics.min());
        assertThat(Fold.all(Aggregations.max(Row::x), records)).isEqualTo(statistics.max());
        assertThat(Fold.all(Aggregations.range(Row::x), records)).isEqualTo(statistics.max() - statistics.min());
        assertThat(Fold.all(Aggregations.varianceSample(Row::x), records)).isEqualTo(statistics.varianceSample());
        assertThat(Fold.all(Aggregations.variancePopulation(Row::x), records))
                .isEqualTo(statistics.variancePopulation());
        assertThat(Fold.all(Aggregations.standardDeviationSample(Row::x), records))
                .isEqualTo(statistics.sdSample());
        assertThat(Fold.all(Aggregations.standardDeviationPopulation(Row::x), records))
                .isEqualTo(statistics.sdPopulation());
    }

    @Test
    void anEmptyWindowHasSumZeroAndNoOtherNumber() {
        assertThat(Fold.numbers(Aggregations.count())).isZero();
        assertThat(Fold.numbers(Aggregations.sum(Row::x))).isEqualTo(0.0);
        assertThat(Fold.numbers(Aggregations.mean(Row::x))).isNaN();
        assertThat(Fold.numbers(Aggregations.min(Row::x))).isNaN();
        assertThat(Fold.numbers(Aggregations.max(Row::x))).isNaN();
        assertThat(Fold.numbers(Aggregations.range(Row::x))).isNaN();
        assertThat(Fold.numbers(Aggregations.variancePopulation(Row::x))).isNaN();
        assertThat(Fold.numbers(Aggregations.weightedMean(Row::x, Row::y))).isNaN();
        assertThat(Fold.numbers(Aggregations.statistics(Row::x)))
                .isEqualTo(new Statistics(0, 0, 0, NAN, NAN, NAN, NAN, NAN, NAN, NAN));
    }

    @Test
    void missingNumbersAreRowsOnly() {
        assertThat(Fold.numbers(Aggregations.count(), 1, NAN, 3)).isEqualTo(3);
        assertThat(Fold.numbers(Aggregations.count(Row::x), 1, NAN, 3)).isEqualTo(2);
        assertThat(Fold.numbers(Aggregations.mean(Row::x), NAN, 1, NAN, 3)).isEqualTo(2);
        assertThat(Fold.numbers(Aggregations.statistics(Row::x), NAN, NAN))
                .isEqualTo(new Statistics(2, 0, 0, NAN, NAN, NAN, NAN, NAN, NAN, NAN));
    }

    @Test
    void oneNumberHasNoVarianceOfASample() {
        assertThat(Fold.numbers(Aggregations.varianceSample(Row::x), 5)).isNaN();
        assertThat(Fold.numbers(Aggregations.standardDeviationSample(Row::x), 5))
                .isNaN();
        assertThat(Fold.numbers(Aggregations.variancePopulation(Row::x), 5)).isEqualTo(0.0);
    }

    @Test
    void infinitiesAreNumbers() {
        assertThat(Fold.numbers(Aggregations.sum(Row::x), 1, INFINITY, 3)).isEqualTo(INFINITY);
        assertThat(Fold.numbers(Aggregations.sum(Row::x), -INFINITY, 2)).isEqualTo(-INFINITY);
        assertThat(Fold.numbers(Aggregations.sum(Row::x), INFINITY, -INFINITY, 1))
                .isNaN();
        assertThat(Fold.numbers(Aggregations.mean(Row::x), 1, 2, INFINITY, 3)).isEqualTo(INFINITY);
        assertThat(Fold.numbers(Aggregations.min(Row::x), 2, -INFINITY, INFINITY))
                .isEqualTo(-INFINITY);
        assertThat(Fold.numbers(Aggregations.max(Row::x), 2, -INFINITY)).isEqualTo(2);
        assertThat(Fold.numbers(Aggregations.range(Row::x), 2, INFINITY)).isEqualTo(INFINITY);
        assertThat(Fold.numbers(Aggregations.variancePopulation(Row::x), 1, INFINITY))
                .isNaN();
    }

    @Test
    void infinitiesSurviveMerging() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Timed> records = Samples.withInfinities(Samples.WITH_GAPS.draw(random, 12), random);
            double plain = records.stream()
                    .mapToDouble(r -> r.row().x())
                    .filter(x -> Double.isInfinite(x))
                    .sum();
            double sum = Fold.inPieces(Aggregations.sum(Row::x), records, random);
            double mean = Fold.inPieces(Aggregations.mean(Row::x), records, random);
            if (plain != 0) {
                assertThat(sum).as("seed %s", seed).isEqualTo((Double) plain);
                assertThat(mean).as("seed %s", seed).isEqualTo((Double) plain);
            } else {
                assertThat(sum).as("seed %s", seed).isFinite();
            }
        }
    }

    @Test
    void denormalsAreAddedExactly() {
        assertThat(Fold.numbers(Aggregations.sum(Row::x), Double.MIN_VALUE, Double.MIN_VALUE, 1e-310))
                .isEqualTo(1.0000000000001e-310);
    }

    @Test
    void oppositeLargestNumbersCancel() {
        assertThat(Fold.numbers(Aggregations.sum(Row::x), Double.MAX_VALUE, -Double.MAX_VALUE))
                .isEqualTo(0.0);
    }

    @Test
    void zerosOfEitherSignAreEqualAndTheFirstStays() {
        assertThat(Fold.numbers(Aggregations.min(Row::x), 0.0, -0.0)).isEqualTo(0.0);
        assertThat(Fold.numbers(Aggregations.max(Row::x), -0.0, 0.0)).isEqualTo(-0.0);
        assertThat(Fold.numbers(Aggregations.sum(Row::x), -0.0, -0.0)).isEqualTo(0.0);
    }

    @Test
    void theWeightedMeanOfPricesIsExactToTwelveDigits() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Timed> records = Samples.FAR_FROM_ZERO.draw(random, 1 + random.nextInt(60));
            Aggregation<Row, ?, Double> vwap = Aggregations.weightedMean(Row::x, row -> row.y() - 1e8 + 10);
            BigDecimal products = BigDecimal.ZERO;
            BigDecimal weights = BigDecimal.ZERO;
            for (Timed record : records) {
                double x = record.row().x();
                double weight = record.row().y() - 1e8 + 10;
                if (!Double.isNaN(x) && !Double.isNaN(weight)) {
                    products = products.add(new BigDecimal(x).multiply(new BigDecimal(weight)));
                    weights = weights.add(new BigDecimal(weight));
                }
            }
            double actual = Fold.inPieces(vwap, records, random);
            if (weights.signum() == 0) {
                assertThat(actual).isNaN();
            } else {
                double expected = products.divide(weights, Exact.DIGITS).doubleValue();
                assertThat(actual).as("seed %s", seed).isCloseTo(expected, within(1e-12 * expected));
            }
        }
    }

    @Test
    void weightsThatAddUpToZeroGiveNoMean() {
        List<Timed> records = List.of(new Timed(0, new Row(0, 5, 1)), new Timed(1, new Row(1, 7, -1)));

        assertThat(Fold.all(Aggregations.weightedMean(Row::x, Row::y), records)).isNaN();
    }

    @Test
    void aRecordWithoutWeightOrValueIsLeftOut() {
        List<Timed> records = List.of(
                new Timed(0, new Row(0, 5, NAN)), new Timed(1, new Row(1, NAN, 9)), new Timed(2, new Row(2, 7, 2)));

        assertThat(Fold.all(Aggregations.weightedMean(Row::x, Row::y), records)).isEqualTo(7);
    }
}
