package io.datastream.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import io.datastream.Pipeline;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.feed.FeedStatus.State;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.Sinks;
import io.datastream.testkit.Await;
import io.datastream.testkit.TestCertificates;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SseSourceTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private FileLog log;

    @BeforeEach
    void open() {
        log = FileLog.open(folder.resolve("log"));
    }

    @AfterEach
    void close() {
        log.close();
    }

    private SseSource<String> source(SseServer server) {
        return source(server.url());
    }

    private SseSource<String> source(String url) {
        return SseSource.at(url, log, event -> event.id() + "=" + event.data())
                .withPauses(Duration.ofMillis(10), Duration.ofMillis(100));
    }

    private List<String> kept(SseSource<String> source) {
        return ReadBack.of(source.source()).values;
    }

    private static void awaitKept(FeedSubscription subscription, long events) {
        Await.until(events + " events", LIMIT, () -> subscription.status().kept() >= events);
    }

    private static void awaitWaitsFor(FeedSubscription subscription, String text) {
        Await.until(text, LIMIT, () -> subscription.status().waitsFor().contains(text));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> (i + 1) + "=" + i).toList();
    }

    @Test
    void eventsAreKeptWithIdTypeAndData() throws Exception {
        HttpHandler script = exchange -> {
            OutputStream out = SseServer.begin(exchange);
            SseServer.send(out, "id: 1\nevent: price\ndata: 20.5\n\nid: 2\ndata: a\ndata: \u00e9\n\ndata: x\n\n");
            SseServer.send(out, "data: not ended\n");
        };
        try (SseServer server = SseServer.answering(script)) {
            SseSource<String> source =
                    SseSource.at(server.url(), log, event -> event.id() + " " + event.type() + " " + event.data());
            try (FeedSubscription subscription = source.start()) {
                awaitKept(subscription, 3);
            }
            assertThat(ReadBack.of(source.source()).values.subList(0, 3))
                    .containsExactly("1 price 20.5", "2 message a\n\u00e9", "2 message x");
        }
    }

    @Test
    void aNewConnectionGoesOnBehindTheLastKeptEvent() throws Exception {
        try (SseServer server = SseServer.start()) {
            SseSource<String> source = source(server);
            server.publish(numbers(0, 100));
            try (FeedSubscription subscription = source.start()) {
                awaitKept(subscription, 100);
                server.stop();
                awaitWaitsFor(subscription, "the server at " + server.url().replace("/events", ""));
                Await.until(
                        "an attempt that fails",
                        LIMIT,
                        () -> subscription.status().state() == State.CONNECTING);
                server.publish(numbers(100, 200));
                server.restart();
                awaitKept(subscription, 200);
                assertThat(subscription.status().resumed()).isGreaterThanOrEqualTo(1);
                assertThat(subscription.status().position()).isEqualTo("200");
            }
            server.publish(numbers(200, 300)); // while the program is away
            try (FeedSubscription subscription = source.start()) {
                awaitKept(subscription, 100);
            }
            assertThat(kept(source)).isEqualTo(numbered(0, 300));
        }
    }

    @Test
    void aServerMayStartAfterTheProgram() throws Exception {
        try (SseServer server = SseServer.start()) {
            server.publish(List.of("a"));
            server.stop();
            try (FeedSubscription subscription = source(server).start()) {
                assertThat(subscription.status().state()).isEqualTo(State.CONNECTING);
                awaitWaitsFor(subscription, "ConnectException");
                server.restart();
                awaitKept(subscription, 1);
            }
        }
    }

    @Test
    void anIdWithoutDataIsRememberedToo() throws Exception {
        HttpHandler script = exchange -> {
            OutputStream out = SseServer.begin(exchange);
            if (exchange.getRequestHeaders().getFirst("Last-Event-ID") == null) {
                SseServer.send(out, "id: 7\ndata: a\n\nid: 8\n\n");
            }
        };
        try (SseServer server = SseServer.answering(script);
                FeedSubscription subscription = source(server).start()) {
            Await.until("a second connection", LIMIT, () -> server.requests.size() >= 2);
            assertThat(subscription.status().position()).isEqualTo("8");
            assertThat(List.copyOf(server.requests).get(1).getFirst("Last-Event-ID"))
                    .isEqualTo("8");
        }
    }

    @Test
    void anIdThatNoHeaderCanHoldIsNotSentBack() throws Exception {
        HttpHandler script = exchange -> SseServer.send(SseServer.begin(exchange), "id: \u6e29\u0007\ndata: a\n\n");
        try (SseServer server = SseServer.answering(script);
                FeedSubscription subscription = source(server).start()) {
            Await.until("a second connection", LIMIT, () -> server.requests.size() >= 2);
            assertThat(server.requests).noneMatch(headers -> headers.containsKey("Last-Event-ID"));
            assertThat(subscription.status().resumed()).isZero();
        }
    }

    @Test
    void aFullLogHoldsTheServerBackAndLosesNothing() throws Exception {
        int events = 3_000; // more than the buffers of connections hold
        String padding = "x".repeat(10_000);
        try (SseServer server = SseServer.start();
                FileLog small = FileLog.open(
                        folder.resolve("small"), FileLogOptions.defaults().withMaxUnread(10))) {
            server.publish(
                    numbers(0, events).stream().map(number -> number + padding).toList());
            SseSource<String> source = SseSource.at(
                    server.url(),
                    small,
                    event -> event.data().substring(0, event.data().length() - padding.length()));
            try (FeedSubscription subscription = source.start()) {
                Await.until("no room", LIMIT, () -> subscription.status().state() == State.HELD_BACK);
                assertThat(subscription.status().waitsFor())
                        .startsWith("room in the log: ")
                        .contains("are not read yet");
                long kept = subscription.status().kept();
                assertThat(server.written.get())
                        .as("events that the server could send")
                        .isLessThan(events);
                assertThat(kept).isLessThan(1_000);
                try (ReadBack<String> all = new ReadBack<>(source.source())) {
                    Await.until("all events", LIMIT, () -> all.readOn() >= events);
                    assertThat(all.values).isEqualTo(numbers(0, events)); // in order, and once
                }
                Await.until("room", LIMIT, () -> subscription.status().state() == State.RECEIVING);
                assertThat(subscription.status().waitsFor()).isEqualTo("events");
                assertThat(subscription.status().connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void badEventsBecomeDeadLettersWithTypeAndId() throws Exception {
        HttpHandler script = exchange -> {
            if (exchange.getRequestHeaders().getFirst("Last-Event-ID") == null) {
                SseServer.send(
                        SseServer.begin(exchange),
                        "id: 1\ndata: 1.5\n\nid: 2\nevent: t\ndata: warm\n\nid: 3\ndata: " + "9".repeat(1_001)
                                + "\n\nid: 4\ndata: 2.5\n\n");
            } else {
                SseServer.begin(exchange);
            }
        };
        try (SseServer server = SseServer.answering(script)) {
            SseSource<Double> source = SseSource.at(server.url(), log, event -> Double.parseDouble(event.data()))
                    .withMaxEvent(1_000);
            Queue<Double> good = new ConcurrentLinkedQueue<>();
            Queue<DeadLetter> bad = new ConcurrentLinkedQueue<>();
            Pipeline pipeline = Pipeline.from(source.source().logTime().onError(ErrorPolicy.deadLetter()))
                    .to(Sinks.collectInto(good))
                    .deadLettersTo(Sinks.collectInto(bad));
            try (FeedSubscription subscription = source.start();
                    PipelineController controller = LocalRuntime.create().start(pipeline)) {
                awaitKept(subscription, 4);
                controller.drain();
                assertThat(subscription.status().tooLarge()).isEqualTo(1);
            }
            assertThat(good).containsExactly(1.5, 2.5);
            assertThat(bad).extracting(DeadLetter::place).containsExactly("log@1", "log@2");
            assertThat(bad)
                    .extracting(DeadLetter::message)
                    .containsExactly(
                            "sse t 2: java.lang.NumberFormatException: For input string: \"warm\"",
                            "sse message 3: 1003 bytes (expected: at most 1000; see withMaxEvent)");
            assertThat(bad.element().originalText()).isEqualTo("warm");
        }
    }

    @Test
    void headersAndTokenGoToTheServer() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "t0k3n\n");
        try (SseServer server = SseServer.start();
                FeedSubscription subscription = source(server)
                        .withToken(SecretSource.file(token))
                        .withHeader("X-Client", "plant")
                        .withSecretHeader("X-Key", SecretSource.of("k3y"))
                        .start()) {
            var headers = server.requests.element();
            assertThat(headers.getFirst("Authorization")).isEqualTo("Bearer t0k3n");
            assertThat(headers.getFirst("X-Client")).isEqualTo("plant");
            assertThat(headers.getFirst("X-Key")).isEqualTo("k3y");
            assertThat(headers.getFirst("Accept")).isEqualTo("text/event-stream");
            assertThat(subscription + " " + subscription.status()).doesNotContain("t0k3n", "k3y", "/events");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsAreFollowedAtTheSameServer(int status) throws Exception {
        HttpHandler script = exchange -> {
            if (exchange.getRequestURI().getPath().equals("/events")) {
                exchange.getResponseHeaders().set("Location", "/v2?a=b");
                exchange.sendResponseHeaders(status, -1);
            } else {
                SseServer.send(SseServer.begin(exchange), "data: " + exchange.getRequestURI() + "\n\n");
            }
        };
        try (SseServer server = SseServer.answering(script);
                FeedSubscription subscription = source(server).start()) {
            awaitKept(subscription, 1);
            assertThat(kept(source(server)).get(0)).isEqualTo("=/v2?a=b");
        }
    }

    @Test
    void aRedirectToAnotherServerIsRefusedAndGetsNoToken() throws Exception {
        try (SseServer other = SseServer.start();
                SseServer server = SseServer.answering(exchange -> {
                    exchange.getResponseHeaders().set("Location", other.url());
                    exchange.sendResponseHeaders(302, -1);
                })) {
            assertThatThrownBy(() ->
                            source(server).withToken(SecretSource.of("t0k3n")).start())
                    .isInstanceOf(FeedException.class)
                    .hasMessageContaining("redirected to " + other.url().replace("/events", ""))
                    .hasMessageNotContaining("t0k3n");
            assertThat(other.requests).isEmpty();
        }
    }

    @Test
    void redirectsInACircleAreRefused() throws Exception {
        HttpHandler script = exchange -> {
            exchange.getResponseHeaders().set("Location", "/events");
            exchange.sendResponseHeaders(302, -1);
        };
        try (SseServer server = SseServer.answering(script)) {
            assertThatThrownBy(source(server)::start).hasMessageContaining("more than 5 redirects");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 410})
    void whoeverStartsIsToldOfARefusal(int status) throws Exception {
        try (SseServer server = SseServer.answering(exchange -> exchange.sendResponseHeaders(status, -1))) {
            assertThatThrownBy(source(server)::start)
                    .isInstanceOf(FeedException.class)
                    .hasMessageStartingWith(
                            "sse at " + server.url().replace("/events", "") + ": status " + status + " (expected: 200");
        }
    }

    @Test
    void anAnswerThatIsNoEventStreamIsRefused() throws Exception {
        HttpHandler script = exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("<html>".getBytes(UTF_8));
        };
        try (SseServer server = SseServer.answering(script)) {
            assertThatThrownBy(source(server)::start)
                    .hasMessageContaining("Content-Type: text/html (expected: text/event-stream)");
        }
    }

    @Test
    void aServerThatIsBusyIsAskedAgain() throws Exception {
        AtomicLong answers = new AtomicLong();
        HttpHandler script = exchange -> {
            if (answers.incrementAndGet() < 4) {
                exchange.getResponseHeaders().set("Retry-After", "0");
                exchange.sendResponseHeaders(503, -1);
            } else {
                SseServer.send(SseServer.begin(exchange), "data: a\n\n");
            }
        };
        try (SseServer server = SseServer.answering(script);
                FeedSubscription subscription = source(server).start()) {
            awaitKept(subscription, 1);
            assertThat(answers.get()).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void aServerThatHasEndedTheFeedIsNotAskedAgain() throws Exception {
        HttpHandler script = exchange -> {
            if (exchange.getRequestHeaders().getFirst("Last-Event-ID") == null) {
                SseServer.send(SseServer.begin(exchange), "id: 1\ndata: a\n\n");
            } else {
                exchange.sendResponseHeaders(204, -1);
            }
        };
        try (SseServer server = SseServer.answering(script)) {
            FeedSubscription subscription = source(server).start();
            Await.until("the end", LIMIT, () -> subscription.status().state() == State.ENDED);
            assertThat(subscription.status().waitsFor())
                    .isEqualTo("nothing: the server has ended the feed (status 204)");
            assertThat(server.requests).hasSize(2);
            subscription.close();
            assertThat(subscription.status().state()).isEqualTo(State.CLOSED);
        }
    }

    @Test
    void aSilentServerIsGivenUp() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        HttpHandler script = exchange -> {
            SseServer.send(SseServer.begin(exchange), "data: a\n\n");
            awaitQuietly(end);
        };
        try (SseServer server = SseServer.answering(script)) {
            try (FeedSubscription subscription =
                    source(server).withIdleTime(Duration.ofMillis(300)).start()) {
                awaitWaitsFor(subscription, "nothing came for PT0.3S");
                Await.until(
                        "another connection", LIMIT, () -> subscription.status().connections() >= 2);
            } finally {
                end.countDown();
            }
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUp() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (SseServer server = SseServer.answering(exchange -> awaitQuietly(end))) {
            try (FeedSubscription subscription =
                    source(server).withConnectTime(Duration.ofMillis(200)).start()) {
                awaitWaitsFor(subscription, "no answer within PT0.2S");
            } finally {
                end.countDown();
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aServerWithoutEndOfAnEventNeedsNoMemory() throws Exception {
        long much = 64L << 20; // as many times the largest event
        AtomicLong sent = new AtomicLong();
        HttpHandler script = exchange -> {
            OutputStream out = SseServer.begin(exchange);
            if (exchange.getRequestHeaders().getFirst("Last-Event-ID") == null) {
                byte[] block = "y".repeat(1 << 16).getBytes(UTF_8);
                SseServer.send(out, "id: 1\ndata: ");
                while (sent.get() < much) {
                    out.write(block);
                    sent.addAndGet(block.length);
                }
                SseServer.send(out, "\n\nid: 2\ndata: b\n\n");
            }
        };
        try (SseServer server = SseServer.answering(script);
                FeedSubscription subscription = source(server).start()) {
            awaitKept(subscription, 2);
            ReadBack<String> all = ReadBack.of(source(server).source());
            assertThat(all.values).containsExactly("2=b");
            assertThat(all.errors)
                    .containsExactly("sse message 1: " + (sent.get() + 2)
                            + " bytes (expected: at most 1048576; see withMaxEvent)");
        }
    }

    @Test
    void garbageIsIgnoredAndTheNextEventRead() throws Exception {
        HttpHandler script = exchange -> {
            OutputStream out = SseServer.begin(exchange);
            byte[] all = new byte[1 << 16];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) (i * 31 >> 3);
            }
            out.write(all);
            SseServer.send(out, "\n\nid: 1\ndata: a\n\n");
        };
        try (SseServer server = SseServer.answering(script);
                FeedSubscription subscription = source(server).start()) {
            Await.until("the event", LIMIT, () -> kept(source(server)).contains("1=a"));
            assertThat(subscription.status().state()).isNotEqualTo(State.CLOSED);
        }
    }

    @Test
    void overTlsTheServerMustBeTheOneItClaimsToBe() throws Exception {
        Path own = Files.createDirectory(folder.resolve("tls"));
        TestCertificates authority = TestCertificates.in(own);
        TestCertificates.Identity identity = authority.issue("server", "127.0.0.1");
        try (SseServer server = SseServer.start(Tls.ofSystem()
                .presenting(identity.certificates(), identity.key())
                .context())) {
            server.publish(List.of("a"));
            assertThatThrownBy(source(server)::start)
                    .isInstanceOf(FeedException.class)
                    .hasMessageContaining("(expected: a server that is trusted; see withTls)");
            SseSource<String> source = source(server).withTls(Tls.trusting(authority.authority()));
            try (FeedSubscription subscription = source.start()) {
                awaitKept(subscription, 1);
            }
        }
    }

    @Test
    void aLogOfSomethingElseIsRefused() throws Exception {
        log.append(List.of("a".getBytes(UTF_8)));
        try (SseServer server = SseServer.start()) {
            assertThatThrownBy(source(server)::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("log: 1 bytes (expected: an event that a source of this kind has kept)");
        }
    }

    @Test
    void wrongDefinitionsDoNotStart() {
        SseSource<String> source = source("http://localhost/events?key=s3cret");
        assertThat(source).hasToString("sse at http://localhost:80");
        assertThatThrownBy(() -> source("ws://localhost")).hasMessageStartingWith("url: not usable");
        assertThatThrownBy(() -> source("http://u:s3cret@localhost")).hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> source("http://a b/s3cret")).hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> source.withHeader("Last-Event-ID", "1")).hasMessageStartingWith("header: ");
        assertThatThrownBy(() -> source.withHeader("a\nb", "1")).hasMessageContaining("\"a\\nb\"");
        assertThatThrownBy(() -> source.withHeader("a", "1\n2")).hasMessageContaining("has line breaks");
        assertThatThrownBy(() -> source.withTls(Tls.ofSystem())).hasMessageStartingWith("tls: ");
        assertThatThrownBy(() -> source.withMaxEvent(0)).hasMessageStartingWith("maxEvent: 0");
        assertThatThrownBy(() -> source.withIdleTime(Duration.ZERO)).hasMessageStartingWith("idleTime: PT0S");
        assertThatThrownBy(() -> source.withPauses(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageStartingWith("longest: PT1S");
    }
}
