package io.datastream.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class BearerTokenTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static String jwt(String claims) {
        return "head." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".sign";
    }

    @Test
    void endsWhenItSays() throws IOException {
        long end = NOW.plusSeconds(90).getEpochSecond();
        BearerToken token = BearerToken.of(
                "file t", jwt("{\"sub\":\"dora\",\"exp\":" + end + "}") + "\n", Duration.ofHours(1), NOW);
        assertThat(token.lifetimeMs()).isEqualTo(end * 1_000);
        assertThat(token.startTimeMs()).isEqualTo(NOW.toEpochMilli());
        assertThat(token.principalName()).isEqualTo("dora");
        assertThat(token).hasToString("token of dora until 2026-03-01T12:01:30Z");
    }

    @Test
    void endsWhenItsIssuerSaysIfItDoesNot() throws IOException {
        assertThat(BearerToken.of("file t", "opaque", Duration.ofSeconds(30), NOW)
                        .lifetimeMs())
                .isEqualTo(NOW.plusSeconds(30).toEpochMilli());
        assertThat(BearerToken.of("file t", "a.b!.c", null, NOW).lifetimeMs())
                .isEqualTo(NOW.plus(BearerToken.UNKNOWN_LIFE).toEpochMilli());
    }

    @Test
    void isRefusedWhenItIsOver() {
        String token = jwt("{\"exp\":" + NOW.getEpochSecond() + "}");
        assertThatThrownBy(() -> BearerToken.of("file t", token, null, NOW))
                .isInstanceOf(IOException.class)
                .hasMessage("token from file t: it expired at 2026-03-01T12:00:00Z (expected: one that is valid; it is"
                        + " now 2026-03-01T12:00:00Z)");
    }

    @Test
    void isRefusedWhenItIsNoToken() {
        assertThatThrownBy(() -> BearerToken.of("file t", "two words", null, NOW))
                .hasMessage("token from file t: it is empty, or has spaces or line breaks within (expected: a token and"
                        + " nothing else)");
        assertThatThrownBy(() -> BearerToken.of("file t", "\n", null, NOW)).isInstanceOf(IOException.class);
    }
}
