package io.datastream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void returnsAtOnceWhenTheConditionHolds() {
        AtomicInteger probes = new AtomicInteger();
        Await.until("nothing", Duration.ZERO, () -> probes.incrementAndGet() == 1);
        assertThat(probes).hasValue(1);
    }

    @Test
    void probesUntilThereIsAValue() {
        AtomicInteger probes = new AtomicInteger();
        String value = Await.value("third", LONG, () -> probes.incrementAndGet() == 3 ? "third" : null);
        assertThat(value).isEqualTo("third");
        assertThat(probes).hasValue(3);
    }

    @Test
    void leavesTheProcessorToOthersAfterASlowProbe() {
        long slow = Duration.ofMillis(40).toNanos();
        List<Long> begins = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        Await.until("the third probe", LONG, () -> {
            begins.add(System.nanoTime());
            while (System.nanoTime() - begins.get(begins.size() - 1) < slow) {
                Thread.onSpinWait();
            }
            ends.add(System.nanoTime());
            return begins.size() == 3;
        });
        assertThat(begins.get(1) - ends.get(0)).as("first pause").isGreaterThanOrEqualTo(slow);
        assertThat(begins.get(2) - ends.get(1)).as("second pause").isGreaterThanOrEqualTo(slow);
    }

    @Test
    void namesWhatDidNotHappen() {
        assertThatThrownBy(() -> Await.until("the end of the world", SHORT, () -> false))
                .isInstanceOf(AssertionError.class)
                .hasMessage("awaited: the end of the world (not within PT0.03S)");
    }

    @Test
    void endsWithTheLastFailureOfAssertions() {
        assertThatThrownBy(() ->
                        Await.untilAsserted(SHORT, () -> assertThat(1).as("one").isEqualTo(2)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not within PT0.03S: [one]")
                .hasCauseInstanceOf(AssertionError.class);
    }

    @Test
    void triesAssertionsAgain() {
        AtomicInteger tries = new AtomicInteger();
        Await.untilAsserted(LONG, () -> assertThat(tries.incrementAndGet()).isGreaterThan(2));
        assertThat(tries).hasValue(3);
    }

    @Test
    void doesNotSwallowExceptionsOfTheProbe() {
        assertThatThrownBy(() -> Await.until("a file", LONG, () -> {
                    throw new IOException("disk full");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("awaiting a file: disk full")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void endsWhenInterruptedAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Await.until("more", LONG, () -> false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("interrupted while awaiting: more");
        assertThat(Thread.interrupted()).isTrue();
    }
}
