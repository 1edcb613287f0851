package io.datastream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPatternTest {
    @Test
    void namesAreWildcardsForTheBrokerAndFieldsForTheDecoder() {
        TopicPattern pattern = TopicPattern.of("sensors/{site}/+/{sensor}/#");
        assertThat(pattern.filter()).isEqualTo("sensors/+/+/+/#");
        assertThat(pattern.match("sensors/north/hall 2/t\u00e41/raw/x"))
                .containsExactly(Map.entry("site", "north"), Map.entry("sensor", "t\u00e41"));
    }

    @ParameterizedTest
    @CsvSource({
        "a/b,      a/b,     true",
        "a/b,      a/c,     false",
        "a/b,      a/b/c,   false",
        "a/b,      a,       false",
        "a/b,      a/b/,    false",
        "a/+,      a/,      true",
        "a/+,      a,       false",
        "+/+,      /a,      true",
        "+,        /a,      false",
        "a/#,      a,       true",
        "a/#,      a/b/c,   true",
        "a/#,      ab,      false",
        "#,        a/b,     true",
        "#,        $SYS/a,  false",
        "+/a,      $SYS/a,  false",
        "'{x}/a',  $SYS/a,  false",
        "$SYS/#,   $SYS/a,  true",
        "a/{x},    a/b,     true",
        "a/{x},    a/b/c,   false",
        "$share/g/a/{x}, a/b, true",
        "$share/g/a/{x}, $share/g/a/b, false",
        "A,        a,       false"
    })
    void matchesAsTheStandardHasIt(String pattern, String topic, boolean matches) {
        assertThat(TopicPattern.of(pattern).match(topic) != null).isEqualTo(matches);
    }

    @Test
    void aSharedSubscriptionKeepsItsGroupForTheBroker() {
        assertThat(TopicPattern.of("$share/g/a/{x}").filter()).isEqualTo("$share/g/a/+");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a/#/b", "a#", "a/b+", "{a", "a/{}", "a/{b}c", "a/{1}", "a/{b}/{b}", "$share/", "$share//a"})
    void refusesWhatIsNoPattern(String pattern) {
        assertThatThrownBy(() -> TopicPattern.of(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("topic: \"" + pattern + "\" (expected: such as sensors/{site}/+");
    }

    @Test
    void refusesWhatNoPacketHolds() {
        assertThatThrownBy(() -> TopicPattern.of("a".repeat(65_536))).hasMessageContaining("at most 65535");
        assertThatThrownBy(() -> TopicPattern.of("a\0")).hasMessageContaining("null character");
    }
}
