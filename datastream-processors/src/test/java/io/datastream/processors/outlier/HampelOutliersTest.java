package io.datastream.processors.outlier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.datastream.codec.Codec;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processors.KeyedDriver;
import io.datastream.processors.KeyedDriver.Timed;
import io.datastream.processors.Row;
import io.datastream.processors.outlier.Outlier.Direction;
import io.datastream.testkit.Seeds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HampelOutliersTest {
    @Test
    void flagsTheSpikeOfTheExample() {
        List<Outlier<Row>> results = KeyedDriver.values(HampelOutliers.centered(1, Row::value), Row.of(1, 2, 30, 3));
        assertThat(results).extracting(Outlier::isOutlier).containsExactly(false, false, true, false);
        assertThat(results).extracting(Outlier::isJudged).containsExactly(false, true, true, false);
        Outlier<Row> spike = results.get(2);
        assertThat(spike.value().number()).isEqualTo(2);
        assertThat(spike.expected()).isEqualTo(3);
        assertThat(spike.scale()).isEqualTo(1.4826);
        assertThat(spike.score()).isCloseTo(27 / 1.4826, within(1e-12));
        assertThat(spike.lower()).isCloseTo(-1.4478, within(1e-12));
        assertThat(spike.upper()).isCloseTo(7.4478, within(1e-12));
        assertThat(spike.direction()).isEqualTo(Direction.UP);
        assertThat(spike.reason()).isEqualTo("30 is 18.2113 scales above the median 3 of 3 rows (limit 3)");
    }

    @Test
    void flagsAnyOtherValueWhereMostAreEqual() {
        List<Outlier<Row>> results =
                KeyedDriver.values(HampelOutliers.trailing(1, Row::value), Row.of(5, 5, 4.5, 5, 5));
        assertThat(results).extracting(Outlier::isOutlier).containsExactly(false, false, true, false, false);
        Outlier<Row> step = results.get(2);
        assertThat(step.score()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(step.direction()).isEqualTo(Direction.DOWN);
        assertThat(step.reason()).isEqualTo("4.5 is below the median 5 of 3 rows (limit 0: they do not vary)");
        assertThat(results.get(3).score()).isZero();
    }

    @Test
    void equalsAModelOfWholeWindows() {
        Seeds.forEach(300, seed -> {
            Random random = new Random(seed);
            List<Row> rows = Row.random(random, random.nextInt(60));
            int k = 1 + random.nextInt(6);
            boolean centered = random.nextBoolean();
            double threshold = random.nextInt(5);
            HampelOutliers<Row> hampel =
                    centered ? HampelOutliers.centered(k, Row::value) : HampelOutliers.trailing(k, Row::value);
            hampel = hampel.withThreshold(threshold).withScale(1.5);
            List<Timed<Outlier<Row>>> results = KeyedDriver.run(hampel, rows);
            assertThat(results).hasSize(rows.size());
            for (int i = 0; i < rows.size(); i++) {
                Outlier<Row> result = results.get(i).value();
                assertThat(results.get(i).time()).isEqualTo(rows.get(i).time());
                assertThat(result.value()).isEqualTo(rows.get(i));
                int from = centered ? i - k : i - 2 * k;
                int to = from + 2 * k;
                double x = rows.get(i).value();
                if (from < 0 || to >= rows.size() || Double.isNaN(x)) {
                    assertThat(result.isJudged()).isFalse();
                    assertThat(result.isOutlier()).isFalse();
                    continue;
                }
                double[] window = present(IntStream.rangeClosed(from, to)
                        .mapToDouble(j -> rows.get(j).value())
                        .toArray());
                double median = median(window);
                double scale = 1.5
                        * median(java.util.Arrays.stream(window)
                                .map(y -> Math.abs(y - median))
                                .toArray());
                assertThat(result.expected()).isEqualTo(median);
                assertThat(result.scale()).isEqualTo(scale);
                assertThat(result.isOutlier()).isEqualTo(Math.abs(x - median) > threshold * scale);
                assertThat(result.reason().isEmpty()).isEqualTo(!result.isOutlier());
            }
            assertThat(KeyedDriver.runWithRestarts(hampel, rows, random)).isEqualTo(results);
        });
    }

    private static double[] present(double[] values) {
        return java.util.Arrays.stream(values).filter(x -> !Double.isNaN(x)).toArray();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    @Test
    void givesARowOutUnjudgedWhenItHasWaitedTooLong() {
        HampelOutliers<Row> hampel = HampelOutliers.centered(1, Row::value).withMaxDelay(Duration.ofNanos(10));
        assertThat(hampel.outputDelayNanos()).isEqualTo(10);
        List<Row> rows =
                List.of(new Row(0, 0, 1), new Row(1, 1, 1), new Row(2, 2, 9), new Row(3, 30, 1), new Row(4, 31, 1));
        List<Outlier<Row>> results = KeyedDriver.values(hampel, rows);
        assertThat(results).extracting(Outlier::isJudged).containsExactly(false, true, false, true, false);
        assertThat(KeyedDriver.values(HampelOutliers.centered(1, Row::value), rows))
                .extracting(Outlier::isOutlier)
                .containsExactly(false, false, true, false, false);
        assertThat(HampelOutliers.centered(1, Row::value).outputDelayNanos()).isEqualTo(KeyedProcessor.UNBOUNDED);
        assertThat(HampelOutliers.trailing(1, Row::value).outputDelayNanos()).isZero();
    }

    @Test
    void keepsEveryRowInOrderWhateverTheDelay() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            List<Row> rows = Row.random(random, random.nextInt(60));
            HampelOutliers<Row> hampel = HampelOutliers.centered(1 + random.nextInt(5), Row::value)
                    .withMaxDelay(Duration.ofNanos(1 + random.nextInt(30)));
            List<Timed<Outlier<Row>>> results = KeyedDriver.run(hampel, rows);
            assertThat(results).extracting(result -> result.value().value()).isEqualTo(rows);
            assertThat(KeyedDriver.runWithRestarts(hampel, rows, random)).isEqualTo(results);
        });
    }

    @Test
    void writesWaitingRecordsByTheCodec() {
        Codec<Row> codec = Codec.of(
                row -> ByteBuffer.allocate(20)
                        .putInt(row.number())
                        .putLong(row.time())
                        .putDouble(row.value())
                        .array(),
                bytes -> {
                    ByteBuffer buffer = ByteBuffer.wrap(bytes);
                    return new Row(buffer.getInt(), buffer.getLong(), buffer.getDouble());
                });
        List<Row> rows = Row.random(new Random(1), 50);
        HampelOutliers<Row> hampel = HampelOutliers.centered(3, Row::value).withCodec(codec);
        assertThat(KeyedDriver.runWithRestarts(hampel, rows, new Random(1))).isEqualTo(KeyedDriver.run(hampel, rows));
        // window: 8 + 7 * 8, rows and count: 8, waiting: 3 * (16 + 4 + 20)
        assertThat(KeyedDriver.largestState(hampel, rows)).isEqualTo(192);
    }

    @Test
    void refusesArgumentsOutOfRange() {
        assertThatThrownBy(() -> HampelOutliers.centered(0, Row::value))
                .hasMessage("half window: 0 (expected: at least 1)");
        HampelOutliers<Row> hampel = HampelOutliers.trailing(1, Row::value);
        assertThatThrownBy(() -> hampel.withThreshold(-1))
                .hasMessage("threshold: -1.0 (expected: more than zero and finite)");
        assertThatThrownBy(() -> hampel.withMaxDelay(Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("never waits");
    }
}
