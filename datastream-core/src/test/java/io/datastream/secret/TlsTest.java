package io.datastream.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are wrong; connections with right ones are made in the tests of the connectors. */
class TlsTest {
    @TempDir
    Path folder;

    private Path file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "some", ".pem"), text);
    }

    @Test
    void tellsWhatItReads() {
        assertThat(Tls.ofSystem()).hasToString("TLS trusting what the JDK trusts");
        assertThat(Tls.trusting(Path.of("/ca.pem"))
                        .presenting(Path.of("/me.pem"), Path.of("/me.key"))
                        .withoutHostNameCheck())
                .hasToString("TLS trusting /ca.pem, presenting /me.pem, without a check of host names");
    }

    @Test
    void checksHostNamesUnlessToldNotTo() {
        assertThat(Tls.ofSystem().parameters().getEndpointIdentificationAlgorithm())
                .isEqualTo("HTTPS");
        assertThat(Tls.ofSystem().withoutHostNameCheck().parameters().getEndpointIdentificationAlgorithm())
                .isNull();
    }

    @Test
    void namesAFileThatIsMissing() {
        assertThatThrownBy(() -> Tls.trusting(folder.resolve("none.pem")).context())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("file " + folder.resolve("none.pem") + ": cannot be read: ");
    }

    @Test
    void namesAFileWithoutCertificates() throws Exception {
        Path empty = file("");
        Path words = file("no certificate");

        assertThatThrownBy(() -> Tls.trusting(empty).context())
                .hasMessage("certificates: " + empty + ": none (expected: PEM, at least one)");
        assertThatThrownBy(() -> Tls.trusting(words).context())
                .hasMessage("certificates: " + words + ": cannot be read (expected: PEM)");
    }

    @Test
    void namesAKeyThatIsEncryptedOrNone() throws Exception {
        Path key = file("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n");
        Path nonsense = file("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        assertThatThrownBy(() -> Tls.ofSystem().presenting(key, key).context())
                .hasMessage("key: " + key + ": no private key (expected: PEM with BEGIN PRIVATE KEY, which is PKCS#8,"
                        + " not encrypted)");
        assertThatThrownBy(() -> Tls.ofSystem().presenting(nonsense, nonsense).context())
                .hasMessage("key: " + nonsense + ": of an unknown algorithm (expected: EC, RSA or EdDSA)");
    }
}
