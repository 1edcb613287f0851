package io.datastream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualClockTest {
    private final ManualClock clock = ManualClock.at("2024-05-01T12:00:00Z");

    @Test
    void standsStill() {
        assertThat(clock.now()).isEqualTo("2024-05-01T12:00:00Z").isEqualTo(clock.instant());
        assertThat(clock.millis()).isEqualTo(1_714_564_800_000L);
    }

    @Test
    void advancesByNanoseconds() {
        assertThat(clock.advance(Duration.ofNanos(1))).isEqualTo("2024-05-01T12:00:00.000000001Z");
        assertThat(clock.now()).isEqualTo("2024-05-01T12:00:00.000000001Z");
    }

    @Test
    void refusesToAdvanceBackwards() {
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("step: PT-5S (expected: >= 0)");
    }

    @Test
    void canBeSetBack() {
        clock.set(Instant.EPOCH);
        assertThat(clock.now()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void sharesItsInstantWithClocksOfOtherZones() {
        ManualClock tokyo = clock.withZone(ZoneId.of("Asia/Tokyo"));
        clock.advance(Duration.ofHours(1));
        assertThat(LocalTime.now(tokyo)).isEqualTo("22:00:00");
        assertThat(tokyo.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    }

    @Test
    void losesNoAdvanceOfManyThreads() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(new Thread(() -> {
                for (int n = 0; n < 1_000; n++) {
                    clock.advance(Duration.ofSeconds(1));
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(clock.now()).isEqualTo(Instant.parse("2024-05-01T12:00:00Z").plusSeconds(4_000));
    }
}
