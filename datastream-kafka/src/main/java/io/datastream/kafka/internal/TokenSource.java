package io.datastream.kafka.internal;

import java.io.IOException;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;

/** Where tokens for OAUTHBEARER come from. Asked by one thread at a time, when Kafka logs in and before a token expires. */
public interface TokenSource {
    /**
     * A token that is valid now.
     *
     * @throws IOException if none can be had; the message tells the place and no secret
     * @throws IllegalStateException the same for secrets that are missing
     */
    OAuthBearerToken token() throws IOException;
}
