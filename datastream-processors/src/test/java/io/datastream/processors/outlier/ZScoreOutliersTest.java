package io.datastream.processors.outlier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.datastream.processor.KeyedProcessor;
import io.datastream.processors.KeyedDriver;
import io.datastream.processors.KeyedDriver.Timed;
import io.datastream.processors.Row;
import io.datastream.testkit.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ZScoreOutliersTest {
    @Test
    void flagsTheValueOfTheExample() {
        List<Outlier<Row>> results = KeyedDriver.values(ZScoreOutliers.rolling(4, Row::value), Row.of(2, 4, 4, 6, 10));
        assertThat(results).extracting(Outlier::isJudged).containsExactly(false, false, false, false, true);
        Outlier<Row> last = results.get(4);
        assertThat(last.isOutlier()).isTrue();
        assertThat(last.score()).isCloseTo(3.674, within(1e-3));
        assertThat(last.upper()).isCloseTo(8.899, within(1e-3));
        assertThat(last.reason())
                .isEqualTo("10 is 3.67423 standard deviations above the mean 4 of 4 values before it (limit 3)");
    }

    @Test
    void equalsAModelForAllThreeKinds() {
        Seeds.forEach(300, seed -> {
            Random random = new Random(seed);
            List<Row> rows = Row.random(random, random.nextInt(60));
            int kind = random.nextInt(3);
            int n = 2 + random.nextInt(10);
            int ddof = random.nextInt(2);
            double threshold = 1 + random.nextInt(3);
            ZScoreOutliers<Row> detector = switch (kind) {
                case 0 -> ZScoreOutliers.running(Row::value).withWarmUp(5);
                case 1 -> ZScoreOutliers.rolling(n, Row::value);
                default -> ZScoreOutliers.ofWholeInput(Row::value);
            };
            detector = detector.withThreshold(threshold);
            detector = ddof == 0 ? detector.population() : detector;
            List<Timed<Outlier<Row>>> results = KeyedDriver.run(detector, rows);
            assertThat(results).extracting(result -> result.value().value()).isEqualTo(rows);
            for (int i = 0; i < rows.size(); i++) {
                int from = kind == 1 ? i - n : 0;
                int to = kind == 2 ? rows.size() : i;
                Outlier<Row> result = results.get(i).value();
                double[] others = from < 0
                        ? new double[0]
                        : IntStream.range(from, to)
                                .mapToDouble(j -> rows.get(j).value())
                                .filter(x -> !Double.isNaN(x))
                                .toArray();
                double mean = Arrays.stream(others).average().orElse(Double.NaN);
                double deviation = Math.sqrt(
                        Arrays.stream(others).map(x -> (x - mean) * (x - mean)).sum() / (others.length - ddof));
                double x = rows.get(i).value();
                boolean judged = !Double.isNaN(x) && deviation > 1e-6 && others.length >= (kind == 0 ? 5 : 1);
                assertThat(result.isJudged()).isEqualTo(judged);
                if (judged) {
                    double score = (x - mean) / deviation;
                    assertThat(result.score()).isCloseTo(score, within(1e-6 * Math.abs(score) + 1e-6));
                    assertThat(result.isOutlier()).isEqualTo(Math.abs(score) > threshold);
                }
            }
            assertThat(KeyedDriver.runWithRestarts(detector, rows, random)).isEqualTo(results);
        });
    }

    @Test
    void judgesNothingWhereValuesDoNotVary() {
        double[] equal = new double[30];
        Arrays.fill(equal, 0.1);
        List<Outlier<Row>> results = KeyedDriver.values(ZScoreOutliers.ofWholeInput(Row::value), Row.of(equal));
        assertThat(results).hasSize(30).noneMatch(Outlier::isJudged).noneMatch(Outlier::isOutlier);
    }

    @Test
    void waitsForTheEndOnlyForTheWholeInput() {
        List<Row> rows = Row.of(1, 2, 3);
        assertThat(KeyedDriver.runUpTo(1000, ZScoreOutliers.ofWholeInput(Row::value), rows))
                .isEmpty();
        assertThat(ZScoreOutliers.ofWholeInput(Row::value).outputDelayNanos()).isEqualTo(KeyedProcessor.UNBOUNDED);
        assertThat(ZScoreOutliers.running(Row::value).outputDelayNanos()).isZero();
    }

    @Test
    void refusesAWindowOfOneRow() {
        assertThatThrownBy(() -> ZScoreOutliers.rolling(1, Row::value)).hasMessage("rows: 1 (expected: at least 2)");
    }
}
