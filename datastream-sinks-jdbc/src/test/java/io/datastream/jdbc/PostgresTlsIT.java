package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.secret.Tls;
import io.datastream.sink.SinkException;
import io.datastream.testkit.Await;
import io.datastream.testkit.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that asks for TLS and for certificates of its clients. */
@Timeout(120)
class PostgresTlsIT {
    @TempDir
    static Path folder;

    private static PostgresServer server;
    private static TestDatabase database;
    private static TestCertificates authority;
    private static TestCertificates.Identity client;

    record Note(String text, int value) {}

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start(false);
        database = server.database();
        authority = TestCertificates.in(folder);
        client = authority.issue("client");
        TestCertificates.Identity own = authority.issue("server", "localhost");
        // the server may run as another user, and reads no key that others can read
        copy(own.certificates(), "server.crt");
        copy(own.key(), "server.key");
        copy(authority.authority(), "root.crt");
        Files.writeString(
                server.data().resolve("pg_hba.conf"),
                "hostssl all all all trust clientcert=verify-ca\nhostnossl all all all trust\n");
        database.execute("ALTER SYSTEM SET ssl_ca_file = 'root.crt'");
        database.execute("ALTER SYSTEM SET ssl = on");
        database.execute("SELECT pg_reload_conf()");
        Await.until("TLS", Duration.ofSeconds(30), () -> {
            try {
                presenting(trusting()).open(5000).close();
                return true;
            } catch (SQLException e) {
                return false;
            }
        });
    }

    private static void copy(Path file, String name) throws IOException {
        Path copy = Files.copy(file, server.data().resolve(name));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
        Files.setOwner(copy, Files.getOwner(server.data()));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static Tls trusting() {
        return Tls.trusting(authority.authority());
    }

    private static JdbcConnection presenting(Tls tls) {
        return JdbcConnection.of(server.url(database), "postgres", () -> "x")
                .withTls(tls.presenting(client.certificates(), client.key()));
    }

    @Test
    void rowsAreWrittenOverTls() throws Exception {
        JdbcConnection connection = presenting(trusting());
        try (var writer =
                JdbcSink.appendTo("notes", Note.class, connection).createTable().open(TestDatabase.context())) {
            writer.write(0, new Note("a", 1));
            writer.flush();
        }

        try (Connection plain = connection.open(5000);
                Statement statement = plain.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT (SELECT text FROM notes), (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())")) {
            rows.next();
            assertThat(rows.getString(1)).isEqualTo("a");
            assertThat(rows.getBoolean(2)).isTrue();
        }
    }

    @Test
    void serverOfAnotherAuthorityIsFatal(@TempDir Path elsewhere) {
        Tls other = Tls.trusting(TestCertificates.in(elsewhere).authority());

        assertThatThrownBy(() -> JdbcSink.appendTo("notes", Note.class, presenting(other))
                        .open(TestDatabase.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("/" + database.value("SELECT current_database()", String.class) + ": TLS: ");
    }

    @Test
    void nameThatTheCertificateLacksIsFatalUnlessItIsNotLookedAt() throws Exception {
        String address = server.url(database).replace("localhost", "127.0.0.1");
        Tls tls = trusting().presenting(client.certificates(), client.key());
        JdbcConnection byAddress = JdbcConnection.of(address, "postgres", () -> "x");

        assertThatThrownBy(() -> byAddress.withTls(tls).open(5000))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("TLS: ")
                .hasMessageContaining("127.0.0.1");
        byAddress.withTls(tls.withoutHostNameCheck()).open(5000).close();
    }

    @Test
    void clientWithoutItsCertificateIsNotLetIn() {
        JdbcConnection unknown =
                JdbcConnection.of(server.url(database), "postgres", () -> "x").withTls(trusting());

        assertThatThrownBy(() -> JdbcSink.appendTo("notes", Note.class, unknown).open(TestDatabase.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse());
    }
}
