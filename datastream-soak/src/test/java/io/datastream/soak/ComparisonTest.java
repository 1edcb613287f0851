package io.datastream.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private final Comparison comparison = new Comparison();

    private void results(List<String> expected, List<String> actual) {
        comparison.results("topic", Map.of("a", expected), Map.of("a", actual));
    }

    private void found(long lost, long doubled, long different) {
        assertThat(comparison.isEqual()).isFalse();
        assertThat(List.of(comparison.lost(), comparison.doubled(), comparison.different()))
                .containsExactly(lost, doubled, different);
    }

    @Test
    void findsNothingWhereAllIsTheSame() {
        results(List.of("a 1", "a 2"), List.of("a 1", "a 2"));
        comparison.letters("letters", Set.of("x"), Map.of("x", 1));
        comparison.rows("table", Map.of("r", 1.0), Map.of("r", 1.0));
        assertThat(comparison.isEqual()).isTrue();
        assertThat(comparison.differences()).isEmpty();
        assertThat(comparison.compared()).isEqualTo(4);
    }

    @Test
    void findsALostResult() {
        results(List.of("a 1", "a 2"), List.of("a 1"));
        found(1, 0, 0);
        assertThat(comparison.differences())
                .containsExactly("topic, key a, result 1 of 2 (there are 1): nothing (expected: \"a 2\")");
    }

    @Test
    void findsADoubledResult() {
        results(List.of("a 1", "a 2"), List.of("a 1", "a 1", "a 2"));
        found(0, 1, 0);
    }

    @Test
    void findsAResultThatIsDifferent() {
        results(List.of("a 1", "a 2"), List.of("a 1", "a 3"));
        found(1, 0, 1);
    }

    @Test
    void findsAnotherOrder() {
        results(List.of("a 1", "a 2"), List.of("a 2", "a 1"));
        found(0, 0, 1);
    }

    @Test
    void findsAKeyThatNobodyExpected() {
        comparison.results("topic", Map.of(), Map.of("b", List.of("b 1")));
        found(0, 0, 1);
    }

    @Test
    void findsLettersThatAreMissingDoubledOrUnexpected() {
        comparison.letters("letters", Set.of("x", "y"), Map.of("y", 2, "z", 1));
        found(1, 1, 1);
        assertThat(comparison.differences())
                .containsExactly(
                        "letters: \"x\" is there 0 times (expected: 1)",
                        "letters: \"y\" is there 2 times (expected: 1)",
                        "letters: \"z\" is there 1 times (expected: 0)");
    }

    @Test
    void findsRowsThatAreMissingOrDifferent() {
        comparison.rows("table", Map.of("r", 1.0, "s", 2.0), Map.of("s", 3.0, "t", 4.0));
        found(1, 0, 2);
    }
}
