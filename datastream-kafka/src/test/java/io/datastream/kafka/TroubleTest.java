package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.junit.jupiter.api.Test;

class TroubleTest {
    private final ManualClock clock = ManualClock.at(Instant.parse("2026-03-01T10:00:00Z"));
    private final Trouble trouble = new Trouble("no commit succeeds", clock);

    @Test
    void tellsSinceWhenAndTheLastError() {
        trouble.failed(new IllegalStateException("first"));
        clock.advance(Duration.ofMinutes(5));
        trouble.failed(new NotEnoughReplicasException("1 of 2"));
        assertThat(trouble.words())
                .isEqualTo("no commit succeeds since 2026-03-01T10:00:00Z: NotEnoughReplicasException: 1 of 2");
    }

    @Test
    void tellsOfATryThatTakesLong() {
        trouble.tried();
        clock.advance(Duration.ofSeconds(2));
        assertThat(trouble.words()).isNull();
        clock.advance(Duration.ofSeconds(2));
        assertThat(trouble.words())
                .isEqualTo("no commit succeeds since 2026-03-01T10:00:00Z: Kafka has not answered yet");
    }

    @Test
    void saysNothingAfterASuccess() {
        trouble.tried();
        trouble.failed(new IllegalStateException("once"));
        trouble.succeeded();
        clock.advance(Duration.ofHours(1));
        assertThat(trouble.words()).isNull();
    }
}
