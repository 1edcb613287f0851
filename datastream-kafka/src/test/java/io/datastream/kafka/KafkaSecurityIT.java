package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.kafka.Readings.Reading;
import io.datastream.kafka.tool.DatastreamTool;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.secret.SecretSource;
import io.datastream.testkit.Await;
import io.datastream.testkit.SecureKafka;
import io.datastream.testkit.SecureKafka.Listener;
import io.datastream.testkit.TestCertificates;
import io.datastream.time.Tumbling;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class KafkaSecurityIT {
    private static final String HOSTILE = "a\"b\\c; d'\u00e9";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static SecureKafka kafka;

    @TempDir
    Path folder;

    @BeforeAll
    static void startBroker() {
        kafka = SecureKafka.start();
        kafka.broker().createTopic("words", 1);
        kafka.addUser("alice", HOSTILE);
        for (String user : List.of("alice", "carol", "dora")) {
            kafka.allow(user, topic("words"), AclOperation.WRITE);
        }
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    private static ResourcePattern topic(String name) {
        return new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
    }

    private static Path authority() {
        return kafka.certificates().authority();
    }

    private static KafkaRuntime at(Listener listener, KafkaSecurity security) {
        return KafkaRuntime.at(kafka.address(listener)).withSecurity(security);
    }

    private static KafkaSecurity alice(String mechanism, String password) {
        SecretSource secret = SecretSource.of(password);
        return switch (mechanism) {
            case "PLAIN" -> KafkaSecurity.plain("alice", secret);
            case "SCRAM-SHA-256" -> KafkaSecurity.scramSha256("alice", secret);
            default -> KafkaSecurity.scramSha512("alice", secret);
        };
    }

    /** Writes a word, so that an administration client and a producer must be let in. */
    private static void write(KafkaRuntime runtime) {
        int before = kafka.broker().readCommitted("words").size();
        runtime.publish("words", Codec.utf8(), List.of("word"));
        assertThat(kafka.broker().readCommitted("words")).hasSize(before + 1);
    }

    private static IllegalStateException refusal(KafkaRuntime runtime) {
        long start = System.nanoTime();
        Throwable error = catchThrowable(() -> runtime.publish("words", Codec.utf8(), List.of("word")));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.dividedBy(2));
        assertThat(error).isInstanceOf(IllegalStateException.class);
        return (IllegalStateException) error;
    }

    // who is let in

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
    void letsAUserInWhosePasswordHasAllKindsOfCharacters(String mechanism) {
        write(at(Listener.SASL_SSL, alice(mechanism, HOSTILE).withTrust(authority())));
    }

    @Test
    void letsAUserInWithoutEncryptionIfThatIsAskedFor() {
        write(at(Listener.SASL_PLAINTEXT, alice("SCRAM-SHA-512", HOSTILE).withoutEncryption()));
    }

    @Test
    void letsTheHolderOfACertificateIn() {
        TestCertificates.Identity carol = kafka.certificates().issue("carol");
        SecretSource password = SecretSource.of(TestCertificates.PASSWORD);
        KafkaSecurity tls = KafkaSecurity.tls().withTrust(authority());
        write(at(Listener.MUTUAL_TLS, tls.withKey(carol.certificates(), carol.key())));
        write(at(Listener.MUTUAL_TLS, tls.withKeyStore(carol.keyStore(), password)));
    }

    @Test
    void trustsTheAuthoritiesOfAStore() throws Exception {
        Path store = folder.resolve("trust.p12");
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        try (InputStream in = Files.newInputStream(authority())) {
            trust.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        try (OutputStream out = Files.newOutputStream(store)) {
            trust.store(out, "trusted".toCharArray());
        }
        write(at(Listener.SASL_SSL, alice("PLAIN", HOSTILE).withTrustStore(store, SecretSource.of("trusted"))));
    }

    @Test
    void letsTheHolderOfATokenIn() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), kafka.token("dora", Duration.ofMinutes(5)) + "\n");
        write(at(Listener.SASL_SSL, KafkaSecurity.token(SecretSource.file(file)).withTrust(authority())));
    }

    @Test
    void getsTokensFromAnEndpoint() throws Exception {
        HttpServer provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<String> asked = new ArrayList<>();
        provider.createContext("/token", exchange -> {
            asked.add(exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] answer = ("{\"access_token\":\"" + kafka.token("dora", Duration.ofMinutes(5))
                            + "\",\"token_type\":\"Bearer\",\"expires_in\":300}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        provider.start();
        try {
            URI endpoint =
                    URI.create("http://127.0.0.1:" + provider.getAddress().getPort() + "/token");
            write(at(
                    Listener.SASL_SSL,
                    KafkaSecurity.oauth(endpoint, "dora-app", SecretSource.of("s e:cret"), "kafka")
                            .withTrust(authority())));
        } finally {
            provider.stop(0);
        }
        // dora-app:s+e%3Acret
        assertThat(asked)
                .isNotEmpty()
                .allMatch("Basic ZG9yYS1hcHA6cytlJTNBY3JldA== grant_type=client_credentials&scope=kafka"::equals);
    }

    // who is not

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-512"})
    void tellsOfAWrongPassword(String mechanism) {
        assertThat(refusal(at(Listener.SASL_SSL, alice(mechanism, "guess").withTrust(authority()))))
                .hasMessage("Kafka at " + kafka.address(Listener.SASL_SSL)
                        + ": user \"alice\" was refused: password or user is wrong (expected: a user that the broker"
                        + " knows for " + mechanism + ", with its password)");
    }

    @Test
    void tellsOfAnUnknownUser() {
        KafkaSecurity nobody =
                KafkaSecurity.scramSha256("nobody", SecretSource.of("x")).withTrust(authority());
        assertThat(refusal(at(Listener.SASL_SSL, nobody)))
                .hasMessageContaining(": user \"nobody\" was refused: password or user is wrong");
    }

    @Test
    void tellsOfAMissingSecret() {
        Path file = folder.resolve("none");
        KafkaSecurity alice =
                KafkaSecurity.plain("alice", SecretSource.file(file)).withTrust(authority());
        assertThat(refusal(at(Listener.SASL_SSL, alice)))
                .hasMessageContaining("secret from file " + file + ": there is no such file");
    }

    @Test
    void tellsOfATokenThatIsOver() {
        SecretSource token = SecretSource.of(kafka.token("dora", Duration.ofSeconds(-5)));
        assertThat(refusal(at(Listener.SASL_SSL, KafkaSecurity.token(token).withTrust(authority()))))
                .hasMessageStartingWith("Kafka at " + kafka.address(Listener.SASL_SSL)
                        + ": no client can be made: token from given by the program: it expired at 2");
    }

    @Test
    void tellsOfATokenThatIsNotTaken() {
        String[] one = kafka.token("dora", Duration.ofMinutes(5)).split("\\.");
        String[] other = kafka.token("erik", Duration.ofMinutes(5)).split("\\.");
        SecretSource forged = SecretSource.of(one[0] + "." + one[1] + "." + other[2]);
        assertThat(refusal(at(Listener.SASL_SSL, KafkaSecurity.token(forged).withTrust(authority()))))
                .hasMessageContaining("was refused: its token is not taken: {\"status\":\"invalid_token\"}"
                        + " (expected: a token that is valid, of the issuer and for the audience that the broker"
                        + " checks)");
    }

    @Test
    void tellsOfACertificateThatIsNotTrusted() {
        assertThat(refusal(at(Listener.SASL_SSL, alice("PLAIN", HOSTILE))))
                .hasMessageStartingWith(
                        "Kafka at " + kafka.address(Listener.SASL_SSL) + ": its certificate is not trusted: ")
                .hasMessageEndingWith(" (expected: one whose authority is trusted; withTrust or withTrustStore names"
                        + " others than those of the JVM)");
    }

    @Test
    void tellsOfACertificateForAnotherHost() {
        assertThat(refusal(at(Listener.WRONG_HOST, alice("PLAIN", HOSTILE).withTrust(authority()))))
                .hasMessageStartingWith(
                        "Kafka at " + kafka.address(Listener.WRONG_HOST) + ": its certificate is for another host: ")
                .hasMessageContaining("localhost")
                .hasMessageEndingWith(" (expected: the host name that its certificate names, or a certificate that"
                        + " names this host)");
    }

    @Test
    void tellsOfAMissingClientCertificate() {
        assertThat(refusal(at(Listener.MUTUAL_TLS, KafkaSecurity.tls().withTrust(authority()))))
                .hasMessageContaining(": a client without a user was refused in the TLS handshake: ")
                .hasMessageContaining("(expected: a client certificate that the broker trusts");
    }

    @Test
    void tellsOfAMechanismThatTheListenerDoesNotHave() {
        assertThat(refusal(KafkaRuntime.at(kafka.broker().bootstrapServers())
                        .withSecurity(alice("PLAIN", HOSTILE).withoutEncryption())))
                .hasMessageContaining("user \"alice\" was refused");
    }

    @ParameterizedTest
    @EnumSource(
            value = Listener.class,
            names = {"TLS", "SASL_SSL"})
    void tellsOfTlsThatIsNotAskedFor(Listener listener) {
        String address = kafka.address(listener);
        assertThat(refusal(KafkaRuntime.at(address)))
                .hasMessage("Kafka at " + address + ": it speaks TLS, and was asked in plain text (expected:"
                        + " KafkaSecurity with TLS, or the port of another listener)");
    }

    @Test
    void tellsOfTlsThatIsNotThere() {
        String address = kafka.address(Listener.SASL_PLAINTEXT);
        assertThat(refusal(at(Listener.SASL_PLAINTEXT, alice("PLAIN", HOSTILE).withTrust(authority()))))
                .hasMessage("Kafka at " + address + ": it speaks no TLS, which was asked for (expected:"
                        + " withoutEncryption(), or the port of another listener)");
    }

    // rights

    private static Pipeline sums(String name) {
        return Pipeline.from(KafkaSource.topic(name + ".in", Readings.CODEC).eventTimeNanos(Reading::time))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.sum(Reading::value))
                .to(Readings.windows(name + ".out"))
                .named(name);
    }

    /** What a pipeline of an exchange, state and results needs, and no more. */
    private static Map<ResourcePattern, AclOperation[]> leastRights(String name) {
        Map<ResourcePattern, AclOperation[]> rights = new LinkedHashMap<>();
        rights.put(topic(name + ".in"), operations(AclOperation.READ));
        rights.put(topic(name + ".out"), operations(AclOperation.CREATE, AclOperation.WRITE));
        rights.put(
                new ResourcePattern(ResourceType.TOPIC, name + "-", PatternType.PREFIXED),
                operations(AclOperation.CREATE, AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE));
        rights.put(new ResourcePattern(ResourceType.GROUP, name, PatternType.LITERAL), operations(AclOperation.READ));
        rights.put(
                new ResourcePattern(ResourceType.TRANSACTIONAL_ID, name + "-", PatternType.PREFIXED),
                operations(AclOperation.WRITE));
        return rights;
    }

    private static AclOperation[] operations(AclOperation... all) {
        return all;
    }

    /** A user of its own for a pipeline of that name, whose input has three readings. */
    private static KafkaRuntime withRights(String name) {
        kafka.broker().createTopic(name + ".in", 2);
        for (int i = 0; i < 3; i++) {
            kafka.broker().produce(name + ".in", "s" + i, "s" + i + ",1000,1.5");
        }
        kafka.addUser(name, "pw-" + name);
        leastRights(name).forEach((resource, operations) -> kafka.allow(name, resource, operations));
        return at(
                        Listener.SASL_SSL,
                        KafkaSecurity.scramSha512(name, SecretSource.of("pw-" + name))
                                .withTrust(authority()))
                .withExchangePartitions(2);
    }

    @Test
    void runsAPipelineWithTheRightsThatAreDocumentedAndNoMore() throws Exception {
        KafkaRuntime runtime = withRights("least").readToEnd();
        try (PipelineController controller = runtime.start(sums("least"))) {
            controller.awaitTermination();
            assertThat(controller.state()).isEqualTo(PipelineState.COMPLETED);
            assertThat(controller.status().restarts()).isZero();
        }
        assertThat(kafka.broker().readCommitted("least.out")).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "TOPIC; LITERAL; .in; READ; Read on topic \"NAME.in\"; --operation Read --topic NAME.in",
                "TOPIC; LITERAL; .out; WRITE; Write on topic \"NAME.out\"; --operation Write --topic NAME.out",
                "TOPIC; LITERAL; .out; CREATE; Create on topic \"NAME.out\"; --operation Create --topic NAME.out",
                "TOPIC; PREFIXED; -; CREATE; Create on topic \"NAME-; --operation Create --topic NAME-",
                "TOPIC; PREFIXED; -; READ; Read on topic \"NAME-; --operation Read --topic NAME-",
                "TOPIC; PREFIXED; -; WRITE; Write on topic \"NAME-; --operation Write --topic NAME-",
                "TOPIC; PREFIXED; -; DELETE; Delete on topic \"NAME-; --operation Delete --topic NAME-",
                "GROUP; LITERAL; ''; READ; Read on group \"NAME\"; --operation Read --group NAME)",
                "TRANSACTIONAL_ID; PREFIXED; -; WRITE; Write on transactional ids that begin with \"NAME-\";"
                        + " --operation Write --transactional-id NAME- --resource-pattern-type prefixed)",
            })
    void tellsWhichRightIsMissing(
            ResourceType type,
            PatternType pattern,
            String resource,
            AclOperation operation,
            String missing,
            String command) {
        String name = ("no-" + operation + "-" + type + resource.replace("-", "-own"))
                .toLowerCase(Locale.ROOT)
                .replace('.', '-');
        KafkaRuntime runtime = withRights(name);
        kafka.withdraw(name, new ResourcePattern(type, name + resource, pattern), operation);
        Throwable error = catchThrowable(() -> runtime.start(sums(name)).close());
        assertThat(error)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Kafka at " + kafka.address(Listener.SASL_SSL) + ": user \"" + name + "\" ")
                .hasMessageContaining(missing.replace("NAME", name))
                .hasMessageContaining("(expected: kafka-acls --add --allow-principal User:" + name + " "
                        + command.replace("NAME", name));
    }

    @Test
    void tellsAllRightsThatAreMissingAtOnce() {
        String name = "several";
        KafkaRuntime runtime = withRights(name);
        kafka.withdraw(name, topic(name + ".in"), AclOperation.READ);
        kafka.withdraw(name, new ResourcePattern(ResourceType.GROUP, name, PatternType.LITERAL), AclOperation.READ);
        assertThatThrownBy(() -> runtime.start(sums(name)).close())
                .hasMessage("Kafka at " + kafka.address(Listener.SASL_SSL) + ": user \"several\" lacks 2 rights:\n"
                        + "  Read on topic \"several.in\" (expected: kafka-acls --add --allow-principal User:several"
                        + " --operation Read --topic several.in)\n"
                        + "  Read on group \"several\" (expected: kafka-acls --add --allow-principal User:several"
                        + " --operation Read --group several)");
    }

    @Test
    void failsOnceIfARightIsTakenBackWhileItRuns() {
        KafkaRuntime runtime = withRights("taken");
        try (PipelineController controller = runtime.start(sums("taken"))) {
            Await.until(
                    "partitions", LIMIT, () -> controller.status().toString().contains("taken.in-0"));
            kafka.withdraw("taken", topic("taken.in"), AclOperation.READ);
            assertThatThrownBy(controller::awaitTermination)
                    .hasMessageContaining("user \"taken\" was refused: no Read on topic \"taken.in\" (expected:"
                            + " kafka-acls --add --allow-principal User:taken --operation Read --topic taken.in)");
            assertThat(controller.state()).isEqualTo(PipelineState.FAILED);
            assertThat(controller.status().restarts()).isZero();
        }
    }

    // the command line

    private static String tool(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        int exit = DatastreamTool.run(List.of(arguments), print, print, environment);
        return exit + " " + out.toString(StandardCharsets.UTF_8);
    }

    private static Map<String, String> environment(Path password) {
        return Map.of(
                "KAFKA_BROKER", kafka.address(Listener.SASL_SSL),
                "KAFKA_SASL_MECHANISM", "SCRAM-SHA-512",
                "KAFKA_SASL_USERNAME", "alice",
                "KAFKA_SASL_PASSWORD_FILE", password.toString(),
                "KAFKA_SSL_TRUSTSTORE_LOCATION", authority().toString());
    }

    @Test
    void connectsTheCommandLineByTheSameSettings() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), HOSTILE);
        KafkaRuntime runtime = KafkaRuntime.at(kafka.address(Listener.SASL_SSL))
                .withSecurity(KafkaSecurity.from(environment(password)));
        write(runtime);
        assertThat(tool(environment(password), "dead-letters", "list", "secret-letters"))
                .contains("user \"alice\" may not do this")
                .contains("secret-letters");
        Files.writeString(password, "guess");
        assertThat(tool(environment(password), "dead-letters", "list", "words"))
                .startsWith("1 Kafka at " + kafka.address(Listener.SASL_SSL)
                        + ": user \"alice\" was refused: password or user is wrong");
    }

    @Test
    void refusesTwoSourcesOfSettingsOnTheCommandLine() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), HOSTILE);
        Path properties = Files.writeString(folder.resolve("client.properties"), "security.protocol=SSL\n");
        assertThat(tool(environment(password), "lag", "any", "--properties", properties.toString()))
                .startsWith("2 --properties: security.protocol in " + properties);
    }

    // secrets

    @Test
    void showsNoSecretAnywhere() throws Exception {
        String good = "good-secret-1";
        String bad = "bad-secret-2";
        String custom = "custom-secret-3";
        String name = "hidden";
        withRights(name);
        kafka.addUser(name, good);
        Path file = Files.writeString(folder.resolve("password"), good);
        TestCertificates.Identity key = kafka.certificates().issue("hidden");
        String token = kafka.token("dora", Duration.ofMinutes(5));
        StringBuilder seen = new StringBuilder();
        try (Logged logged = new Logged()) {
            KafkaSecurity security = KafkaSecurity.plain(name, SecretSource.file(file))
                    .withTrust(authority())
                    .withKeyStore(key.keyStore(), SecretSource.of(TestCertificates.PASSWORD));
            KafkaRuntime runtime = at(Listener.SASL_SSL, security)
                    .withProperty("my.own.secret", custom)
                    .readToEnd();
            try (PipelineController controller = runtime.start(sums(name))) {
                controller.awaitTermination();
                seen.append(controller.status());
                controller.meters().getMeters().forEach(meter -> seen.append(meter.getId()));
            }
            KafkaSecurity wrong =
                    KafkaSecurity.scramSha512(name, SecretSource.of(bad)).withTrust(authority());
            KafkaSecurity forged =
                    KafkaSecurity.token(SecretSource.of(token + "x")).withTrust(authority());
            KafkaSecurity noStore = wrong.withTrustStore(key.keyStore(), SecretSource.of(bad));
            for (KafkaSecurity one : List.of(wrong, forged, noStore)) {
                KafkaRuntime refused = at(Listener.SASL_SSL, one).withProperty("my.own.secret", custom);
                StringWriter trace = new StringWriter();
                catchThrowable(() -> refused.start(sums(name)).close()).printStackTrace(new PrintWriter(trace, true));
                seen.append(one).append(refused).append(trace);
            }
            seen.append(security)
                    .append(security.clientSettings())
                    .append(runtime)
                    .append(logged.text());
            assertThat(logged.text())
                    .contains("pipeline hidden: RUNNING -> COMPLETED")
                    .contains("AdminClientConfig");
        }
        for (String secret : List.of(good, bad, custom, TestCertificates.PASSWORD, token, "PRIVATE KEY")) {
            assertThat(seen.toString().lines().filter(line -> line.contains(secret)))
                    .as(secret)
                    .isEmpty();
        }
    }

    @Test
    void takesAChangedPasswordFromItsFileAtTheNextConnection() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "pw-rotated");
        withRights("rotated");
        KafkaSecurity security =
                KafkaSecurity.scramSha256("rotated", SecretSource.file(file)).withTrust(authority());
        try (PipelineController controller = at(Listener.SASL_SSL, security)
                .withExchangePartitions(2)
                .start(Pipeline.from(
                                KafkaSource.topic("rotated.in", Readings.CODEC).eventTimeNanos(Reading::time))
                        .map(reading -> reading.sensor() + " " + reading.value())
                        .to(Readings.text("rotated.out"))
                        .named("rotated"))) {
            Await.until("results", LIMIT, () -> results("rotated.out") == 3);
            kafka.addUser("rotated", "quite another one");
            Files.writeString(file, "quite another one");
            kafka.broker().restart();
            kafka.broker().produce("rotated.in", "s", "s,2000,2.5");
            Await.until("a result after the change", LIMIT, () -> results("rotated.out") == 4);
            assertThat(controller.status().restarts()).isZero();
        }
    }

    private static int results(String topic) {
        return kafka.broker().readCommitted(topic).size();
    }
}
