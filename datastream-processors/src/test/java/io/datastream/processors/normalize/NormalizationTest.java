package io.datastream.processors.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.processors.KeyedDriver;
import io.datastream.processors.KeyedDriver.Timed;
import io.datastream.processors.Row;
import io.datastream.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NormalizationTest {
    private static List<Double> normalized(List<Normalized<Row>> results) {
        return results.stream().map(Normalized::normalized).toList();
    }

    @Test
    void scalesByMeanAndDeviationSoFar() {
        List<Row> rows = Row.of(1, 2, 6);
        List<Normalized<Row>> results = KeyedDriver.values(ZScoreNormalization.running(Row::value), rows);
        assertThat(results.get(0).normalized()).isNaN();
        assertThat(results.get(1).normalized()).isCloseTo(Math.sqrt(0.5), within(1e-15));
        assertThat(results.get(2).normalized()).isCloseTo(3 / Math.sqrt(7), within(1e-15));
        assertThat(results.get(2).inverse(results.get(2).normalized())).isCloseTo(6, within(1e-14));
        assertThat(KeyedDriver.values(ZScoreNormalization.running(Row::value).priorOnly(), rows)
                        .get(2)
                        .normalized())
                .isCloseTo(4.5 / Math.sqrt(0.5), within(1e-14));
    }

    @Test
    void putsTheLeastAtZeroAndTheGreatestAtOne() {
        List<Row> rows = Row.of(10, 20, 15);
        MinMaxNormalization<Row> minMax = MinMaxNormalization.running(Row::value);
        assertThat(normalized(KeyedDriver.values(minMax, rows))).containsExactly(Double.NaN, 1.0, 0.5);
        List<Normalized<Row>> onto = KeyedDriver.values(minMax.onto(-1, 1), rows);
        assertThat(normalized(onto)).containsExactly(Double.NaN, 1.0, 0.0);
        assertThat(onto.get(2).inverse(-1)).isEqualTo(10);
        assertThat(onto.get(2).inverse(0)).isEqualTo(15);
    }

    @Test
    void isNotMovedByAnOutlierWhenRobust() {
        List<Normalized<Row>> results =
                KeyedDriver.values(RobustNormalization.rolling(5, Row::value), Row.of(1, 2, 3, 4, 100));
        assertThat(normalized(results)).containsExactly(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 48.5);
        assertThat(results.get(4).center()).isEqualTo(3);
        assertThat(results.get(4).scale()).isEqualTo(2);
    }

    @Test
    void recoversWhenASpikeHasLeftTheWindow() {
        double[] values = new double[30];
        Arrays.setAll(values, i -> i % 3 + 0.1 * i);
        List<Double> calm = normalized(KeyedDriver.values(ZScoreNormalization.rolling(5, Row::value), Row.of(values)));
        values[3] = 1e300;
        values[4] = Double.POSITIVE_INFINITY;
        List<Double> shaken =
                normalized(KeyedDriver.values(ZScoreNormalization.rolling(5, Row::value), Row.of(values)));
        assertThat(shaken.subList(4, 9)).containsOnly(Double.NaN);
        for (int i = 9; i < 30; i++) {
            assertThat(shaken.get(i)).isCloseTo(calm.get(i), within(1e-14));
        }
    }

    @Test
    void equalsAModelOfWholeWindows() {
        ToDoubleBiFunction<double[], Double> zScore = (others, x) -> {
            double mean = Arrays.stream(others).average().orElse(Double.NaN);
            double squares =
                    Arrays.stream(others).map(y -> (y - mean) * (y - mean)).sum();
            double deviation = Math.sqrt(squares / (others.length - 1));
            return deviation > 1e-6 ? (x - mean) / deviation : Double.NaN;
        };
        ToDoubleBiFunction<double[], Double> minMax = (others, x) -> {
            double min = Arrays.stream(others).min().orElse(Double.NaN);
            double max = Arrays.stream(others).max().orElse(Double.NaN);
            return max > min ? (x - min) / (max - min) : Double.NaN;
        };
        ToDoubleBiFunction<double[], Double> robust = (others, x) -> {
            double[] sorted = others.clone();
            Arrays.sort(sorted);
            double width = quantile(sorted, 0.75) - quantile(sorted, 0.25);
            return width > 0 ? (x - quantile(sorted, 0.5)) / width : Double.NaN;
        };
        Seeds.forEach(300, seed -> {
            Random random = new Random(seed);
            List<Row> rows = Row.random(random, random.nextInt(60));
            int n = 1 + random.nextInt(12);
            boolean prior = random.nextBoolean();
            MinMaxNormalization<Row> m = MinMaxNormalization.rolling(n, Row::value);
            RobustNormalization<Row> r = RobustNormalization.rolling(n, Row::value);
            check(rows, n, prior, prior ? m.priorOnly() : m, minMax, random);
            check(rows, n, prior, prior ? r.priorOnly() : r, robust, random);
            ZScoreNormalization<Row> sample = ZScoreNormalization.rolling(n, Row::value);
            check(rows, n, prior, prior ? sample.priorOnly() : sample, zScore, random);
            ZScoreNormalization<Row> running = ZScoreNormalization.running(Row::value);
            check(rows, 0, prior, prior ? running.priorOnly() : running, zScore, random);
            MinMaxNormalization<Row> all = MinMaxNormalization.running(Row::value);
            check(rows, 0, prior, prior ? all.priorOnly() : all, minMax, random);
        });
    }

    private static <S> void check(
            List<Row> rows,
            int n,
            boolean prior,
            KeyedProcessor<Object, Row, S, Normalized<Row>> operator,
            ToDoubleBiFunction<double[], Double> model,
            Random random) {
        List<Timed<Normalized<Row>>> results = KeyedDriver.run(operator, rows);
        assertThat(results).extracting(result -> result.value().value()).isEqualTo(rows);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(results.get(i).time()).isEqualTo(rows.get(i).time());
            int to = prior ? i : i + 1;
            int from = n == 0 ? 0 : to - n;
            double[] others = from < 0
                    ? new double[0]
                    : IntStream.range(from, to)
                            .mapToDouble(j -> rows.get(j).value())
                            .filter(x -> !Double.isNaN(x))
                            .toArray();
            double x = rows.get(i).value();
            double expected = Double.isNaN(x) || others.length == 0 ? Double.NaN : model.applyAsDouble(others, x);
            double actual = results.get(i).value().normalized();
            if (Double.isNaN(expected)) {
                assertThat(actual).isNaN();
            } else {
                assertThat(actual).isCloseTo(expected, within(1e-6 * Math.abs(expected) + 1e-6));
            }
        }
        assertThat(KeyedDriver.runWithRestarts(operator, rows, random)).isEqualTo(results);
    }

    private static double quantile(double[] sorted, double p) {
        double place = (sorted.length - 1) * p;
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
    }

    @Test
    void dividesByTheCountForAPopulation() {
        List<Row> rows = Row.of(1, 3);
        assertThat(normalized(KeyedDriver.values(
                        ZScoreNormalization.running(Row::value).population(), rows)))
                .containsExactly(Double.NaN, 1.0);
    }

    @Test
    void saysWhenAStoredWindowHasAnotherSize() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RobustNormalization<Row> three = RobustNormalization.rolling(3, Row::value);
        three.stateCodec().write(three.newState(""), new DataOutputStream(bytes));
        StateCodec<RobustNormalization.State> four =
                RobustNormalization.rolling(4, Row::value).stateCodec();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        assertThatThrownBy(() -> four.read(1, in))
                .isInstanceOf(IOException.class)
                .hasMessage("stored window: 3 rows (expected: 4; a step whose window has changed needs another name)");
    }

    @Test
    void refusesArgumentsOutOfRange() {
        assertThatThrownBy(() -> ZScoreNormalization.rolling(0, Row::value))
                .hasMessage("rows: 0 (expected: at least 1)");
        assertThatThrownBy(() -> MinMaxNormalization.running(Row::value).onto(1, 1))
                .hasMessage("range: 1.0 to 1.0 (expected: two finite numbers, the first less)");
        assertThatThrownBy(() -> RobustNormalization.rolling(4, Row::value).withQuantiles(0.5, 1.5))
                .hasMessageStartingWith("quantiles: 0.5 and 1.5");
    }
}
