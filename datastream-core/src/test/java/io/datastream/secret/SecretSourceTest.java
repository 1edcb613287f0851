package io.datastream.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretSourceTest {
    @TempDir
    Path folder;

    @Test
    void readsAFileWithoutItsLastLineBreak() throws Exception {
        assertThat(SecretSource.file(file("hush \n")).reveal()).isEqualTo("hush ");
        assertThat(SecretSource.file(file("hush\r\n")).reveal()).isEqualTo("hush");
        assertThat(SecretSource.file(file("two\nlines\n\n")).reveal()).isEqualTo("two\nlines\n");
    }

    @Test
    void readsAFileAgainAtEachUse() throws Exception {
        Path file = file("first");
        SecretSource source = SecretSource.file(file);
        assertThat(source.reveal()).isEqualTo("first");
        Files.writeString(file, "second");
        assertThat(source.reveal()).isEqualTo("second");
    }

    @Test
    void readsTheEnvironment() {
        assertThat(SecretSource.environment("PATH").reveal()).isEqualTo(System.getenv("PATH"));
    }

    @Test
    void saysWhereASecretIsMissing() {
        assertThatThrownBy(
                        () -> SecretSource.environment("NO_SUCH_VARIABLE_HERE").reveal())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("secret from environment variable NO_SUCH_VARIABLE_HERE: not set"
                        + " (expected: text that is not blank)");
        Path file = folder.resolve("none");
        assertThatThrownBy(() -> SecretSource.file(file).reveal())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("secret from file " + file + ": there is no such file (expected: text that is not blank)");
    }

    @Test
    void refusesABlankSecret() throws Exception {
        Path file = file(" \n");
        assertThatThrownBy(() -> SecretSource.file(file).reveal())
                .hasMessage("secret from file " + file + ": blank (expected: text that is not blank)");
    }

    @Test
    void refusesAFileThatIsTooLongForASecret() throws Exception {
        Path file = file("x".repeat(SecretSource.LONGEST_FILE + 1));
        assertThatThrownBy(() -> SecretSource.file(file).reveal())
                .hasMessageContaining("65537 bytes (expected: at most 65536)");
    }

    @Test
    void showsThePlaceAndNotTheSecret() throws Exception {
        assertThat(SecretSource.of("hush")).hasToString("given by the program");
        assertThat(SecretSource.from("vault entry kafka", () -> "hush")).hasToString("vault entry kafka");
        assertThat(SecretSource.file(Path.of("/run/secrets/kafka"))).hasToString("file /run/secrets/kafka");
    }

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("secret"), text);
    }

    @Test
    void isLookedUpWhereThePipelineWasShippedTo() throws Exception {
        Path file = file("first");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(SecretSource.file(file));
        }
        Files.writeString(file, "second");

        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((SecretSource) in.readObject()).reveal()).isEqualTo("second");
        }
    }
}
