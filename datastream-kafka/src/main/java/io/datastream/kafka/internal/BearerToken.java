package io.datastream.kafka.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.jspecify.annotations.Nullable;

/**
 * A token with its end. Kafka fetches the next one when four fifths of its life are over.
 *
 * @param value never shown
 * @param principalName who it is for, if it tells; for messages only
 */
record BearerToken(String value, long startMillis, long lifetimeMs, String principalName) implements OAuthBearerToken {
    /** How soon a token that does not tell its end is fetched again. */
    static final Duration UNKNOWN_LIFE = Duration.ofMinutes(10);

    /**
     * A token that was fetched just now.
     *
     * @param place where it came from, for messages
     * @param life what the issuer told of it; null if it told nothing
     * @throws IOException if it is over, or no token
     */
    static BearerToken of(String place, String text, @Nullable Duration life, Instant now) throws IOException {
        String value = text.strip();
        if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IOException("token from " + place + ": it is empty, or has spaces or line breaks within"
                    + " (expected: a token and nothing else)");
        }
        Map<String, Object> claims = claims(value);
        Instant end = now.plus(life == null ? UNKNOWN_LIFE : life);
        if (claims.get("exp") instanceof Double seconds) {
            end = Instant.ofEpochSecond(seconds.longValue());
        }
        if (!end.isAfter(now)) {
            throw new IOException("token from " + place + ": it expired at " + end
                    + " (expected: one that is valid; it is now " + now + ")");
        }
        String subject = claims.get("sub") instanceof String sub ? sub : "unknown";
        return new BearerToken(value, now.toEpochMilli(), end.toEpochMilli(), subject);
    }

    /** What a JWT says of itself; nothing for a token of another kind. */
    private static Map<String, Object> claims(String value) {
        String[] parts = value.split("\\.", -1);
        if (parts.length != 3) {
            return Map.of();
        }
        try {
            return FlatJson.parse(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Map.of(); // it only looks like one, and the broker will judge it
        }
    }

    @Override
    public Set<String> scope() {
        return Set.of();
    }

    @Override
    public Long startTimeMs() {
        return startMillis;
    }

    /** Who it is for and how long; never the token. */
    @Override
    public String toString() {
        return "token of " + principalName + " until " + Instant.ofEpochMilli(lifetimeMs);
    }
}
