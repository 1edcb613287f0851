package io.datastream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.secret.Tls;
import io.datastream.sink.SinkException;
import io.datastream.testkit.TestCertificates;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent over TLS, and to whom. */
class HttpsTest {
    private static final byte[] BODY = "x".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    static Path folder;

    private static TestCertificates authority;
    private static HttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        authority = TestCertificates.in(Files.createDirectory(folder.resolve("authority")));
        TestCertificates.Identity identity = authority.issue("server", "localhost");
        SSLContext context = Tls.ofSystem()
                .presenting(identity.certificates(), identity.key())
                .context();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    private static HttpEndpoint at(String host) {
        return HttpEndpoint.of("https://" + host + ":" + server.getAddress().getPort());
    }

    private static int post(HttpEndpoint endpoint) {
        return endpoint.open("test").post("text/plain", Map.of(), BODY).status();
    }

    @Test
    void aServerWithACertificateOfATrustedAuthorityIsSentTo() {
        assertThat(post(at("localhost").withTls(Tls.trusting(authority.authority()))))
                .isEqualTo(204);
        assertThat(post(at("localhost")
                        .withTls(Tls.trusting(authority.authority()).context())))
                .isEqualTo(204);
    }

    @Test
    void aServerThatIsNotTrustedIsFatal() throws Exception {
        TestCertificates other = TestCertificates.in(Files.createDirectory(folder.resolve("other")));

        assertUntrusted(at("localhost"));
        assertUntrusted(at("localhost").withTls(Tls.trusting(other.authority())));
    }

    @Test
    void aServerOfAnotherNameIsFatal() {
        assertUntrusted(at("127.0.0.1").withTls(Tls.trusting(authority.authority())));
    }

    private static void assertUntrusted(HttpEndpoint endpoint) {
        assertThatThrownBy(() -> post(endpoint))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageStartingWith("test, " + endpoint + ": TLS: ");
    }
}
