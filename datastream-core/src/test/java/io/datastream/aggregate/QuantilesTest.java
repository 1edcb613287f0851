package io.datastream.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The expected values of the tables are those of {@code numpy.quantile} with the methods of the same names. */
class QuantilesTest {
    private static final double[] QS = {0, 0.05, 0.25, 0.5, 0.75, 0.9, 1};
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    private static void assertQuantiles(QuantileMethod method, double[] values, Double... expected) {
        List<Double> actual = Fold.numbers(Aggregations.quantiles(Row::x, method, QS), values);
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual.get(i)).as("%s %s", method, QS[i]).isCloseTo(expected[i], within(1e-14 * 11));
        }
    }

    @Test
    void fourValues() {
        double[] values = {8, 1, 4, 2};
        assertQuantiles(QuantileMethod.LINEAR, values, 1.0, 1.15, 1.75, 3.0, 5.0, 6.8, 8.0);
        assertQuantiles(QuantileMethod.LOWER, values, 1.0, 1.0, 1.0, 2.0, 4.0, 4.0, 8.0);
        assertQuantiles(QuantileMethod.HIGHER, values, 1.0, 2.0, 2.0, 4.0, 8.0, 8.0, 8.0);
        assertQuantiles(QuantileMethod.NEAREST, values, 1.0, 1.0, 2.0, 4.0, 4.0, 8.0, 8.0);
        assertQuantiles(QuantileMethod.MIDPOINT, values, 1.0, 1.5, 1.5, 3.0, 6.0, 6.0, 8.0);
    }

    @Test
    void nineValuesWithRepetitions() {
        double[] values = {3, 1, 4, 1, 5, 9, 2, 6, 5};
        assertQuantiles(QuantileMethod.LINEAR, values, 1.0, 1.0, 2.0, 4.0, 5.0, 6.6, 9.0);
        assertQuantiles(QuantileMethod.LOWER, values, 1.0, 1.0, 2.0, 4.0, 5.0, 6.0, 9.0);
        assertQuantiles(QuantileMethod.HIGHER, values, 1.0, 1.0, 2.0, 4.0, 5.0, 9.0, 9.0);
        assertQuantiles(QuantileMethod.NEAREST, values, 1.0, 1.0, 2.0, 4.0, 5.0, 6.0, 9.0);
        assertQuantiles(QuantileMethod.MIDPOINT, values, 1.0, 1.0, 2.0, 4.0, 5.0, 7.5, 9.0);
    }

    @Test
    void sixValues() {
        double[] values = {1.5, -2, 7, 0, 3.25, 11};
        assertQuantiles(QuantileMethod.LINEAR, values, -2.0, -1.5, 0.375, 2.375, 6.0625, 9.0, 11.0);
        assertQuantiles(QuantileMethod.NEAREST, values, -2.0, -2.0, 0.0, 1.5, 7.0, 7.0, 11.0);
        assertQuantiles(QuantileMethod.MIDPOINT, values, -2.0, -1.0, 0.75, 2.375, 5.125, 9.0, 11.0);
    }

    @ParameterizedTest
    @EnumSource
    void anyPiecesGiveTheBitsOfTheSortedList(Samples samples) {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            List<Timed> records = samples.draw(random, random.nextInt(80));
            double[] sorted = records.stream()
                    .mapToDouble(r -> r.row().x())
                    .filter(x -> !Double.isNaN(x))
                    .sorted()
                    .toArray();
            double q = random.nextInt(11) / 10.0;
            for (QuantileMethod method : QuantileMethod.values()) {
                double actual = Fold.inPieces(Aggregations.quantile(Row::x, q, method), records, random);
                assertThat(actual)
                        .as("%s, seed %s, q %s", method, seed, q)
                        .isEqualTo(model(sorted, q, method), within(0.0));
            }
        }
    }

    private static double model(double[] sorted, double q, QuantileMethod method) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double h = (sorted.length - 1) * q;
        double lower = sorted[(int) Math.floor(h)];
        double higher = sorted[(int) Math.ceil(h)];
        return switch (method) {
            case LOWER -> lower;
            case HIGHER -> higher;
            case NEAREST -> sorted[(int) Math.rint(h)];
            case MIDPOINT -> higher - (higher - lower) * 0.5;
            case LINEAR -> {
                double fraction = h - Math.floor(h);
                yield fraction < 0.5 ? lower + (higher - lower) * fraction : higher - (higher - lower) * (1 - fraction);
            }
        };
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheMiddle() {
        assertThat(Fold.numbers(Aggregations.median(Row::x), 9, 1, 3, 2)).isEqualTo(2.5);
        assertThat(Fold.numbers(Aggregations.median(Row::x), 9, Double.NaN, 3, 2))
                .isEqualTo(3);
    }

    @Test
    void noValuesHaveNoQuantile() {
        assertThat(Fold.numbers(Aggregations.median(Row::x))).isNaN();
        assertThat(Fold.numbers(Aggregations.quantiles(Row::x, 0, 1), Double.NaN))
                .containsExactly(Double.NaN, Double.NaN);
    }

    @Test
    void infinitiesAreValues() {
        assertThat(Fold.numbers(Aggregations.median(Row::x), INFINITY, INFINITY, 1, 2))
                .isEqualTo(INFINITY);
        assertThat(Fold.numbers(Aggregations.median(Row::x), INFINITY, INFINITY, INFINITY, 2))
                .isEqualTo(INFINITY);
        assertThat(Fold.numbers(Aggregations.median(Row::x), -INFINITY, INFINITY))
                .isNaN();
    }

    @Test
    void theMiddleOfTheLargestNumbersIsFinite() {
        assertThat(Fold.numbers(Aggregations.median(Row::x), -Double.MAX_VALUE, Double.MAX_VALUE))
                .isEqualTo(0.0);
    }

    @Test
    void rejectsAQuantileBeyondOne() {
        assertThatThrownBy(() -> Aggregations.quantile(Row::x, 1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("quantile: 1.5 (expected: from 0 to 1)");
        assertThatThrownBy(() -> Aggregations.quantiles(Row::x, 0.5, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theResultCannotBeChanged() {
        List<Double> result = Fold.numbers(Aggregations.quantiles(Row::x, 0.5), 1);
        assertThatThrownBy(() -> result.set(0, 2.0)).isInstanceOf(UnsupportedOperationException.class);
    }
}
