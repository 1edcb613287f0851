package io.datastream.kafka.internal;

import io.datastream.secret.SecretSource;
import java.io.IOException;
import java.time.Instant;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;

/** Tokens that something else puts into a file, or gives in another way. */
public final class FixedToken implements TokenSource {
    private final SecretSource source;

    /** Tokens of this source. */
    public FixedToken(SecretSource source) {
        this.source = source;
    }

    @Override
    public OAuthBearerToken token() throws IOException {
        return BearerToken.of(source.toString(), source.reveal(), null, Instant.now());
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
