package io.datastream.kafka.internal;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.callback.Callback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerTokenCallback;
import org.jspecify.annotations.Nullable;

/** Gives Kafka's clients the tokens of a {@link TokenSource}. Kafka makes it by name; not for other use. */
public final class TokenHandler implements AuthenticateCallbackHandler {
    /** The property that holds the {@link TokenSource}. */
    public static final String SOURCE = "datastream.sasl.token";

    private static final String ERROR = "no_token";

    private @Nullable TokenSource source;

    /** For Kafka. */
    public TokenHandler() {}

    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
        source = (TokenSource) configs.get(SOURCE);
    }

    @Override
    public void handle(Callback[] callbacks) {
        for (Callback callback : callbacks) {
            if (callback instanceof OAuthBearerTokenCallback asked) {
                try {
                    asked.token(Objects.requireNonNull(source, SOURCE).token());
                } catch (IOException | RuntimeException e) {
                    // what is thrown here, Kafka replaces by "an internal error"; this text it hands on
                    asked.error(ERROR, String.valueOf(e.getMessage()), null);
                }
            }
            // others, such as those for extensions, have an answer that is empty
        }
    }

    @Override
    public void close() {
        // nothing is held
    }
}
