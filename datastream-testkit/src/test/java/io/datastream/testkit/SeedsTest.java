package io.datastream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeedsTest {
    private final List<Long> seen = new ArrayList<>();
    private final Map<String, String> before = new HashMap<>();

    @BeforeEach
    void clearProperties() {
        for (String name : List.of(Seeds.SEED_PROPERTY, Seeds.COUNT_PROPERTY, Seeds.MOST_PROPERTY)) {
            before.put(name, System.getProperty(name));
            System.clearProperty(name);
        }
    }

    @AfterEach
    void restoreProperties() {
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }

    @Test
    void runsTheBodyWithEachSeed() {
        Seeds.forEach(3, seen::add);
        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void takesFirstSeedAndCountFromProperties() {
        System.setProperty(Seeds.SEED_PROPERTY, "-7");
        System.setProperty(Seeds.COUNT_PROPERTY, "2");
        Seeds.forEach(100, seen::add);
        assertThat(seen).containsExactly(-7L, -6L);
    }

    @Test
    void asksForNoMoreThanTheMost() {
        System.setProperty(Seeds.MOST_PROPERTY, "2");
        Seeds.forEach(100, seen::add);
        assertThat(seen).containsExactly(1L, 2L);
    }

    @Test
    void keepsACountBelowTheMost() {
        System.setProperty(Seeds.MOST_PROPERTY, "2");
        Seeds.forEach(1, seen::add);
        assertThat(seen).containsExactly(1L);
    }

    @Test
    void takesACountOfItsOwnWhateverTheMost() {
        System.setProperty(Seeds.MOST_PROPERTY, "2");
        System.setProperty(Seeds.COUNT_PROPERTY, "3");
        Seeds.forEach(1, seen::add);
        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void namesTheSeedThatFailedAndHowToRepeatIt() {
        assertThatThrownBy(() -> Seeds.forEach(5, seed -> {
                    seen.add(seed);
                    assertThat(seed).isLessThan(3);
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("seed 3 (repeat with -Ddatastream.seed=3 -Ddatastream.seeds=1): ")
                .hasCauseInstanceOf(AssertionError.class);
        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void keepsCheckedExceptionsAsTheCause() {
        assertThatThrownBy(() -> Seeds.forEach(1, seed -> {
                    throw new IOException("disk full");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 1")
                .hasMessageContaining("disk full")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void refusesPropertiesThatAreNoNumbers() {
        System.setProperty(Seeds.SEED_PROPERTY, "lucky");
        assertThatThrownBy(() -> Seeds.forEach(1, seen::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("datastream.seed: lucky (expected: a whole number)");
    }

    @Test
    void refusesToRunNothing() {
        System.setProperty(Seeds.COUNT_PROPERTY, "0");
        assertThatThrownBy(() -> Seeds.forEach(1, seen::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("datastream.seeds: 0 (expected: > 0)");
    }
}
