package io.datastream.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Case.Column SUM = new Case.Column("sum", "double", 1e-6, 1e-9);
    private static final Table EXPECTED = new Table(
            List.of("i", "ts", "sum"),
            List.of(List.of("0", "5", ""), List.of("1", "6", "2.0"), List.of("2", "7", "NaN")));

    private static Optional<String> compare(boolean ordered, List<Map<String, Object>> actual) {
        Case.Output output = new Case.Output(
                "out",
                Path.of("expected.csv"),
                List.of("i"),
                ordered,
                List.of(new Case.Column("i", "long", 0, 0), new Case.Column("ts", "long", 0, 0), SUM));
        return new Comparison(output, EXPECTED).difference(actual);
    }

    private static Map<String, Object> row(long i, double sum) {
        Map<String, Object> row = new HashMap<>();
        row.put("i", i);
        row.put("ts", i + 5);
        row.put("sum", sum);
        return row;
    }

    @Test
    void acceptsRowsWithinTheTolerance() {
        assertThat(compare(true, List.of(row(0, Double.NaN), row(1, 2.000001), row(2, Double.NaN))))
                .isEmpty();
    }

    @Test
    void acceptsThatARowThatSaysNothingIsAbsent() {
        assertThat(compare(true, List.of(row(1, 2), row(2, Double.NaN)))).isEmpty();
    }

    @Test
    void findsAValueOutsideOfTheTolerance() {
        assertThat(compare(true, List.of(row(1, 2.00001), row(2, Double.NaN))))
                .contains("row [1], sum: 2.00001 (expected: 2.0)");
    }

    @Test
    void findsAValueWhereThereShouldBeNone() {
        assertThat(compare(true, List.of(row(0, 1), row(1, 2), row(2, Double.NaN))))
                .contains("row [0], sum: 1.0 (expected: none)");
        assertThat(compare(true, List.of(row(1, Double.NaN), row(2, Double.NaN))))
                .contains("row [1], sum: NaN (expected: 2.0)");
    }

    @Test
    void wantsARealNanWhereOneIsExpected() {
        Map<String, Object> none = row(2, 0);
        none.remove("sum");
        assertThat(compare(true, List.of(row(1, 2), none))).contains("row [2], sum: null (expected: NaN)");
    }

    @Test
    void findsRowsThatAreMissingOrTooMany() {
        assertThat(compare(true, List.of(row(2, Double.NaN)))).contains("row [1] is missing");
        assertThat(compare(true, List.of(row(1, 2), row(2, Double.NaN), row(3, 1))))
                .contains("row [3] is too many");
        assertThat(compare(true, List.of(row(1, 2), row(1, 2), row(2, Double.NaN))))
                .contains("row [1] twice");
    }

    @Test
    void findsAnotherOrderWhereOrderCounts() {
        List<Map<String, Object>> turned = List.of(row(2, Double.NaN), row(1, 2));
        assertThat(compare(true, turned)).contains("rows in another order");
        assertThat(compare(false, turned)).isEmpty();
    }

    @Test
    void comparesInfinitiesAndZeros() {
        assertThat(Comparison.isNear("Infinity", Double.POSITIVE_INFINITY, SUM)).isTrue();
        assertThat(Comparison.isNear("Infinity", Double.MAX_VALUE, SUM)).isFalse();
        assertThat(Comparison.isNear("1.0", Double.POSITIVE_INFINITY, SUM)).isFalse();
        assertThat(Comparison.isNear("0.0", -0.0, SUM)).isTrue();
    }
}
