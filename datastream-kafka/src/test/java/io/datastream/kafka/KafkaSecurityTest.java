package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.secret.SecretSource;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSecurityTest {
    private static final SecretSource HUSH = SecretSource.of("hush");
    private static final Path FOLDER = Path.of("/etc/kafka");

    @TempDir
    Path folder;

    @Test
    void isGivenToARuntime() {
        // region: security
        KafkaRuntime runtime = KafkaRuntime.at("kafka-1.example.org:9093")
                .withSecurity(KafkaSecurity.scramSha512("alice", SecretSource.file(Path.of("/run/secrets/kafka")))
                        .withTrust(Path.of("/etc/kafka/authority.pem")));
        // endregion
        assertThat(runtime)
                .hasToString("KafkaRuntime[kafka-1.example.org:9093, KafkaSecurity[SASL_SSL, SCRAM-SHA-512,"
                        + " user \"alice\", trust /etc/kafka/authority.pem]]");
        // region: security-ways
        SecretSource password = SecretSource.environment("KAFKA_PASSWORD");
        List<KafkaSecurity> ways = List.of(
                KafkaSecurity.tls(),
                KafkaSecurity.tls().withKey(FOLDER.resolve("me.pem"), FOLDER.resolve("me-key.pem")),
                KafkaSecurity.tls().withKeyStore(FOLDER.resolve("me.p12"), password),
                KafkaSecurity.plain("alice", password),
                KafkaSecurity.scramSha256("alice", password),
                KafkaSecurity.scramSha512("alice", password).withTrustStore(FOLDER.resolve("trust.jks"), password),
                KafkaSecurity.oauth(URI.create("https://login.example.org/oauth2/token"), "app", password, "kafka"),
                KafkaSecurity.token(SecretSource.file(Path.of("/run/secrets/token"))),
                KafkaSecurity.scramSha512("alice", password).withoutEncryption());
        // endregion
        assertThat(ways.toString()).contains("trust /etc/kafka/trust.jks", "client \"app\"", "key /etc/kafka/me.p12");
        // region: security-environment
        KafkaRuntime same = KafkaRuntime.at("kafka-1.example.org:9093").withSecurity(KafkaSecurity.fromEnvironment());
        // endregion
        assertThat(same.toString()).contains("KafkaSecurity[");
    }

    @Test
    void showsUserAndPlacesAndNoSecret() {
        Path pem = Path.of("/keys/authority.pem");
        assertThat(KafkaSecurity.scramSha512("alice", HUSH).withTrust(pem))
                .hasToString("KafkaSecurity[SASL_SSL, SCRAM-SHA-512, user \"alice\", trust /keys/authority.pem]");
        assertThat(KafkaSecurity.plain("alice", HUSH).withoutEncryption())
                .hasToString("KafkaSecurity[SASL_PLAINTEXT, PLAIN, user \"alice\"]");
        assertThat(KafkaSecurity.tls().withKey(Path.of("/keys/me.pem"), Path.of("/keys/key.pem"), HUSH))
                .hasToString("KafkaSecurity[SSL, key /keys/key.pem for /keys/me.pem]");
        assertThat(KafkaSecurity.token(SecretSource.environment("TOKEN")))
                .hasToString("KafkaSecurity[SASL_SSL, OAUTHBEARER, the holder of the token from environment variable"
                        + " TOKEN]");
        assertThat(KafkaRuntime.at("b:1").withSecurity(KafkaSecurity.tls()))
                .hasToString("KafkaRuntime[b:1, KafkaSecurity[SSL]]");
    }

    @Test
    void hidesSecretsInSettingsOfClients() throws Exception {
        Path certificates = Files.writeString(folder.resolve("c.pem"), "-----BEGIN CERTIFICATE-----\nhush\n");
        Path key = Files.writeString(folder.resolve("k.pem"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\nhush\n");
        Map<String, Object> settings = KafkaSecurity.oauth(URI.create("https://login.example.org/t"), "app", HUSH)
                .withTrust(certificates)
                .withKey(certificates, key, HUSH)
                .clientSettings();
        assertThat(settings.toString()).doesNotContain("hush");
        assertThat(((Password) settings.get("ssl.key.password")).value()).isEqualTo("hush");
    }

    @Test
    void givesEachSourceOfTokensALoginOfItsOwn() {
        // clients of the same login text share one token
        Object one = KafkaSecurity.token(HUSH).clientSettings().get("sasl.jaas.config");
        Object other = KafkaSecurity.token(HUSH).clientSettings().get("sasl.jaas.config");
        assertThat(one).isNotEqualTo(other);
    }

    @Test
    void refusesCertificatesWhereNothingIsEncrypted() {
        assertThatThrownBy(() -> KafkaSecurity.plaintext().withTrust(Path.of("a.pem")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("trust: KafkaSecurity[PLAINTEXT] (expected: TLS, which alone uses it)");
        assertThatThrownBy(() -> KafkaSecurity.plain("a", HUSH)
                        .withTrust(Path.of("a.pem"))
                        .withoutEncryption())
                .hasMessageContaining("(expected: no certificates, which only TLS uses)");
        assertThatThrownBy(() -> KafkaSecurity.tls().withoutEncryption())
                .hasMessageContaining("(expected: a user; plaintext() has neither)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example.org/t",
                "ftp://127.0.0.1/t",
                "https://user:hush@login.example.org/t",
                "login.example.org"
            })
    void refusesTokenEndpointsThatWouldShowTheSecret(String address) {
        assertThatThrownBy(() -> KafkaSecurity.oauth(URI.create(address), "app", HUSH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tokenEndpoint: ")
                .hasMessageNotContaining("hush");
    }

    @Test
    void saysWhichFileCannotBeUsed() throws Exception {
        Path none = folder.resolve("none.pem");
        assertThatThrownBy(() -> KafkaSecurity.tls().withTrust(none).clientSettings())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("trust " + none + ": there is no such file (expected: a file in PEM)");
        Path text = Files.writeString(folder.resolve("text.pem"), "-----BEGIN RSA PRIVATE KEY-----");
        assertThatThrownBy(() -> KafkaSecurity.tls().withTrust(text).clientSettings())
                .hasMessage("trust " + text + ": not of this form (expected: PEM with BEGIN CERTIFICATE)");
        Path certificate = Files.writeString(folder.resolve("c.pem"), "-----BEGIN CERTIFICATE-----");
        assertThatThrownBy(() -> KafkaSecurity.tls().withKey(certificate, text).clientSettings())
                .hasMessage("key " + text + ": not of this form (expected: PEM with BEGIN PRIVATE KEY; openssl pkcs8"
                        + " -topk8 converts other keys)");
        assertThatThrownBy(() -> KafkaSecurity.tls().withTrustStore(text, HUSH).clientSettings())
                .hasMessageStartingWith("trust store " + text + ": not of this form");
    }

    @Test
    void refusesWhatIsSetTwice() {
        KafkaSecurity alice = KafkaSecurity.plain("alice", HUSH);
        KafkaRuntime runtime = KafkaRuntime.at("b:1");
        assertThatThrownBy(() -> runtime.withSecurity(alice).withProperty("sasl.jaas.config", "hush"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("property: sasl.jaas.config (expected: none that KafkaSecurity sets as well, here"
                        + " KafkaSecurity[SASL_SSL, PLAIN, user \"alice\"])");
        assertThatThrownBy(
                        () -> runtime.withProperty("security.protocol", "SSL").withSecurity(alice))
                .hasMessageStartingWith("property: security.protocol (expected: none");
        assertThatCode(() -> runtime.withSecurity(alice)
                        .withProperty("ssl.truststore.location", "a.jks")
                        .withProperty("sasl.login.refresh.buffer.seconds", "10"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> runtime.withProperty("ssl.truststore.location", "a.jks")
                        .withSecurity(alice.withTrust(Path.of("a.pem"))))
                .hasMessageStartingWith("property: ssl.truststore.location");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "; KafkaSecurity[PLAINTEXT]",
                "KAFKA_BROKER=b:1 KAFKA_HEAP_OPTS=x; KafkaSecurity[PLAINTEXT]",
                "KAFKA_SECURITY_PROTOCOL=ssl; KafkaSecurity[SSL]",
                "KAFKA_SSL_TRUSTSTORE_LOCATION=/a.pem; KafkaSecurity[SSL, trust /a.pem]",
                "KAFKA_SASL_MECHANISM=plain KAFKA_SASL_USERNAME=al KAFKA_SASL_PASSWORD=p;"
                        + " KafkaSecurity[SASL_SSL, PLAIN, user \"al\"]",
                "kafka.security.protocol=SASL_PLAINTEXT kafka.sasl.mechanism=SCRAM-SHA-256 kafka.sasl.username=al"
                        + " kafka.sasl.password.file=/p; KafkaSecurity[SASL_PLAINTEXT, SCRAM-SHA-256, user \"al\"]",
                "KAFKA_SASL_OAUTHBEARER_TOKEN_FILE=/t;"
                        + " KafkaSecurity[SASL_SSL, OAUTHBEARER, the holder of the token from file /t]",
                "KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL=https://x.org/t KAFKA_SASL_OAUTHBEARER_CLIENT_ID=app"
                        + " KAFKA_SASL_OAUTHBEARER_CLIENT_SECRET=s KAFKA_SASL_OAUTHBEARER_SCOPE=k;"
                        + " KafkaSecurity[SASL_SSL, OAUTHBEARER, client \"app\" of https://x.org/t]",
                "KAFKA_SSL_TRUSTSTORE_LOCATION=/a.p12 KAFKA_SSL_TRUSTSTORE_PASSWORD=p"
                        + " KAFKA_SSL_KEYSTORE_LOCATION=/b.jks KAFKA_SSL_KEYSTORE_PASSWORD=p;"
                        + " KafkaSecurity[SSL, trust /a.p12, key /b.jks]",
                "KAFKA_SSL_CERTIFICATE_LOCATION=/c.pem KAFKA_SSL_KEY_LOCATION=/k.pem KAFKA_SSL_KEY_PASSWORD=p;"
                        + " KafkaSecurity[SSL, key /k.pem for /c.pem]",
            })
    void readsPlainSettings(String settings, String expected) {
        assertThat(KafkaSecurity.from(map(settings))).hasToString(expected);
    }

    private static Map<String, String> map(String settings) {
        Map<String, String> map = new HashMap<>();
        if (settings != null) {
            for (String setting : settings.split(" ")) {
                String[] parts = setting.split("=", 2);
                map.put(parts[0], parts[1]);
            }
        }
        return map;
    }

    @Test
    void tellsAllThatIsWrongWithPlainSettings() {
        assertThatThrownBy(() -> KafkaSecurity.from(map("KAFKA_SECURITY_PROTOCOL=SASL_SSH KAFKA_SASL_MECHANISM=SCRAM"
                        + " KAFKA_SASL_PASSWORD=hush KAFKA_SASL_PASSWORD_FILE=/hush"
                        + " KAFKA_SSL_TRUSTSTORE_LOCATION=/a.p12 KAFKA_SSL_KEY_LOCATION=/k.pem")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("6 problems in the settings for the security of Kafka:\n"
                        + "  KAFKA_SECURITY_PROTOCOL: \"SASL_SSH\" (expected: one of PLAINTEXT, SSL, SASL_PLAINTEXT,"
                        + " SASL_SSL)\n"
                        + "  KAFKA_SASL_MECHANISM: \"SCRAM\" (expected: one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512,"
                        + " OAUTHBEARER)\n"
                        + "  KAFKA_SASL_USERNAME: not set (expected: the name of the user)\n"
                        + "  KAFKA_SASL_PASSWORD: set beside KAFKA_SASL_PASSWORD_FILE (expected: one of them)\n"
                        + "  KAFKA_SSL_TRUSTSTORE_PASSWORD: not set (expected: the secret, or"
                        + " KAFKA_SSL_TRUSTSTORE_PASSWORD_FILE with the path of a file that has it)\n"
                        + "  KAFKA_SSL_CERTIFICATE_LOCATION: not set (expected: a file in PEM, since"
                        + " KAFKA_SSL_KEY_LOCATION is set)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "KAFKA_SECURITY_PROTOCOL=SSL KAFKA_SASL_PASSWORD=hush; KAFKA_SASL_PASSWORD",
                "KAFKA_SECURITY_PROTOCOL=PLAINTEXT KAFKA_SSL_TRUSTSTORE_LOCATION=/a; KAFKA_SSL_TRUSTSTORE_LOCATION",
                "KAFKA_SSL_TRUSTSTORE_LOCATION=/a.pem KAFKA_SSL_TRUSTSTORE_PASSWORD=hush;"
                        + " KAFKA_SSL_TRUSTSTORE_PASSWORD"
            })
    void refusesSettingsThatWouldNotBeUsed(String settings, String name) {
        assertThatThrownBy(() -> KafkaSecurity.from(map(settings)))
                .hasMessageContaining(name + ": set, but not used (expected: only what goes with KafkaSecurity[")
                .hasMessageNotContaining("hush");
    }
}
