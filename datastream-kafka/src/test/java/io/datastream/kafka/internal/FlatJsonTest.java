package io.datastream.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatJsonTest {
    @Test
    void readsTextsNumbersAndTruthValues() {
        assertThat(FlatJson.parse(" {\"a\" : \"x\", \"b\":-1.5e3,\n\"c\":true, \"d\":false} "))
                .isEqualTo(Map.of("a", "x", "b", -1500.0, "c", true, "d", false));
        assertThat(FlatJson.parse("{}")).isEmpty();
    }

    @Test
    void leavesOutWhatIsNestedOrNull() {
        String nested =
                "{\"a\":{\"token\":\"inner\",\"l\":[1,{\"x\":[]},\"}\"]},\"token\":\"outer\",\"n\":null,\"e\":[]}";
        assertThat(FlatJson.parse(nested)).isEqualTo(Map.of("token", "outer"));
    }

    @Test
    void readsEscapes() {
        assertThat(FlatJson.parse("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"}"))
                .isEqualTo(Map.of("a", "\"\\/\b\f\n\r\t\u00e9"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":01}",
                "{\"a\":nul}",
                "{\"a\":\"x}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"secret\"} more"
            })
    void refusesWhatIsNoObjectWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> FlatJson.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("JSON at character [0-9]+ \\(expected: .*\\)")
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusesNestingWithoutEnd() {
        assertThatThrownBy(() -> FlatJson.parse("{\"a\":" + "[".repeat(100_000)))
                .hasMessageContaining("(expected: less nesting)");
    }
}
