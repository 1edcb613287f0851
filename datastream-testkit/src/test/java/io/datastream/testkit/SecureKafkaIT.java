package io.datastream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.testkit.SecureKafka.Listener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SecureKafkaIT {
    private static final ResourcePattern TOPIC =
            new ResourcePattern(ResourceType.TOPIC, "guarded", PatternType.LITERAL);
    private static SecureKafka kafka;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        kafka = SecureKafka.start();
        kafka.broker().createTopic("guarded", 2);
        kafka.addUser("alice", "wonderland");
        kafka.allow("alice", TOPIC, AclOperation.DESCRIBE);
    }

    @AfterAll
    static void close() {
        kafka.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"})
    void takesUsersWithPasswords(String mechanism) throws Exception {
        assertThat(partitions(password(Listener.SASL_SSL, mechanism, "wonderland")))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-512", "PLAIN"})
    void refusesAWrongPassword(String mechanism) {
        assertThatThrownBy(() -> partitions(password(Listener.SASL_SSL, mechanism, "looking-glass")))
                .hasCauseInstanceOf(SaslAuthenticationException.class);
    }

    @Test
    void takesUsersWithoutEncryptionToo() throws Exception {
        assertThat(partitions(password(Listener.SASL_PLAINTEXT, "SCRAM-SHA-512", "wonderland")))
                .isEqualTo(2);
    }

    @Test
    void takesSignedTokens() throws Exception {
        assertThat(partitions(token(kafka.token("alice", Duration.ofMinutes(5)))))
                .isEqualTo(2);
    }

    @Test
    void refusesTokensThatWereChanged() {
        String[] parts = kafka.token("alice", Duration.ofMinutes(5)).split("\\.");
        String[] others = kafka.token("bob", Duration.ofMinutes(5)).split("\\.");
        assertThatThrownBy(() -> partitions(token(parts[0] + "." + parts[1] + "." + others[2])))
                .hasCauseInstanceOf(SaslAuthenticationException.class);
    }

    @Test
    void takesTheCommonNameOfACertificateAsTheUser() throws Exception {
        TestCertificates.Identity identity = kafka.certificates().issue("carol");
        kafka.allow("carol", TOPIC, AclOperation.DESCRIBE);
        Properties client = client(Listener.MUTUAL_TLS, "SSL");
        client.put("ssl.keystore.type", "PKCS12");
        client.put("ssl.keystore.location", identity.keyStore().toString());
        client.put("ssl.keystore.password", TestCertificates.PASSWORD);
        assertThat(partitions(client)).isEqualTo(2);
    }

    @Test
    void refusesClientsWithoutACertificateWhereOneIsAskedFor() {
        assertThatThrownBy(() -> partitions(client(Listener.MUTUAL_TLS, "SSL")))
                .hasCauseInstanceOf(SslAuthenticationException.class);
    }

    @Test
    void hasAListenerWhoseCertificateNamesAnotherHost() {
        assertThatThrownBy(() -> partitions(password(Listener.WRONG_HOST, "PLAIN", "wonderland")))
                .hasCauseInstanceOf(SslAuthenticationException.class)
                .rootCause()
                .hasMessageContaining("localhost");
    }

    @ParameterizedTest
    @EnumSource(
            value = Listener.class,
            names = {"SASL_SSL", "SASL_PLAINTEXT"})
    void refusesWhatIsNotAllowed(Listener listener) {
        kafka.addUser("mallory", "m");
        Properties client = password(listener, "PLAIN", "m");
        client.put("sasl.jaas.config", jaas("plain.Plain", "mallory", "m"));
        assertThatThrownBy(() -> partitions(client)).hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void takesRightsBack() throws Exception {
        kafka.addUser("dave", "d");
        Properties client = password(Listener.SASL_SSL, "PLAIN", "d");
        client.put("sasl.jaas.config", jaas("plain.Plain", "dave", "d"));
        kafka.allow("dave", TOPIC, AclOperation.DESCRIBE);
        assertThat(partitions(client)).isEqualTo(2);
        kafka.withdraw("dave", TOPIC, AclOperation.DESCRIBE);
        assertThatThrownBy(() -> partitions(client)).hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void issuesKeysAsPemAndPkcs12() throws Exception {
        TestCertificates.Identity identity = TestCertificates.in(folder).issue("someone", "localhost");
        assertThat(Files.readString(identity.certificates()))
                .startsWith("-----BEGIN CERTIFICATE-----")
                .containsOnlyOnce("-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----");
        assertThat(Files.readString(identity.key())).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(identity.keyStore()).isNotEmptyFile();
    }

    private static int partitions(Properties client) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(client)) {
            return admin.describeTopics(List.of("guarded"))
                    .allTopicNames()
                    .get()
                    .get("guarded")
                    .partitions()
                    .size();
        }
    }

    private static Properties client(Listener listener, String protocol) {
        Properties client = new Properties();
        client.putAll(Map.of(
                "bootstrap.servers",
                kafka.address(listener),
                "security.protocol",
                protocol,
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                kafka.certificates().authority().toString()));
        return client;
    }

    private static Properties password(Listener listener, String mechanism, String password) {
        Properties client = client(listener, listener == Listener.SASL_PLAINTEXT ? "SASL_PLAINTEXT" : "SASL_SSL");
        client.put("sasl.mechanism", mechanism);
        client.put(
                "sasl.jaas.config", jaas(mechanism.equals("PLAIN") ? "plain.Plain" : "scram.Scram", "alice", password));
        return client;
    }

    private static String jaas(String module, String user, String password) {
        return "org.apache.kafka.common.security." + module + "LoginModule required username=\"" + user
                + "\" password=\"" + password + "\";";
    }

    private Properties token(String token) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), token);
        Properties client = client(Listener.SASL_SSL, "SASL_SSL");
        client.put("sasl.mechanism", "OAUTHBEARER");
        client.put("sasl.jaas.config", "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;");
        client.put(
                "sasl.login.callback.handler.class",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler");
        client.put("sasl.oauthbearer.token.endpoint.url", file.toUri().toString());
        System.setProperty(
                "org.apache.kafka.sasl.oauthbearer.allowed.urls",
                System.getProperty("org.apache.kafka.sasl.oauthbearer.allowed.urls") + "," + file.toUri());
        return client;
    }
}
