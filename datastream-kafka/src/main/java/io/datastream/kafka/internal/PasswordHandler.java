package io.datastream.kafka.internal;

import io.datastream.secret.SecretSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.jspecify.annotations.Nullable;

/**
 * Tells Kafka's clients user and password, for PLAIN and SCRAM: each time a connection is made, so a changed password needs
 * no new start, and no password is ever part of a text that would have to be escaped or hidden. Kafka makes it by name; not
 * for other use.
 */
public final class PasswordHandler implements AuthenticateCallbackHandler {
    /** The property that holds the name of the user. */
    public static final String USER = "datastream.sasl.user";

    /** The property that holds the {@link SecretSource} of the password. */
    public static final String PASSWORD = "datastream.sasl.password";

    private @Nullable String user;
    private @Nullable SecretSource password;

    /** For Kafka. */
    public PasswordHandler() {}

    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
        user = (String) configs.get(USER);
        password = (SecretSource) configs.get(PASSWORD);
    }

    @Override
    public void handle(Callback[] callbacks) {
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                name.setName(user);
            } else if (callback instanceof PasswordCallback asked) {
                asked.setPassword(
                        Objects.requireNonNull(password, PASSWORD).reveal().toCharArray());
            }
            // others, such as those for extensions of SCRAM, have an answer that is empty
        }
    }

    @Override
    public void close() {
        // nothing is held
    }
}
