package io.datastream.testkit;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.plain.PlainAuthenticateCallback;
import org.jspecify.annotations.Nullable;

/** Users of SASL PLAIN that may change while the broker runs, which Kafka's own list of them cannot. */
final class PlainUsers implements AutoCloseable {
    private static final String OPTION = "users";
    private static final Map<String, Map<String, String>> ALL = new ConcurrentHashMap<>();

    private final String id = UUID.randomUUID().toString();
    private final Map<String, String> passwords = new ConcurrentHashMap<>();

    PlainUsers() {
        ALL.put(id, passwords);
    }

    void put(String user, String password) {
        passwords.put(user, password);
    }

    /** How a listener finds these users. */
    String jaas() {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required " + OPTION + "=\"" + id + "\";";
    }

    @Override
    public void close() {
        ALL.remove(id);
    }

    /** Made by the broker. */
    public static final class Handler implements AuthenticateCallbackHandler {
        private Map<String, String> passwords = Map.of();

        /** Knows nobody yet. */
        public Handler() {}

        @Override
        public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
            passwords =
                    ALL.getOrDefault(String.valueOf(entries.get(0).getOptions().get(OPTION)), Map.of());
        }

        @Override
        public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
            @Nullable String user = null;
            for (Callback callback : callbacks) {
                if (callback instanceof NameCallback name) {
                    user = name.getDefaultName();
                } else if (callback instanceof PlainAuthenticateCallback plain) {
                    String password = user == null ? null : passwords.get(user);
                    plain.authenticated(password != null && password.equals(new String(plain.password())));
                } else {
                    throw new UnsupportedCallbackException(callback);
                }
            }
        }

        @Override
        public void close() {}
    }
}
