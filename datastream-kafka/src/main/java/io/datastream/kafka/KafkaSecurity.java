package io.datastream.kafka;

import io.datastream.kafka.internal.FixedToken;
import io.datastream.kafka.internal.KafkaRefusals.Caller;
import io.datastream.kafka.internal.PasswordHandler;
import io.datastream.kafka.internal.TokenEndpoint;
import io.datastream.kafka.internal.TokenHandler;
import io.datastream.kafka.internal.TokenSource;
import io.datastream.secret.SecretSource;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * How clients prove to Kafka who they are, and whom they trust: TLS, mutual TLS, SASL PLAIN, SCRAM and OAUTHBEARER.
 *
 * <pre>{@code
 * KafkaRuntime.at("kafka-1.example.org:9093")
 *         .withSecurity(KafkaSecurity.scramSha512("alice", SecretSource.file(Path.of("/run/secrets/kafka")))
 *                 .withTrust(Path.of("/etc/kafka/authority.pem")))
 * }</pre>
 *
 * <p>Connections are encrypted unless {@link #withoutEncryption} says otherwise, and the broker's certificate must name the
 * host that was asked for and be signed by an authority that is trusted: those of the JVM, or those given here.
 *
 * <p>Secrets are looked up when they are needed and not kept: passwords of users at each connection, tokens before they
 * expire, files of keys and their passwords when clients are made, which is at the start and after a failure. None is ever
 * part of {@link #toString()}, a log line or a message. Immutable.
 */
public final class KafkaSecurity {
    private static final String MODULES = "org.apache.kafka.common.security.";
    private static final AtomicLong LOGINS = new AtomicLong();

    private final boolean isEncrypted;
    private final @Nullable Login login;
    private final @Nullable KeyMaterial trust;
    private final @Nullable KeyMaterial identity;

    /**
     * A user of SASL.
     *
     * @param words such as {@code user "alice"}
     * @param principal the user as access control lists name it; null if only the broker knows
     * @param own settings of clients beside the mechanism; secrets only as places
     * @param secrets what must be there at the start
     */
    private record Login(
            String mechanism,
            String words,
            @Nullable String principal,
            Map<String, Object> own,
            List<SecretSource> secrets) {}

    private KafkaSecurity(
            boolean isEncrypted, @Nullable Login login, @Nullable KeyMaterial trust, @Nullable KeyMaterial identity) {
        this.isEncrypted = isEncrypted;
        this.login = login;
        this.trust = trust;
        this.identity = identity;
    }

    /** Neither encryption nor a user: what a runtime has that is told nothing. */
    public static KafkaSecurity plaintext() {
        return new KafkaSecurity(false, null, null, null);
    }

    /** Encryption without a user, unless {@link #withKey} gives a certificate that names one. */
    public static KafkaSecurity tls() {
        return new KafkaSecurity(true, null, null, null);
    }

    /** A user of SASL PLAIN, which shows the password to the broker. */
    public static KafkaSecurity plain(String user, SecretSource password) {
        return password("PLAIN", "plain.Plain", user, password);
    }

    /** A user of SCRAM-SHA-256. */
    public static KafkaSecurity scramSha256(String user, SecretSource password) {
        return password("SCRAM-SHA-256", "scram.Scram", user, password);
    }

    /** A user of SCRAM-SHA-512. */
    public static KafkaSecurity scramSha512(String user, SecretSource password) {
        return password("SCRAM-SHA-512", "scram.Scram", user, password);
    }

    private static KafkaSecurity password(String mechanism, String module, String user, SecretSource password) {
        notBlank("user", user);
        Map<String, Object> own = Map.of(
                "sasl.jaas.config",
                new Password(MODULES + module + "LoginModule required;"),
                "sasl.client.callback.handler.class",
                PasswordHandler.class,
                PasswordHandler.USER,
                user,
                PasswordHandler.PASSWORD,
                password);
        return sasl(new Login(mechanism, "user \"" + user + "\"", user, own, List.of(password)));
    }

    /**
     * A client of OAUTHBEARER that gets its tokens from an identity provider, by the client credentials grant of OAuth 2.0.
     * The provider's certificate is checked against the authorities of the JVM.
     *
     * @param tokenEndpoint such as {@code https://login.example.org/oauth2/token}; plain {@code http} on this machine only
     * @param client the client's name at the provider
     * @param secret the client's secret there
     */
    public static KafkaSecurity oauth(URI tokenEndpoint, String client, SecretSource secret) {
        return oauth(tokenEndpoint, client, secret, null);
    }

    /** The same for tokens of this scope. */
    public static KafkaSecurity oauth(URI tokenEndpoint, String client, SecretSource secret, @Nullable String scope) {
        notBlank("client", client);
        checkEndpoint(tokenEndpoint);
        String words = "client \"" + client + "\" of " + tokenEndpoint;
        return token(words, new TokenEndpoint(tokenEndpoint, client, secret, scope), List.of(secret));
    }

    /**
     * A client of OAUTHBEARER whose tokens come from elsewhere, such as from a file that a platform writes. Looked up before
     * the last token expires; if it does not tell when, every few minutes.
     */
    public static KafkaSecurity token(SecretSource token) {
        return token("the holder of the token from " + token, new FixedToken(token), List.of(token));
    }

    private static KafkaSecurity token(String words, TokenSource source, List<SecretSource> secrets) {
        // Kafka shares one login between clients whose text here is the same, so each source has a text of its own
        String module = MODULES + "oauthbearer.OAuthBearerLoginModule required datastream.login=\""
                + LOGINS.incrementAndGet() + "\";";
        Map<String, Object> own = Map.of(
                "sasl.jaas.config",
                new Password(module),
                "sasl.login.callback.handler.class",
                TokenHandler.class,
                TokenHandler.SOURCE,
                source);
        return sasl(new Login("OAUTHBEARER", words, null, own, secrets));
    }

    private static KafkaSecurity sasl(Login login) {
        return new KafkaSecurity(true, login, null, null);
    }

    /** The settings that {@link #from} finds in the environment of this process. */
    public static KafkaSecurity fromEnvironment() {
        return from(System.getenv());
    }

    /**
     * Security by plain settings, such as {@code KAFKA_SECURITY_PROTOCOL=SASL_SSL}, {@code KAFKA_SASL_MECHANISM=PLAIN},
     * {@code KAFKA_SASL_USERNAME=alice} and {@code KAFKA_SASL_PASSWORD_FILE=/run/secrets/kafka}. The names may be written
     * with dots as well, such as {@code kafka.sasl.username}. Others are left alone. Without any of them: {@link #plaintext}.
     *
     * @param settings such as the environment, or those of a configuration file
     * @throws IllegalArgumentException with all that is wrong, and no secret
     */
    public static KafkaSecurity from(Map<String, String> settings) {
        return new SecuritySettings(settings).security();
    }

    /**
     * The same without encryption: whoever sees the network sees all records, and with PLAIN and OAUTHBEARER the password or
     * token too.
     *
     * @throws IllegalArgumentException if there is no user, or if it has certificates
     */
    public KafkaSecurity withoutEncryption() {
        if (login == null) {
            throw new IllegalArgumentException(
                    "withoutEncryption: " + this + " (expected: a user; plaintext() has neither)");
        }
        if (trust != null || identity != null) {
            throw new IllegalArgumentException(
                    "withoutEncryption: " + this + " (expected: no certificates, which only TLS uses)");
        }
        return new KafkaSecurity(false, login, null, null);
    }

    /**
     * The same with these authorities trusted, and no others. Default: those of the JVM.
     *
     * @param certificates a file of one or more certificates in PEM
     */
    public KafkaSecurity withTrust(Path certificates) {
        return trusting(KeyMaterial.trust(certificates));
    }

    /**
     * The same with these authorities trusted, and no others. Default: those of the JVM.
     *
     * @param store a file in PKCS12 or JKS
     */
    public KafkaSecurity withTrustStore(Path store, SecretSource password) {
        return trusting(KeyMaterial.trustStore(store, password));
    }

    private KafkaSecurity trusting(KeyMaterial authorities) {
        checkEncrypted("trust");
        return new KafkaSecurity(true, login, authorities, identity);
    }

    /**
     * The same with a certificate of our own, for brokers that ask for one.
     *
     * @param certificates a file in PEM: our certificate, then those that lead to an authority the broker trusts
     * @param key a file in PEM: the key, PKCS#8 and not encrypted
     */
    public KafkaSecurity withKey(Path certificates, Path key) {
        return identified(KeyMaterial.key(certificates, key, null));
    }

    /** The same with a key that is encrypted with a password. */
    public KafkaSecurity withKey(Path certificates, Path key, SecretSource password) {
        return identified(KeyMaterial.key(certificates, key, password));
    }

    /**
     * The same with a certificate of our own, for brokers that ask for one.
     *
     * @param store a file in PKCS12 or JKS with one key, which has the same password
     */
    public KafkaSecurity withKeyStore(Path store, SecretSource password) {
        return identified(KeyMaterial.keyStore(store, password));
    }

    private KafkaSecurity identified(KeyMaterial key) {
        checkEncrypted("key");
        return new KafkaSecurity(true, login, trust, key);
    }

    private void checkEncrypted(String what) {
        if (!isEncrypted) {
            throw new IllegalArgumentException(what + ": " + this + " (expected: TLS, which alone uses it)");
        }
    }

    private static void notBlank(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + ": \"" + value + "\" (expected: text that is not blank)");
        }
    }

    private static void checkEndpoint(URI endpoint) {
        boolean isUsable = endpoint.getHost() != null
                && endpoint.getRawUserInfo() == null
                && ("https".equals(endpoint.getScheme())
                        || "http".equals(endpoint.getScheme()) && isHere(endpoint.getHost()));
        if (!isUsable) {
            String shown = endpoint.getRawUserInfo() == null ? endpoint.toString() : "with a user";
            throw new IllegalArgumentException("tokenEndpoint: " + shown
                    + " (expected: such as https://login.example.org/oauth2/token; http on this machine only)");
        }
    }

    private static boolean isHere(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * The same as settings for a client of Kafka of your own: its administration client, a producer, a consumer. Files and
     * their passwords are read now. Values that are secret do not show themselves when they are printed.
     *
     * @throws IllegalStateException if a secret or a file is missing or cannot be used; the message tells which
     */
    public Map<String, Object> clientSettings() {
        Map<String, Object> all = new TreeMap<>();
        all.put("security.protocol", protocol());
        if (login != null) {
            login.secrets().forEach(SecretSource::reveal); // so that it is told now if one is missing
            all.put("sasl.mechanism", login.mechanism());
            all.putAll(login.own());
        }
        if (trust != null) {
            all.putAll(trust.settings());
        }
        if (identity != null) {
            all.putAll(identity.settings());
        }
        return all;
    }

    private String protocol() {
        return (login == null ? "" : "SASL_") + (isEncrypted ? "SSL" : "PLAINTEXT");
    }

    /**
     * Refuses a setting of Kafka's clients that is ours.
     *
     * @param where what the setting is to the user, such as a property
     */
    void refuse(String where, String name) {
        Set<String> ofLogin = Set.of(
                "sasl.mechanism",
                "sasl.jaas.config",
                "sasl.client.callback.handler.class",
                "sasl.login.callback.handler.class",
                "sasl.login.class");
        boolean isOurs = name.equals("security.protocol")
                || login != null && ofLogin.contains(name)
                || trust != null && name.startsWith("ssl.truststore.")
                || identity != null && (name.startsWith("ssl.keystore.") || name.equals("ssl.key.password"));
        if (isOurs) {
            throw new IllegalArgumentException(
                    where + ": " + name + " (expected: none that KafkaSecurity sets as well, here " + this + ")");
        }
    }

    /** Who asks the broker, for messages. */
    Caller caller() {
        if (login != null) {
            return new Caller(login.words(), login.principal(), login.mechanism(), isEncrypted);
        }
        return new Caller(
                identity == null ? "a client without a user" : "the client of the certificate",
                identity == null ? "ANONYMOUS" : null,
                null,
                isEncrypted);
    }

    /** Protocol, mechanism, user and places of files and secrets; never a secret. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>(List.of(protocol()));
        if (login != null) {
            parts.add(login.mechanism());
            parts.add(login.words());
        }
        if (trust != null) {
            parts.add("trust " + trust);
        }
        if (identity != null) {
            parts.add("key " + identity);
        }
        return "KafkaSecurity[" + String.join(", ", parts) + "]";
    }
}
