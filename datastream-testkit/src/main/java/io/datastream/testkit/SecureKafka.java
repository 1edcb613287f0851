package io.datastream.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * A real Kafka broker in this JVM that asks who its clients are and what they may do: TLS, SASL and access control lists.
 *
 * <pre>{@code
 * try (SecureKafka kafka = SecureKafka.start()) {
 *     kafka.addUser("alice", "wonderland");
 *     kafka.allow("alice", new ResourcePattern(ResourceType.TOPIC, "trades", PatternType.LITERAL), AclOperation.READ);
 *     kafka.broker().createTopic("trades", 3);          // as the administrator, who may do everything
 *     // ... a client of kafka.address(Listener.SASL_SSL) that trusts kafka.certificates().authority()
 * }
 * }</pre>
 *
 * <p>One broker has all {@link Listener}s at once, each on a port of its own. {@link #broker} is reached in plain text by
 * whoever is on this machine, as an administrator to whom no list applies; so is {@link Listener#TLS}. Users of the other
 * listeners may do nothing that {@link #allow} does not name. Mechanisms of the SASL listeners: SCRAM-SHA-512,
 * SCRAM-SHA-256, PLAIN and OAUTHBEARER, whose tokens are checked against a key file as an identity provider publishes it.
 *
 * <p>Cost beside that of {@link EmbeddedKafka}: about 3 s for certificates. While it runs, its key file is among those that
 * the system property {@value #ALLOWED_URLS} lets Kafka read.
 */
public final class SecureKafka implements AutoCloseable {
    private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
    private static final List<String> MECHANISMS = List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN", "OAUTHBEARER");
    private static final String TOKEN_KEYS = "token-keys.json";
    private static final int SCRAM_ITERATIONS = 4096;

    private final Path folder;
    private final PlainUsers plainUsers = new PlainUsers();
    private final TokenIssuer issuer = new TokenIssuer();
    private final Map<Listener, Integer> ports = new EnumMap<>(Listener.class);
    private final TestCertificates certificates;
    private final EmbeddedKafka broker;

    /** A way in. All are advertised, and to be reached, as {@code localhost} with {@link #address}. */
    public enum Listener {
        /** Encrypted, users by SASL: what a production cluster mostly has. */
        SASL_SSL("SASL_SSL"),
        /** Not encrypted, users by SASL. */
        SASL_PLAINTEXT("SASL_PLAINTEXT"),
        /** Encrypted, and asks for no user. */
        TLS("SSL"),
        /** Encrypted; the user is the common name of the client's certificate, which must be there. */
        MUTUAL_TLS("SSL"),
        /** Like {@link #SASL_SSL}, with a certificate that is signed well but names another host than localhost. */
        WRONG_HOST("SASL_SSL");

        private final String protocol;

        Listener(String protocol) {
            this.protocol = protocol;
        }

        private boolean isSasl() {
            return protocol.startsWith("SASL");
        }

        private String prefix() {
            return "listener.name." + name().toLowerCase(Locale.ROOT) + ".";
        }
    }

    private SecureKafka(KafkaOptions options) {
        folder = Folders.temporary("datastream-secure-kafka-");
        certificates = TestCertificates.in(folder);
        Iterator<Integer> free = FreePorts.next(Listener.values().length + 2).iterator();
        for (Listener listener : Listener.values()) {
            ports.put(listener, free.next());
        }
        int plain = free.next();
        int controller = free.next();
        try {
            broker = EmbeddedKafka.start(secured(options.withPorts(plain, controller), plain, controller));
        } catch (RuntimeException | Error e) {
            deleteSecrets();
            throw e;
        }
    }

    /** Starts a broker with a new authority and without users, and returns when it serves clients. */
    public static SecureKafka start() {
        return start(KafkaOptions.defaults());
    }

    /** Starts a broker; its options may not name ports, listeners or settings of security. */
    public static SecureKafka start(KafkaOptions options) {
        return new SecureKafka(options);
    }

    private KafkaOptions secured(KafkaOptions options, int plain, int controller) {
        StringBuilder listeners =
                new StringBuilder("PLAINTEXT://127.0.0.1:" + plain + ",CONTROLLER://127.0.0.1:" + controller);
        StringBuilder advertised = new StringBuilder("PLAINTEXT://127.0.0.1:" + plain);
        StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        ports.forEach((listener, port) -> {
            listeners.append(",").append(listener).append("://127.0.0.1:").append(port);
            advertised.append(",").append(listener).append("://localhost:").append(port);
            protocols.append(",").append(listener).append(":").append(listener.protocol);
        });
        Path tokenKeys = folder.resolve(TOKEN_KEYS);
        issuer.writeKeys(tokenKeys);
        allow(tokenKeys.toUri().toString());
        TestCertificates.Identity own = certificates.issue("broker", "localhost", "127.0.0.1");
        TestCertificates.Identity other = certificates.issue("elsewhere", "broker.elsewhere.example");
        KafkaOptions all = options.withSetting("listeners", listeners.toString())
                .withSetting("advertised.listeners", advertised.toString())
                .withSetting("listener.security.protocol.map", protocols.toString())
                .withSetting("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .withSetting("super.users", "User:ANONYMOUS")
                .withSetting("sasl.enabled.mechanisms", String.join(",", MECHANISMS))
                .withSetting(
                        "sasl.oauthbearer.jwks.endpoint.url", tokenKeys.toUri().toString())
                .withSetting("sasl.oauthbearer.expected.audience", TokenIssuer.AUDIENCE)
                .withSetting("sasl.oauthbearer.expected.issuer", TokenIssuer.ISSUER);
        all = withKey(all, "", own);
        all = withKey(all, Listener.WRONG_HOST.prefix(), other);
        all = all.withSetting("ssl.truststore.type", "PEM")
                .withSetting("ssl.truststore.location", certificates.authority().toString())
                .withSetting(Listener.MUTUAL_TLS.prefix() + "ssl.client.auth", "required")
                .withSetting("ssl.principal.mapping.rules", "RULE:^CN=([^,]+).*$/$1/,DEFAULT");
        for (Listener listener : Listener.values()) {
            all = listener.isSasl() ? withUsers(all, listener.prefix()) : all;
        }
        return all;
    }

    private static KafkaOptions withKey(KafkaOptions options, String prefix, TestCertificates.Identity identity) {
        return options.withSetting(prefix + "ssl.keystore.type", "PKCS12")
                .withSetting(
                        prefix + "ssl.keystore.location", identity.keyStore().toString())
                .withSetting(prefix + "ssl.keystore.password", TestCertificates.PASSWORD)
                .withSetting(prefix + "ssl.key.password", TestCertificates.PASSWORD);
    }

    private KafkaOptions withUsers(KafkaOptions options, String prefix) {
        String modules = "org.apache.kafka.common.security.";
        return options.withSetting(
                        prefix + "scram-sha-512.sasl.jaas.config", modules + "scram.ScramLoginModule required;")
                .withSetting(prefix + "scram-sha-256.sasl.jaas.config", modules + "scram.ScramLoginModule required;")
                .withSetting(prefix + "plain.sasl.jaas.config", plainUsers.jaas())
                .withSetting(prefix + "plain.sasl.server.callback.handler.class", PlainUsers.Handler.class.getName())
                .withSetting(
                        prefix + "oauthbearer.sasl.jaas.config",
                        modules + "oauthbearer.OAuthBearerLoginModule required;")
                .withSetting(
                        prefix + "oauthbearer.sasl.server.callback.handler.class",
                        modules + "oauthbearer.OAuthBearerValidatorCallbackHandler");
    }

    private static synchronized void allow(String url) {
        String before = System.getProperty(ALLOWED_URLS);
        System.setProperty(ALLOWED_URLS, before == null || before.isBlank() ? url : before + "," + url);
    }

    private static synchronized void disallow(String url) {
        System.setProperty(
                ALLOWED_URLS,
                Arrays.stream(System.getProperty(ALLOWED_URLS, "").split(","))
                        .filter(allowed -> !allowed.equals(url))
                        .collect(Collectors.joining(",")));
    }

    /** The broker as its administrator sees it: topics, writing, reading, stopping and starting again. */
    public EmbeddedKafka broker() {
        return broker;
    }

    /** The address for clients of a listener, such as {@code localhost:20417}. */
    public String address(Listener listener) {
        return "localhost:" + ports.get(listener);
    }

    /** The authority that signed the broker's certificate, and that signs those of clients. */
    public TestCertificates certificates() {
        return certificates;
    }

    /** Makes a user of SCRAM and PLAIN, or gives one another password; connections that are open stay so. */
    public void addUser(String user, String password) {
        for (ScramMechanism mechanism : List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
            UserScramCredentialUpsertion change = new UserScramCredentialUpsertion(
                    user, new ScramCredentialInfo(mechanism, SCRAM_ITERATIONS), password);
            get(
                    "user " + user,
                    broker.admin().alterUserScramCredentials(List.of(change)).all());
        }
        plainUsers.put(user, password);
        Await.until("user " + user, KafkaServer.LIMIT, () -> knows(user));
    }

    private boolean knows(String user) throws InterruptedException {
        try {
            return broker.admin()
                            .describeUserScramCredentials(List.of(user))
                            .description(user)
                            .get()
                            .credentialInfos()
                            .size()
                    == 2;
        } catch (ExecutionException notYet) {
            return false;
        }
    }

    /**
     * A signed token for OAUTHBEARER.
     *
     * @param subject the user
     * @param lifetime in whole seconds; it may be over already, if negative
     */
    public String token(String subject, Duration lifetime) {
        return issuer.token(subject, lifetime);
    }

    /** Lets a user do something, from any host. Returns when the broker goes by it. */
    public void allow(String user, ResourcePattern resource, AclOperation... operations) {
        List<AclBinding> bindings = bindings(user, resource, operations);
        get("allow " + user, broker.admin().createAcls(bindings).all());
        Await.until("rights of " + user, KafkaServer.LIMIT, () -> acls().containsAll(bindings));
    }

    /** Takes back what {@link #allow} gave in the same words. Returns when the broker goes by it. */
    public void withdraw(String user, ResourcePattern resource, AclOperation... operations) {
        List<AclBinding> bindings = bindings(user, resource, operations);
        get(
                "withdraw from " + user,
                broker.admin()
                        .deleteAcls(bindings.stream().map(AclBinding::toFilter).toList())
                        .all());
        Await.until(
                "loss of rights of " + user,
                KafkaServer.LIMIT,
                () -> acls().stream().noneMatch(bindings::contains));
    }

    private HashSet<AclBinding> acls() {
        return new HashSet<>(
                get("rights", broker.admin().describeAcls(AclBindingFilter.ANY).values()));
    }

    private static List<AclBinding> bindings(String user, ResourcePattern resource, AclOperation... operations) {
        return Arrays.stream(operations)
                .map(operation -> new AclBinding(
                        resource, new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)))
                .toList();
    }

    private static <T> T get(String what, KafkaFuture<T> future) {
        try {
            return future.get(KafkaServer.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(what + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(what + ": no answer within " + KafkaServer.LIMIT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + what, e);
        }
    }

    /** Stops the broker and deletes its keys. */
    @Override
    public void close() {
        try {
            broker.close();
        } finally {
            deleteSecrets();
        }
    }

    private void deleteSecrets() {
        plainUsers.close();
        disallow(folder.resolve(TOKEN_KEYS).toUri().toString());
        Folders.delete(folder);
    }
}
