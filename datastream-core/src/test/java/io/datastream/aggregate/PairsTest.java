package io.datastream.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Covariance, correlation and lines of least squares against exact arithmetic and published tables. */
class PairsTest {
    private static final double NAN = Double.NaN;
    private static final int ROUNDS = 100;

    private static List<Timed> pairs(double... xy) {
        List<Timed> records = new ArrayList<>();
        for (int i = 0; i < xy.length; i += 2) {
            records.add(new Timed(i, new Row(i, xy[i], xy[i + 1])));
        }
        return records;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DENORMAL")
    void agreeWithExactArithmetic(Samples samples) {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Timed> records = samples.draw(random, random.nextInt(60));
            List<Row> rows = records.stream()
                    .map(Timed::row)
                    .filter(row -> !Double.isNaN(row.x()) && !Double.isNaN(row.y()))
                    .toList();
            List<Double> xs = rows.stream().map(Row::x).toList();
            List<Double> ys = rows.stream().map(Row::y).toList();
            // as exact as the deviations on both sides allow, which a small covariance may hide
            double scale = Math.sqrt(Exact.variance(xs, 0) * Exact.variance(ys, 0));
            String place = samples + ", seed " + seed;

            assertNear(
                    Fold.inPieces(Aggregations.covarianceSample(Row::x, Row::y), records, random),
                    Exact.covariance(xs, ys, 1),
                    1e-12 * scale,
                    place);
            assertNear(
                    Fold.inPieces(Aggregations.covariancePopulation(Row::x, Row::y), records, random),
                    Exact.covariance(xs, ys, 0),
                    1e-12 * scale,
                    place);
            assertNear(
                    Fold.inPieces(Aggregations.correlation(Row::x, Row::y), records, random),
                    Exact.correlation(xs, ys),
                    1e-12,
                    place);
        }
    }

    private static void assertNear(double actual, double expected, double tolerance, String place) {
        if (Double.isNaN(expected)) {
            assertThat(actual).as(place).isNaN();
        } else {
            assertThat(actual).as(place).isCloseTo(expected, within(tolerance));
        }
    }

    @Test
    void aTrendAgreesWithExactArithmetic() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Timed> records = new ArrayList<>();
            long start = 1_700_000_000_000_000_000L;
            for (int i = 0; i < 60; i++) {
                double value = random.nextInt(10) == 0 ? NAN : 1e8 + i * 0.25 + random.nextGaussian();
                records.add(new Timed(start + (i + random.nextInt(4)) * 300_000_000_000L, new Row(i, value, 0)));
            }
            List<Timed> present =
                    records.stream().filter(r -> !Double.isNaN(r.row().x())).toList();
            List<Double> seconds =
                    present.stream().map(r -> (r.time() - start) / 1e9).toList();
            List<Double> values = present.stream().map(r -> r.row().x()).toList();
            double newest = records.stream().mapToLong(Timed::time).max().orElseThrow();
            double expected = Exact.lineAt(new BigDecimal((newest - start) / 1e9), seconds, values)
                    .doubleValue();
            double slope = Exact.slope(seconds, values).doubleValue();
            double r = Exact.correlation(seconds, values);

            Trend actual = Fold.inPieces(Aggregations.trend(Row::x), records, random);
            String place = "seed " + seed;
            assertThat(actual.count()).as(place).isEqualTo(present.size());
            assertThat(actual.slopePerSecond()).as(place).isCloseTo(slope, within(1e-11 * Math.abs(slope)));
            assertThat(actual.level()).as(place).isCloseTo(expected, within(1e-14 * expected));
            assertThat(actual.r2()).as(place).isCloseTo(r * r, within(1e-11));
        }
    }

    @Test
    void aTrendIsTakenAtTheNewestRecordEvenWithoutANumber() {
        long second = 1_000_000_000L;
        Trend trend = Fold.all(
                Aggregations.trend(Row::x), List.of(Timed.at(0, 10), Timed.at(second, 12), Timed.at(3 * second, NAN)));

        assertThat(trend).isEqualTo(new Trend(2, 2, 16, 1));
        assertThat(trend.ahead(5)).isEqualTo(26);
    }

    @Test
    void timesThreeHundredYearsApartDoNotOverflow() {
        Trend trend =
                Fold.all(Aggregations.trend(Row::x), List.of(Timed.at(Long.MIN_VALUE, 0), Timed.at(Long.MAX_VALUE, 1)));

        assertThat(trend.slopePerSecond()).isCloseTo(1e9 / 0x1p64, within(1e-24));
        assertThat(trend.level()).isCloseTo(1, within(1e-15));
    }

    @Test
    void oneNumberHasNoTrend() {
        assertThat(Fold.numbers(Aggregations.trend(Row::x), 4)).isEqualTo(new Trend(1, NAN, NAN, NAN));
        assertThat(Fold.numbers(Aggregations.trend(Row::x))).isEqualTo(new Trend(0, NAN, NAN, NAN));
    }

    @Test
    void aConstantHasAFlatLineAndNoCorrelation() {
        List<Timed> records = pairs(1, 0.1, 2, 0.1, 3, 0.1);

        assertThat(Fold.all(Aggregations.regression(Row::x, Row::y), records))
                .isEqualTo(new Regression(3, 0, 0.1, NAN));
        assertThat(Fold.all(Aggregations.correlation(Row::x, Row::y), records)).isNaN();
        assertThat(Fold.all(Aggregations.regression(Row::y, Row::x), records))
                .isEqualTo(new Regression(3, NAN, NAN, NAN));
    }

    @Test
    void aPairThatLacksOneNumberIsLeftOut() {
        List<Timed> records = pairs(1, 2, NAN, 100, 2, 4, 7, NAN, 3, 6);

        Regression line = Fold.all(Aggregations.regression(Row::x, Row::y), records);
        assertThat(line.count()).isEqualTo(3);
        assertThat(line.slope()).isEqualTo(2);
        assertThat(line.at(10)).isEqualTo(20);
    }

    @Test
    void infinitiesGiveNoLine() {
        List<Timed> records = pairs(1, 2, 2, Double.POSITIVE_INFINITY, 3, 6);

        assertThat(Fold.all(Aggregations.regression(Row::x, Row::y), records).slope())
                .isNaN();
        assertThat(Fold.all(Aggregations.covarianceSample(Row::x, Row::y), records))
                .isNaN();
    }

    @Test
    void correlationNeverLeavesItsRange() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Timed> records = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                double x = random.nextGaussian();
                records.add(new Timed(i, new Row(i, x, x / 3)));
            }
            double r = Fold.inPieces(Aggregations.correlation(Row::x, Row::y), records, random);
            assertThat(r).as("seed %s", seed).isBetween(1 - 1e-15, 1.0);
        }
    }

    /** F. J. Anscombe, "Graphs in statistical analysis", The American Statistician 27, 1973, first set. */
    @Test
    void anscombesFirstSet() {
        Regression line = Fold.all(
                Aggregations.regression(Row::x, Row::y),
                pairs(
                        10, 8.04, 8, 6.95, 13, 7.58, 9, 8.81, 11, 8.33, 14, 9.96, 6, 7.24, 4, 4.26, 12, 10.84, 7, 4.82,
                        5, 5.68));

        assertThat(line.slope()).isCloseTo(0.500, within(5e-4));
        assertThat(line.intercept()).isCloseTo(3.00, within(5e-3));
        assertThat(line.r2()).isCloseTo(0.667, within(5e-4));
    }

    /** NIST Statistical Reference Datasets, linear regression, "Norris", with its certified values. */
    @Test
    void norris() {
        Regression line = Fold.all(
                Aggregations.regression(Row::x, Row::y),
                pairs(
                        0.2, 0.1, 337.4, 338.8, 118.2, 118.1, 884.6, 888.0, 10.1, 9.2, 226.5, 228.1, 666.3, 668.5,
                        996.3, 998.5, 448.6, 449.1, 777.0, 778.9, 558.2, 559.2, 0.4, 0.3, 0.6, 0.1, 775.5, 778.1, 666.9,
                        668.8, 338.0, 339.3, 447.5, 448.9, 11.6, 10.8, 556.0, 557.7, 228.1, 228.3, 995.8, 998.0, 887.6,
                        888.8, 120.2, 119.6, 0.3, 0.3, 0.3, 0.6, 556.8, 557.6, 339.1, 339.3, 887.2, 888.0, 999.0, 998.5,
                        779.0, 778.9, 11.1, 10.2, 118.3, 117.6, 229.2, 228.9, 669.1, 668.4, 448.9, 449.2, 0.5, 0.2));

        assertThat(line.count()).isEqualTo(36);
        assertThat(line.slope()).isCloseTo(1.00211681802045, within(2e-14));
        assertThat(line.intercept()).isCloseTo(-0.262323073774029, within(2e-12));
        assertThat(line.r2()).isCloseTo(0.999993745883712, within(2e-15));
    }
}
