package io.datastream.processors.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.datastream.processor.KeyedProcessor;
import io.datastream.processors.KeyedDriver;
import io.datastream.processors.KeyedDriver.Timed;
import io.datastream.processors.Row;
import io.datastream.testkit.Seeds;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunningStatisticsTest {
    @Test
    void describesTheExample() {
        List<SeriesStatistics> results = KeyedDriver.values(RunningStatistics.of(Row::value), Row.of(1, 2, 6));
        SeriesStatistics last = results.get(2);
        assertThat(last.timeNanos()).isEqualTo(2);
        assertThat(last.count()).isEqualTo(3);
        assertThat(last.sum()).isEqualTo(9);
        assertThat(last.mean()).isEqualTo(3);
        assertThat(last.variance()).isEqualTo(7);
        assertThat(last.populationVariance()).isCloseTo(14.0 / 3, within(1e-15));
        assertThat(last.standardDeviation()).isEqualTo(Math.sqrt(7));
        assertThat(last.minimum()).isEqualTo(1);
        assertThat(last.maximum()).isEqualTo(6);
        assertThat(last.autocorrelation()).isCloseTo(-1.0 / 14, within(1e-15));
        assertThat(results.get(0).variance()).isNaN();
        assertThat(results.get(0).autocorrelation()).isNaN();
    }

    @Test
    void repeatsTheStatisticsForAMissingValue() {
        List<SeriesStatistics> results =
                KeyedDriver.values(RunningStatistics.of(Row::value), Row.of(Double.NaN, 1, Double.NaN));
        assertThat(results).extracting(SeriesStatistics::count).containsExactly(0L, 1L, 1L);
        assertThat(results).extracting(SeriesStatistics::sum).containsExactly(0.0, 1.0, 1.0);
        assertThat(results.get(0).mean()).isNaN();
    }

    @Test
    void hasTheCertifiedValuesOfNumAcc1AndNumAcc2() {
        // NIST Statistical Reference Datasets, univariate summary statistics
        SeriesStatistics first = atEnd(Row.of(10000001, 10000003, 10000002));
        assertThat(first.mean()).isEqualTo(10000002);
        assertThat(first.standardDeviation()).isEqualTo(1);
        assertThat(first.autocorrelation()).isCloseTo(-0.5, within(1e-15));
        double[] values = new double[1001];
        java.util.Arrays.setAll(values, i -> i == 0 ? 1.2 : i % 2 == 1 ? 1.1 : 1.3);
        SeriesStatistics second = atEnd(Row.of(values));
        assertThat(second.mean()).isCloseTo(1.2, within(1e-15));
        assertThat(second.standardDeviation()).isCloseTo(0.1, within(1e-15));
        assertThat(second.autocorrelation()).isCloseTo(-0.999, within(1e-12));
    }

    private static SeriesStatistics atEnd(List<Row> rows) {
        List<SeriesStatistics> results =
                KeyedDriver.values(RunningStatistics.of(Row::value).onlyAtEnd(), rows);
        assertThat(results).hasSize(1);
        return results.get(0);
    }

    @Test
    void waitsForTheEndWhenToldTo() {
        RunningStatistics<Row> atEnd = RunningStatistics.of(Row::value).onlyAtEnd();
        List<Row> rows = Row.of(1, 2, 3);
        assertThat(KeyedDriver.runUpTo(1_000_000, atEnd, rows)).isEmpty();
        assertThat(KeyedDriver.run(atEnd, rows)).extracting(Timed::time).containsExactly(2L);
        assertThat(KeyedDriver.run(atEnd, List.of())).isEmpty();
        assertThat(atEnd.outputDelayNanos()).isEqualTo(KeyedProcessor.UNBOUNDED);
    }

    @Test
    void survivesRestarts() {
        Seeds.forEach(100, seed -> {
            Random random = new Random(seed);
            List<Row> rows = Row.random(random, 60);
            RunningStatistics<Row> statistics = RunningStatistics.of(Row::value);
            assertThat(KeyedDriver.runWithRestarts(statistics, rows, random))
                    .isEqualTo(KeyedDriver.run(statistics, rows));
            assertThat(KeyedDriver.runWithRestarts(statistics.onlyAtEnd(), rows, random))
                    .isEqualTo(KeyedDriver.run(statistics.onlyAtEnd(), rows));
        });
    }
}
