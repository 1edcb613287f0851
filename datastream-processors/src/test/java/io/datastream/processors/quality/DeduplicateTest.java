package io.datastream.processors.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.processors.KeyedDriver;
import io.datastream.processors.KeyedDriver.Timed;
import io.datastream.processors.Row;
import io.datastream.testkit.Seeds;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DeduplicateTest {
    private static final List<Row> ROWS = List.of(
            new Row(0, 7, 1), new Row(1, 7, 5), new Row(2, 7, 3), new Row(3, 7, Double.NaN), new Row(4, 9, Double.NaN));

    private static List<Double> values(Deduplicate<Row> deduplicate) {
        return KeyedDriver.values(deduplicate, ROWS).stream().map(Row::value).toList();
    }

    @Test
    void keepsOneRecordForEachTime() {
        assertThat(values(Deduplicate.keepFirst())).containsExactly(1.0, Double.NaN);
        assertThat(values(Deduplicate.keepLast())).containsExactly(Double.NaN, Double.NaN);
        assertThat(values(Deduplicate.keepGreatest(Row::value))).containsExactly(5.0, Double.NaN);
        assertThat(values(Deduplicate.keepLeast(Row::value))).containsExactly(1.0, Double.NaN);
        assertThat(values(Deduplicate.mean(Row::value, Row::withValue))).containsExactly(3.0, Double.NaN);
        assertThat(values(Deduplicate.sum(Row::value, Row::withValue))).containsExactly(9.0, Double.NaN);
    }

    @Test
    void changesTheLastRecordForAMean() {
        assertThat(KeyedDriver.values(Deduplicate.mean(Row::value, Row::withValue), ROWS))
                .extracting(Row::number)
                .containsExactly(3, 4);
    }

    @Test
    void waitsOneNanosecondAndKeepsNothingAfterwards() {
        List<Row> rows = List.of(new Row(0, 5, 1));
        assertThat(KeyedDriver.runUpTo(5, Deduplicate.<Row>keepLast(), rows)).isEmpty();
        assertThat(KeyedDriver.runUpTo(6, Deduplicate.<Row>keepLast(), rows))
                .containsExactly(new Timed<>(5, rows.get(0)));
        assertThat(KeyedDriver.runUpTo(5, Deduplicate.<Row>keepFirst(), rows)).hasSize(1);
        assertThat(KeyedDriver.isEmptyAt(6, Deduplicate.<Row>keepLast(), rows)).isTrue();
        assertThat(KeyedDriver.isEmptyAt(6, Deduplicate.<Row>keepFirst(), rows)).isTrue();
    }

    @Test
    void keepsNothingOfATimeWhoseChangeFails() {
        Deduplicate<Row> failing = Deduplicate.mean(Row::value, (row, mean) -> {
            throw new IllegalStateException("no");
        });
        Deduplicate.State<Row> state = failing.newState("");
        assertThatThrownBy(() -> {
                    failing.process("", 5, ROWS.get(0), state, null);
                    failing.onTimer("", 6, state, null);
                })
                .hasMessage("no");
        assertThat(failing.isEmpty(state)).isTrue();
    }

    @Test
    void equalsAModelThatGroupsByTime() {
        Map<Deduplicate<Row>, Function<List<Row>, Row>> kinds = Map.of(
                Deduplicate.keepFirst(), group -> group.get(0),
                Deduplicate.keepLast(), group -> group.get(group.size() - 1),
                Deduplicate.keepGreatest(Row::value), group -> best(group, Comparator.naturalOrder()),
                Deduplicate.keepLeast(Row::value), group -> best(group, Comparator.reverseOrder()),
                Deduplicate.mean(Row::value, Row::withValue),
                        group -> group.get(group.size() - 1)
                                .withValue(group.stream()
                                        .mapToDouble(Row::value)
                                        .filter(x -> !Double.isNaN(x))
                                        .average()
                                        .orElse(Double.NaN)));
        Seeds.forEach(200, seed -> {
            List<Row> rows = Row.random(new Random(seed), 60);
            rows.replaceAll(row -> row.withValue(Math.rint(row.value()) + 0.0));
            TreeMap<Long, List<Row>> groups =
                    rows.stream().collect(Collectors.groupingBy(Row::time, TreeMap::new, Collectors.toList()));
            kinds.forEach((deduplicate, model) -> {
                List<Timed<Row>> results = KeyedDriver.run(deduplicate, rows);
                assertThat(results).extracting(Timed::time).containsExactlyElementsOf(groups.keySet());
                assertThat(results)
                        .extracting(Timed::value)
                        .containsExactlyElementsOf(
                                groups.values().stream().map(model).toList());
                assertThat(KeyedDriver.runWithRestarts(deduplicate, rows, new Random(seed)))
                        .isEqualTo(results);
            });
        });
    }

    private static Row best(List<Row> group, Comparator<Double> order) {
        return group.stream()
                .filter(row -> !Double.isNaN(row.value()))
                .reduce((a, b) -> order.compare(b.value(), a.value()) > 0 ? b : a)
                .orElse(group.get(0));
    }
}
