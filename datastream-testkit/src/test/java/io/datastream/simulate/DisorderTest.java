package io.datastream.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.testkit.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DisorderTest {
    private static final List<Long> TIMES =
            LongStream.range(0, 1_000).map(i -> i * i % 977 * 5).boxed().toList();

    @Test
    void keepsEveryItem() {
        assertThat(Disorder.within(Duration.ofNanos(300), TIMES, Long::longValue, 1))
                .containsExactlyInAnyOrderElementsOf(TIMES);
    }

    @Test
    void staysWithinTheBoundOfEventTime() {
        Seeds.forEach(50, seed -> {
            List<Long> arrivals = Disorder.within(Duration.ofNanos(300), TIMES, Long::longValue, seed);
            long latest = Long.MIN_VALUE;
            for (long time : arrivals) {
                latest = Math.max(latest, time);
                assertThat(latest - time).isLessThanOrEqualTo(300);
            }
            assertThat(arrivals).isNotEqualTo(TIMES.stream().sorted().toList());
        });
    }

    @Test
    void sortsByTimeWhenTheBoundIsZero() {
        assertThat(Disorder.within(Duration.ZERO, TIMES, Long::longValue, 1)).isSorted();
    }

    @Test
    void repeatsItselfForASeed() {
        Duration bound = Duration.ofNanos(300);
        assertThat(Disorder.within(bound, TIMES, Long::longValue, 7))
                .isEqualTo(Disorder.within(bound, TIMES, Long::longValue, 7))
                .isNotEqualTo(Disorder.within(bound, TIMES, Long::longValue, 8));
    }

    @Test
    void refusesANegativeBound() {
        assertThatThrownBy(() -> Disorder.within(Duration.ofNanos(-1), TIMES, Long::longValue, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bound: PT-0.000000001S (expected: >= 0)");
    }
}
