package io.datastream.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.datastream.secret.SecretSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TokenEndpointTest {
    private final Deque<String> answers = new ArrayDeque<>();
    private HttpServer provider;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        address = URI.create("http://127.0.0.1:" + provider.getAddress().getPort() + "/token");
        provider.createContext("/token", exchange -> {
            String answer = answers.remove();
            byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        provider.start();
    }

    @AfterEach
    void stop() {
        provider.stop(0);
    }

    private TokenEndpoint endpoint() {
        return new TokenEndpoint(address, "app", SecretSource.of("hush"), null);
    }

    @Test
    void givesTheTokenOfTheAnswer() throws IOException {
        answers.add("200 {\"access_token\":\"abc\",\"expires_in\":60}");
        assertThat(endpoint().token().value()).isEqualTo("abc");
    }

    @Test
    void asksAProviderAgainThatIsBusy() throws IOException {
        answers.add("503 ");
        answers.add("500 {}");
        answers.add("200 {\"access_token\":\"abc\"}");
        assertThat(endpoint().token().value()).isEqualTo("abc");
    }

    @Test
    void asksAProviderOnceThatRefuses() {
        answers.add("401 {\"error\":\"invalid_client\",\"error_description\":\"hush is wrong\"}");
        answers.add("200 {\"access_token\":\"abc\"}");
        assertThatThrownBy(() -> endpoint().token())
                .isInstanceOf(IOException.class)
                .hasMessage("token endpoint " + address + ": client \"app\" was refused with status 401 invalid_client"
                        + " (expected: 200; check client, secret and scope)");
        assertThat(answers).hasSize(1);
    }

    @Test
    void saysThatAnAnswerHasNoToken() {
        answers.add("200 <html>hush</html>");
        assertThatThrownBy(() -> endpoint().token())
                .hasMessage(
                        "token endpoint " + address + ": no token in its answer (expected: JSON with access_token)");
    }

    @Test
    void saysThatNobodyAnswers() {
        provider.stop(0);
        assertThatThrownBy(() -> endpoint().token())
                .hasMessageStartingWith("token endpoint " + address + ": no answer: ")
                .hasMessageEndingWith(" (expected: an endpoint that answers)");
    }
}
