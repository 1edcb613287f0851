package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.SinkException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://h:5432/db, jdbc:postgresql://h:5432/db",
        "jdbc:postgresql://h/db?user=u&password=p@x, jdbc:postgresql://h/db",
        "jdbc:postgresql://user:p@h/db, jdbc:postgresql://h/db",
        "jdbc:h2:mem:x;USER=u;PASSWORD=p, jdbc:h2:mem:x"
    })
    void urlIsShownWithoutUserAndSettings(String url, String shown) {
        assertThat(Secrets.shown(url)).isEqualTo(shown);
        assertThat(JdbcConnection.of(url)).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://h/db?user=u&password=hunter2&x=1",
                "jdbc:postgresql://h/db?sslpassword=hunter2",
                "jdbc:postgresql://me:hunter2@h/db",
                "jdbc:postgresql://h/db?password=%68unter2",
                "jdbc:h2:mem:x;PASSWORD=hunter2"
            })
    void secretOfAUrlIsHiddenInMessagesAndCauses(String url) {
        Secrets secrets = new Secrets(url, null);
        SQLException error =
                new SQLException("no: " + url, "08001", 7, new IllegalStateException("me:hunter2 or hunter2"));

        SQLException clean = secrets.clean(error);

        assertThat(clean.getMessage()).doesNotContain("hunter2").contains("no: jdbc:");
        assertThat(clean.getCause()).hasMessageNotContaining("hunter2");
        assertThat(clean.getSQLState()).isEqualTo("08001");
        assertThat(clean.getErrorCode()).isEqualTo(7);
        assertThat(clean.getStackTrace()).isEqualTo(error.getStackTrace());
    }

    @Test
    void errorWithoutASecretIsLeftAsItIs() {
        SQLException error = new SQLException("fine");

        assertThat((Throwable) new Secrets("jdbc:x", "hunter2").clean(error)).isSameAs(error);
    }

    @Test
    void missingDriverIsFatalAndTellsNoSecret() {
        JdbcConnection connection = JdbcConnection.of("jdbc:nosuch://h/db?password=hunter2", "u", () -> "hunter3");

        assertThatThrownBy(() -> connection.open(1000))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasNoCause()
                .hasMessage("driver for jdbc:nosuch://h/db: none (expected: a JDBC driver for it on the class path,"
                        + " such as org.postgresql:postgresql)");
    }

    @Test
    void wrongUrlIsRefusedWithoutItsSecret() {
        assertThatThrownBy(() -> JdbcConnection.of("postgresql://u:hunter2@h/db?password=hunter2"))
                .hasMessage("url: postgresql://h/db (expected: a JDBC URL, such as jdbc:postgresql://host:5432/name)");
    }

    @Test
    void wrongPasswordIsFatalAndTellsNone() throws Exception {
        String url = "jdbc:h2:mem:secrets;DB_CLOSE_DELAY=-1";
        JdbcConnection.of(url, "sa", () -> "right").open(1000).close();

        assertThatThrownBy(() -> JdbcSink.upsertInto("t", JdbcConnection.of(url, "sa", () -> "hunter2"))
                        .open(TestDatabase.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageStartingWith("table \"t\": Wrong user name or password")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void passwordThatCannotBeReadIsFatal() {
        JdbcConnection connection = JdbcConnection.of("jdbc:h2:mem:x", "sa", () -> {
            throw new java.io.IOException("/run/secrets/db: not found");
        });

        assertThatThrownBy(() -> connection.open(1000))
                .hasMessage("password for jdbc:h2:mem:x: cannot be read: java.io.IOException: /run/secrets/db: not"
                        + " found");
    }

    @Test
    void passwordOfASourceIsLookedUpWithEachConnection(@TempDir Path folder) throws Exception {
        String url = "jdbc:h2:mem:sources;DB_CLOSE_DELAY=-1";
        JdbcConnection.of(url, "sa", () -> "right").open(1000).close();
        Path file = folder.resolve("password");
        JdbcConnection connection = JdbcConnection.of(url, "sa", SecretSource.file(file));

        assertThatThrownBy(() -> connection.open(1000))
                .hasMessageContaining("password for jdbc:h2:mem:sources: cannot be read: ")
                .hasMessageContaining("secret from file " + file + ": there is no such file");
        Files.writeString(file, "right\n");
        connection.open(1000).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:h2:mem:x", "jdbc:mariadb://h/db", "jdbc:postgresql://h/db?user=u&sslMode=disable"})
    void tlsIsRefusedWhereItWouldNotHold(String url) {
        assertThatThrownBy(() -> JdbcConnection.of(url).withTls(Tls.ofSystem()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(Secrets.shown(url) + ": withTls()");
    }

    @Test
    void certificateFileThatIsMissingIsFatal(@TempDir Path folder) {
        JdbcConnection connection = JdbcConnection.of("jdbc:postgresql://127.0.0.1:1/db", "u", () -> "hunter2")
                .withTls(Tls.trusting(folder.resolve("ca.pem")));

        assertThatThrownBy(() -> connection.open(1000))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("ca.pem: cannot be read");
    }
}
