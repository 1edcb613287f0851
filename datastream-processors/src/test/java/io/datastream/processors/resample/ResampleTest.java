package io.datastream.processors.resample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.datastream.processor.KeyedProcessor;
import io.datastream.processors.KeyedDriver;
import io.datastream.processors.KeyedDriver.Timed;
import io.datastream.processors.Row;
import io.datastream.processors.resample.GridPoint.Kind;
import io.datastream.testkit.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResampleTest {
    private static Row at(long time, double value) {
        return new Row(0, time, value);
    }

    private static Resample<Row> every(long nanos) {
        return Resample.every(Duration.ofNanos(nanos), Row::value);
    }

    private static String text(List<GridPoint> points) {
        StringBuilder text = new StringBuilder();
        for (GridPoint point : points) {
            text.append(point.timeNanos()).append('=').append(point.value());
            text.append(point.kind().name().charAt(0)).append(' ');
        }
        return text.toString().strip();
    }

    @Test
    void interpolatesOnTheStraightLineBetweenNeighbours() {
        List<Row> rows = List.of(at(5, 10), at(25, 30), at(30, 30));
        assertThat(text(KeyedDriver.values(every(10), rows))).isEqualTo("10=15.0I 20=25.0I 30=30.0R");
        assertThat(text(KeyedDriver.values(every(10).previous(), rows))).isEqualTo("10=10.0I 20=10.0I 30=30.0R");
    }

    @Test
    void givesResultsTheTimeOfTheirGridPoint() {
        for (Timed<GridPoint> result : KeyedDriver.run(every(10), List.of(at(-25, 1), at(25, 2)))) {
            assertThat(result.time()).isEqualTo(result.value().timeNanos());
            assertThat(result.value().time()).isEqualTo(java.time.Instant.ofEpochSecond(0, result.time()));
        }
    }

    @Test
    void shiftsTheGridByTheOffset() {
        List<Row> rows = List.of(at(0, 0), at(20, 20));
        assertThat(text(KeyedDriver.values(every(10).withOffset(Duration.ofNanos(3)), rows)))
                .isEqualTo("3=3.0I 13=13.0I");
        assertThat(text(KeyedDriver.values(every(10).withOffset(Duration.ofNanos(-17)), rows)))
                .isEqualTo("3=3.0I 13=13.0I");
    }

    @Test
    void countsTheLastOfSeveralValuesAtATime() {
        List<Row> rows = List.of(at(0, 1), at(0, 3), at(20, 9), at(20, 5));
        assertThat(text(KeyedDriver.values(every(10), rows))).isEqualTo("0=3.0R 10=4.0I 20=5.0R");
    }

    @Test
    void leavesMissingValuesOut() {
        List<Row> rows = List.of(at(0, 0), at(0, Double.NaN), at(10, Double.NaN), at(20, 20), at(30, Double.NaN));
        assertThat(text(KeyedDriver.values(every(10), rows))).isEqualTo("0=0.0R 10=10.0I 20=20.0R");
    }

    @Test
    void givesNothingOutsideOfTheValues() {
        assertThat(KeyedDriver.values(every(10), List.of(at(3, 1)))).isEmpty();
        assertThat(KeyedDriver.values(every(10), List.of())).isEmpty();
        assertThat(text(KeyedDriver.values(every(10), List.of(at(10, 1))))).isEqualTo("10=1.0R");
    }

    @Test
    void leavesGapsAloneThatAreTooLong() {
        List<Row> rows = List.of(at(0, 0), at(20, 20), at(50, 50), at(60, 60));
        Resample<Row> limited = every(10).withMaxGap(Duration.ofNanos(20));
        assertThat(text(KeyedDriver.values(limited, rows))).isEqualTo("0=0.0R 10=10.0I 20=20.0R 50=50.0R 60=60.0R");
        assertThat(text(KeyedDriver.values(limited.withEmpty(), rows)))
                .isEqualTo("0=0.0R 10=10.0I 20=20.0R 30=NaNE 40=NaNE 50=50.0R 60=60.0R");
        assertThat(limited.outputDelayNanos()).isEqualTo(20);
        assertThat(limited.withEmpty().outputDelayNanos()).isEqualTo(KeyedProcessor.UNBOUNDED);
        assertThat(every(10).outputDelayNanos()).isEqualTo(KeyedProcessor.UNBOUNDED);
    }

    @Test
    void freesTheStateOfAQuietKeyWhenTheGapIsTooLong() {
        List<Row> rows = List.of(at(0, 0), at(5, 5));
        Resample<Row> limited = every(10).withMaxGap(Duration.ofNanos(20));
        assertThat(KeyedDriver.isEmptyAt(25, limited, rows)).isFalse();
        assertThat(KeyedDriver.isEmptyAt(26, limited, rows)).isTrue();
        assertThat(KeyedDriver.isEmptyAt(1000, every(10), rows)).isFalse();
        assertThat(KeyedDriver.isEmptyAt(1000, every(10).hold(Duration.ofNanos(50)), rows))
                .isTrue();
    }

    @Test
    void holdsTheLastValueUpToItsLimitWithoutWaiting() {
        Resample<Row> hold = every(10).hold(Duration.ofNanos(25));
        List<Row> rows = List.of(at(5, 1), at(20, 2));
        assertThat(text(KeyedDriver.values(hold, rows))).isEqualTo("10=1.0I 20=2.0R 30=2.0I 40=2.0I");
        assertThat(KeyedDriver.runUpTo(30, hold, rows)).hasSize(2);
        assertThat(KeyedDriver.runUpTo(31, hold, rows)).hasSize(3);
        assertThat(text(KeyedDriver.values(hold, List.of(at(5, 1), at(95, 2)))))
                .isEqualTo("10=1.0I 20=1.0I 30=1.0I 100=2.0I 110=2.0I 120=2.0I");
        assertThat(KeyedDriver.values(every(1000).hold(Duration.ofNanos(25)), rows))
                .isEmpty();
    }

    @Test
    void fillsACenturyInOneStep() {
        long century = Duration.ofDays(36_525).toNanos();
        List<Row> rows = List.of(at(-century, 0), at(century, 1));
        List<GridPoint> points = KeyedDriver.values(Resample.every(Duration.ofDays(36_525), Row::value), rows);
        assertThat(text(points)).isEqualTo(-century + "=0.0R 0=0.5I " + century + "=1.0R");
    }

    @Test
    void equalsAModelThatSortsFirst() {
        Seeds.forEach(400, seed -> {
            Random random = new Random(seed);
            List<Row> rows = Row.random(random, random.nextInt(80));
            long step = 1L + random.nextInt(20);
            long offset = random.nextInt(60) - 30L;
            long maxGap = random.nextBoolean() ? 0 : 1 + random.nextInt(60);
            boolean empty = maxGap > 0 && random.nextBoolean();
            boolean previous = random.nextBoolean();
            Resample<Row> resample = every(step).withOffset(Duration.ofNanos(offset));
            resample = maxGap > 0 ? resample.withMaxGap(Duration.ofNanos(maxGap)) : resample;
            resample = empty ? resample.withEmpty() : resample;
            resample = previous ? resample.previous() : resample.linear();

            List<GridPoint> expected = model(rows, step, offset, previous, maxGap, empty);
            List<Timed<GridPoint>> results = KeyedDriver.run(resample, rows);
            assertThat(results).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                GridPoint point = results.get(i).value();
                assertThat(point.timeNanos()).isEqualTo(expected.get(i).timeNanos());
                assertThat(point.kind()).isEqualTo(expected.get(i).kind());
                double x = expected.get(i).value();
                assertThat(point.value())
                        .satisfiesAnyOf(
                                actual -> assertThat(actual).isCloseTo(x, within(1e-15 * 1e15)),
                                actual -> assertThat(x).isNaN());
            }
            assertThat(KeyedDriver.runWithRestarts(resample, rows, random)).isEqualTo(results);
        });
    }

    private static List<GridPoint> model(
            List<Row> rows, long step, long offset, boolean previous, long maxGap, boolean empty) {
        TreeMap<Long, Double> values = new TreeMap<>();
        rows.stream()
                .sorted(Comparator.comparingLong(Row::time))
                .filter(row -> !Double.isNaN(row.value()))
                .forEach(row -> values.put(row.time(), row.value()));
        List<GridPoint> points = new ArrayList<>();
        if (values.isEmpty()) {
            return points;
        }
        for (long time = values.firstKey(); time <= values.lastKey(); time++) {
            if (Math.floorMod(time - offset, step) != 0) {
                continue;
            }
            long left = values.floorKey(time);
            long right = values.ceilingKey(time);
            if (left == right) {
                points.add(new GridPoint(time, values.get(time), Kind.RECORD));
            } else if (maxGap > 0 && right - left > maxGap) {
                if (empty) {
                    points.add(new GridPoint(time, Double.NaN, Kind.EMPTY));
                }
            } else {
                double part = previous ? 0 : (double) (time - left) / (right - left);
                double x = values.get(left) * (1 - part) + values.get(right) * part;
                points.add(new GridPoint(time, x, Kind.INTERPOLATED));
            }
        }
        return points;
    }

    @Test
    void holdEqualsAModelAndSurvivesRestarts() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            List<Row> rows = Row.random(random, 40);
            long step = 1L + random.nextInt(20);
            long limit = 1L + random.nextInt(60);
            Resample<Row> hold = every(step).hold(Duration.ofNanos(limit));
            TreeMap<Long, Double> values = new TreeMap<>();
            rows.stream().filter(row -> !Double.isNaN(row.value())).forEach(row -> values.put(row.time(), row.value()));
            StringBuilder expected = new StringBuilder();
            for (long time = -100; time < 4000; time++) {
                Long left = values.floorKey(time);
                if (Math.floorMod(time, step) == 0 && left != null && time - left <= limit) {
                    expected.append(time).append('=').append(values.get(left)).append(' ');
                }
            }
            List<Timed<GridPoint>> results = KeyedDriver.run(hold, rows);
            StringBuilder actual = new StringBuilder();
            results.forEach(result -> actual.append(result.time())
                    .append('=')
                    .append(result.value().value())
                    .append(' '));
            assertThat(actual.toString()).isEqualTo(expected.toString());
            assertThat(KeyedDriver.runWithRestarts(hold, rows, random)).isEqualTo(results);
        });
    }

    @Test
    void refusesOptionsThatContradict() {
        assertThatThrownBy(() -> every(0)).hasMessage("step: PT0S (expected: more than zero)");
        assertThatThrownBy(() -> every(1).withMaxGap(Duration.ofSeconds(-1)))
                .hasMessage("max gap: PT-1S (expected: more than zero)");
        assertThatThrownBy(() -> every(1).withEmpty()).hasMessageContaining("expected: withMaxGap");
        assertThatThrownBy(() -> every(1).hold(Duration.ofSeconds(1)).withMaxGap(Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not hold(PT1S)");
    }
}
