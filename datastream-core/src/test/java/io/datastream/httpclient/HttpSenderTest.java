package io.datastream.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.datastream.secret.SecretSource;
import io.datastream.sink.SinkException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpSenderTest {
    private static final byte[] BODY = "body".getBytes(StandardCharsets.US_ASCII);

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private volatile int status = 200;
    private volatile String retryAfter = "";
    private volatile boolean stalls;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                seen.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
                if (!retryAfter.isEmpty()) {
                    exchange.getResponseHeaders().add("Retry-After", retryAfter);
                }
                exchange.sendResponseHeaders(status, 4_000_000);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write("said".repeat(stalls ? 1 : 1_000_000).getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    if (stalls) {
                        end.await();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
    }

    private HttpEndpoint endpoint() {
        return HttpEndpoint.of("http://127.0.0.1:" + server.getAddress().getPort() + "/path");
    }

    private HttpAnswer post(HttpSender sender) {
        return sender.post("text/plain", Map.of(), BODY);
    }

    private void assertRetryable(HttpSender sender, String message) {
        assertThatThrownBy(() -> post(sender))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining(message);
    }

    @Test
    void keepsTheBeginningOfALongAnswer() {
        HttpAnswer answer = post(endpoint().open("test"));

        assertThat(answer.isSuccess()).isTrue();
        assertThat(answer.body()).hasSize(1 << 20).startsWith("saidsaid");
        assertThat(answer.text()).hasSizeLessThan(400);
    }

    @Test
    void waitsAsLongAsItIsToldWithoutBlocking() {
        HttpSender sender = endpoint().open("test", nanos::get);
        status = 429;
        retryAfter = "7";
        assertRetryable(sender, "status 429");
        status = 200;
        nanos.addAndGet(6_999_999_999L);
        assertRetryable(sender, "the server asks for a pause");
        assertThat(seen).hasSize(1);

        nanos.addAndGet(1);
        assertThat(post(sender).status()).isEqualTo(200);
    }

    @Test
    void waitsForFiveMinutesAtMost() {
        HttpSender sender = endpoint().open("test", nanos::get);
        status = 503;
        retryAfter = "999999999";
        assertRetryable(sender, "status 503");
        status = 200;
        nanos.addAndGet(Duration.ofMinutes(5).toNanos());

        assertThat(post(sender).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "' 120 ', 120",
        "'Mon, 1 Jan 2024 00:00:30 GMT', 30",
        "'Sun, 31 Dec 2023 00:00:00 GMT', 0",
        "soon, -1",
        "-5, -1",
        "9999999999, -1"
    })
    void readsSecondsAndDates(String header, long seconds) {
        assertThat(RetryAfter.of(header, Instant.parse("2024-01-01T00:00:00Z"))
                        .map(Duration::toSeconds)
                        .orElse(-1L))
                .isEqualTo(seconds);
    }

    @Test
    void givesUpAnAnswerThatStopsInTheMiddle() {
        HttpSender sender = endpoint().withTimeout(Duration.ofMillis(500)).open("test");
        post(endpoint()
                .open("test")); // what a first request takes longer for is done, so that the answer begins in time
        stalls = true;

        assertRetryable(sender, "no answer within PT1S");
    }

    @Test
    void aServerThatIsAwayIsRetryableAndTheMessageTellsNoPath() {
        server.stop(0);

        assertThatThrownBy(() -> post(endpoint().open("test")))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageStartingWith(
                        "test, http://127.0.0.1:" + server.getAddress().getPort() + ": no answer: ")
                .hasMessageNotContaining("/path");
    }

    @Test
    void aSecretThatCannotBeFoundIsFatal() {
        SecretSource missing = SecretSource.environment("DATASTREAM_NO_SUCH_VARIABLE");

        assertThatThrownBy(() -> post(endpoint().withToken(missing).open("test")))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("DATASTREAM_NO_SUCH_VARIABLE: not set");
        assertThat(seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "ftp://host", "http://", "http://u:p@host", "http://host/#part", "http://a b"})
    void refusesWhatIsNoAddress(String url) {
        assertThatThrownBy(() -> HttpEndpoint.of(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url: not usable (expected: ")
                .hasNoCause();
    }
}
