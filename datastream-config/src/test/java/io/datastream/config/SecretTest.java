package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    private static final String TEXT = "hunter2";
    private static final Option<Secret> PASSWORD = Option.secret("kafka.password");
    private static final Option<String> URL = Option.string("jdbc.url").confidential();
    private static final Option<Integer> PIN = Option.integer("pin").confidential();
    private static final ConfigSpec SPEC = ConfigSpec.of("app", PASSWORD, URL, PIN, Option.string("topic"));

    @TempDir
    Path folder;

    @Test
    void showsAMaskAndRevealsTheText() {
        Secret secret = Secret.of(TEXT);
        assertThat(secret).hasToString("******");
        assertThat(secret.reveal()).isEqualTo(TEXT);
        assertThat(secret)
                .isEqualTo(Secret.of(TEXT))
                .hasSameHashCodeAs(Secret.of(TEXT))
                .isNotEqualTo(Secret.of("x"));
    }

    @Test
    void explainsWithAMask() {
        Config config = SPEC.loader()
                .withArgs("--kafka-password=" + TEXT)
                .withEnvironment(Map.of("JDBC_URL", "jdbc:x://u:" + TEXT + "@h"))
                .load();
        assertThat(config.get(PASSWORD).reveal()).isEqualTo(TEXT);
        assertThat(config.get(URL)).endsWith(TEXT + "@h");
        assertThat(config.explain())
                .contains("kafka.password = ******  (command line --kafka-password)\n")
                .contains("jdbc.url = ******  (environment JDBC_URL)\n");
    }

    @Test
    void masksAnInvalidValue() {
        assertThat(Loading.problems(SPEC.loader().withEnvironment(Map.of("PIN", TEXT, "KAFKA_PASSWORD", " "))))
                .containsExactly(
                        "kafka.password: ****** from environment KAFKA_PASSWORD (expected: a secret that is not blank)",
                        "pin: ****** from environment PIN (expected: a whole number)");
    }

    @Test
    void masksADefault() {
        Option<Secret> option = Option.secret("token").withDefault(Secret.of(TEXT));
        ConfigSpec spec = ConfigSpec.of("app", option);
        assertThat(option.toString()).isEqualTo("Option[token = ******]");
        assertThat(spec.help()).contains("******").doesNotContain(TEXT);
        assertThat(spec.loader().load().explain()).contains("token = ******  (default)");
    }

    @Test
    void readsASecretFromAFileNamedByAnySource() {
        String path = Loading.write(folder, "password", TEXT + "\n").toString();
        String yaml = Loading.write(folder, "app.yaml", "kafka: {password: {file: '" + path + "'}}\n")
                .toString();
        List<ConfigLoader> loaders = List.of(
                SPEC.loader().withEnvironment(Map.of("KAFKA_PASSWORD_FILE", path)),
                SPEC.loader().withEnvironment(Map.of("DATASTREAM_KAFKA_PASSWORD_FILE", path)),
                SPEC.loader().withSystemProperties(Loading.properties("kafka.password.file", path)),
                SPEC.loader().withArgs("--kafka-password-file", path),
                SPEC.loader().withArgs("--config", yaml));
        assertThat(loaders).allSatisfy(loader -> {
            Config config = loader.load();
            assertThat(config.get(PASSWORD).reveal()).isEqualTo(TEXT);
            assertThat(config.origin(PASSWORD).orElseThrow()).startsWith("file " + path + " named by ");
        });
        assertThat(loaders.get(0).load().explain())
                .contains("kafka.password = ******  (file " + path + " named by environment KAFKA_PASSWORD_FILE)\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2", "hunter2\n", "hunter2\r\n", "\uFEFFhunter2"})
    void leavesOutTheLastLineBreakOfAFile(String content) {
        String path = Loading.write(folder, "password", content).toString();
        assertThat(SPEC.loader()
                        .withArgs("--kafka-password-file", path)
                        .load()
                        .get(PASSWORD)
                        .reveal())
                .isEqualTo(TEXT);
    }

    @Test
    void keepsOtherWhiteSpaceOfAFile() {
        String path = Loading.write(folder, "key", " a\nb \n\n").toString();
        assertThat(SPEC.loader()
                        .withArgs("--kafka-password-file", path)
                        .load()
                        .get(PASSWORD)
                        .reveal())
                .isEqualTo(" a\nb \n");
    }

    @Test
    void prefersAFileOfAStrongerSourceToAValueOfAWeakerOne() {
        String path = Loading.write(folder, "password", "file").toString();
        assertThat(SPEC.loader()
                        .withEnvironment(Map.of("KAFKA_PASSWORD", "environment"))
                        .withArgs("--kafka-password-file", path)
                        .load()
                        .get(PASSWORD)
                        .reveal())
                .isEqualTo("file");
        assertThat(SPEC.loader()
                        .withEnvironment(Map.of("KAFKA_PASSWORD_FILE", path))
                        .withArgs("--kafka-password", "argument")
                        .load()
                        .get(PASSWORD)
                        .reveal())
                .isEqualTo("argument");
    }

    @Test
    void refusesValueAndFileInTheSameSource() {
        String path = Loading.write(folder, "password", TEXT).toString();
        assertThat(Loading.problems(
                        SPEC.loader().withEnvironment(Map.of("KAFKA_PASSWORD", TEXT, "KAFKA_PASSWORD_FILE", path))))
                .containsExactly("kafka.password: given twice, from environment KAFKA_PASSWORD and environment"
                        + " KAFKA_PASSWORD_FILE (expected: one of them)");
    }

    @Test
    void saysWhyAFileOfASecretCannotBeRead() throws IOException {
        Path large = Files.write(folder.resolve("large"), new byte[100_000]);
        assertThat(Loading.problems(SPEC.loader().withEnvironment(Map.of("KAFKA_PASSWORD_FILE", "/no/such"))))
                .containsExactly("kafka.password.file: \"/no/such\" from environment KAFKA_PASSWORD_FILE, no such file"
                        + " (expected: a readable file)");
        assertThat(Loading.problems(SPEC.loader().withArgs("--kafka-password-file=" + large))
                        .get(0))
                .endsWith(", longer than 65536 bytes (expected: a readable file)");
        assertThat(Loading.problems(SPEC.loader().withArgs("--kafka-password-file")))
                .containsExactly("kafka.password.file: no value from command line --kafka-password-file"
                        + " (expected: a file)");
    }

    @Test
    void refusesAnEmptyFile() {
        String path = Loading.write(folder, "password", "\n").toString();
        assertThat(Loading.problems(SPEC.loader().withArgs("--kafka-password-file", path)))
                .containsExactly("kafka.password: ****** from file " + path + " named by command line"
                        + " --kafka-password-file (expected: a secret that is not blank)");
    }

    @Test
    void hasNoFileForOptionsThatAreNoSecret() {
        assertThat(Loading.problems(SPEC.loader().withArgs("--topic-file=x")).get(0))
                .startsWith("--topic-file: ");
    }

    /** Every slip a hand makes on the way to the right argument. */
    @Test
    void showsNoSecretWhateverIsMistypedOnTheCommandLine() {
        for (String line : List.of(
                "--kafka-passwrod hunter2",
                "--kafka-passwrod=hunter2",
                "--kafka-passwordhunter2",
                "--kafka.password.hunter2",
                "--kafkapassword hunter2",
                "--password hunter2",
                "--passwd=hunter2",
                "--api-key=hunter2",
                "--kafka-password= hunter2",
                "--kafka-password a hunter2",
                "--kafka-password hunter2 --kafka-password hunter2",
                "--kafka-password-file hunter2",
                "--kafka-password-fil hunter2",
                "--pin hunter2",
                "--jdbc-ulr=jdbc:hunter2",
                "--explain-config --pin=hunter2")) {
            assertNothingLeaks(SPEC.loader().withArgs(line.split(" ")), line);
        }
    }

    @Test
    void showsNoSecretWhateverIsMistypedInOtherSources() {
        for (String name : List.of(
                "KAFKA_PASSWRD", "KAFKAPASSWORD", "JDBC_ULR", "PINN", "API_TOKEN", "PIN", "KAFKA_PASSWORD_FILE")) {
            assertNothingLeaks(SPEC.loader().withEnvironment(Map.of("DATASTREAM_" + name, TEXT)), name);
        }
        for (String name : List.of("kafka.passwrod", "jdbc.ulr", "pinn", "pin", "kafka.password.file")) {
            assertNothingLeaks(
                    SPEC.loader().withSystemProperties(Loading.properties("datastream." + name, TEXT)), name);
        }
    }

    @Test
    void showsNoSecretWhateverIsMistypedInTheFile() {
        for (String yaml : List.of(
                "kafka: {passwrod: hunter2}",
                "kafka: {password: [hunter2, b]}",
                "kafka: {password: {value: hunter2}}",
                "kafka: {password: {file: hunter2}}",
                "kafka.password: *hunter2",
                "kafka.password: &hunter2",
                "kafka.password: !hunter2",
                "kafka.password: !hunter2!x",
                "kafka.password: !!hunter2 x",
                "kafka.password: %hunter2",
                "kafka.password: @hunter2",
                "kafka.password: 'hunter2",
                "kafka.password: \"\\hunter2\"",
                "kafka.password: a: hunter2",
                "kafka.password: {hunter2",
                "kafka.password: [[hunter2]]",
                "kafka.password: |hunter2",
                "kafka.password:hunter2",
                "{kafka.password:hunter2}",
                "topic: x\nkafka.password:hunter2",
                "topic: x\nkafka.password:hunter2\npin: 1",
                "kafka.password: hunter2\nkafka.password: hunter2",
                "kafka: {password: hunter2}\nkafka.password: hunter2",
                "kafka.password: hunter2\n\tpin: 1",
                "kafka.password: hunter2\u0001",
                "? [hunter2]\n: x",
                "%TAG !hunter2",
                "- kafka.password: hunter2",
                "hunter2",
                "pin: hunter2",
                "pinn: hunter2")) {
            assertNothingLeaks(SPEC.loader().withFile(Loading.write(folder, "app.yaml", yaml)), yaml);
        }
    }

    private static void assertNothingLeaks(ConfigLoader loader, String what) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, loader::load);
        assertThat(refused).as(what).isNotNull();
        StringWriter trace = new StringWriter();
        refused.printStackTrace(new PrintWriter(trace));
        ByteArrayOutputStream explained = new ByteArrayOutputStream();
        try {
            loader.loadOrExplain(new PrintStream(explained, true, StandardCharsets.UTF_8));
        } catch (ConfigException again) {
            assertThat(again).hasMessage(refused.getMessage());
        }
        assertThat(trace + explained.toString(StandardCharsets.UTF_8)).as(what).doesNotContain(TEXT);
    }
}
