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
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.java_websocket.enums.Opcode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class WebSocketSourceTest {
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

    private WebSocketSource<String> source(String url) {
        return source(url, log);
    }

    private static WebSocketSource<String> source(String url, FileLog into) {
        return WebSocketSource.at(url, into, WebSocketMessage::text)
                .withSubscribe("subscribe")
                .withPauses(Duration.ofMillis(10), Duration.ofMillis(100));
    }

    /** The number before the colon is the position. */
    private static WebSocketSource<String> resuming(String url, FileLog into) {
        return source(url, into)
                .withResume(
                        message -> message.text().substring(0, message.text().indexOf(':')),
                        last -> List.of("hello", "after " + last));
    }

    private static List<String> kept(WebSocketSource<String> source) {
        return ReadBack.of(source.source()).values;
    }

    private static void awaitKept(FeedSubscription subscription, long messages) {
        Await.until(messages + " messages", LIMIT, () -> subscription.status().kept() >= messages);
    }

    private static void awaitWaitsFor(FeedSubscription subscription, String text) {
        Await.until(text, LIMIT, () -> subscription.status().waitsFor().contains(text));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> (i + 1) + ":" + i).toList();
    }

    @Test
    void textAndBytesAreKeptAndFragmentsPutTogether() throws Exception {
        try (WsServer server = WsServer.answering(connection -> {
            connection.send("text \u00e9\ud83c\udf21");
            connection.send(new byte[] {0, 1, (byte) 0xff});
            connection.sendFragmentedFrame(Opcode.TEXT, ByteBuffer.wrap("a".getBytes(UTF_8)), false);
            connection.sendPing();
            connection.sendFragmentedFrame(Opcode.TEXT, ByteBuffer.wrap("b".getBytes(UTF_8)), false);
            connection.sendFragmentedFrame(Opcode.TEXT, ByteBuffer.wrap("c".getBytes(UTF_8)), true);
            connection.send("");
            connection.send("x".repeat(300_000));
        })) {
            WebSocketSource<String> source = WebSocketSource.at(
                    server.url(),
                    log,
                    message -> message.isText() ? message.text() : java.util.Arrays.toString(message.payload()));
            try (FeedSubscription subscription = source.start()) {
                awaitKept(subscription, 5);
                assertThat(subscription.status().connections()).isEqualTo(1);
            }
            assertThat(ReadBack.of(source.source()).values)
                    .containsExactly("text \u00e9\ud83c\udf21", "[0, 1, -1]", "abc", "", "x".repeat(300_000));
        }
    }

    @Test
    void aNewConnectionGoesOnBehindTheLastKeptMessage() throws Exception {
        try (WsServer server = WsServer.start()) {
            WebSocketSource<String> source = resuming(server.url(), log);
            server.publish(numbers(0, 100));
            try (FeedSubscription subscription = source.start()) {
                awaitKept(subscription, 100);
                server.stop();
                Await.until(
                        "the loss to be seen",
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
            assertThat(server.said).startsWith("subscribe").endsWith("hello", "after 200");
        }
    }

    @Test
    void messagesThatTellNoPositionAreResumedBehindTheOneBefore() throws Exception {
        try (WsServer server = WsServer.answering(connection -> {
            connection.send("7:a");
            connection.send("confirmed"); // for which the function of the position throws
        })) {
            WebSocketSource<String> source = resuming(server.url(), log);
            try (FeedSubscription subscription = source.start()) {
                awaitKept(subscription, 2);
            }
            try (FeedSubscription subscription = source.start()) {
                Await.until("the message to resume", LIMIT, () -> server.said.contains("after 7"));
                assertThat(subscription.status().resumed()).isEqualTo(1);
            }
            assertThat(kept(source).subList(0, 2)).containsExactly("7:a", "confirmed");
        }
    }

    @Test
    void withoutResumeItSubscribesAnew() throws Exception {
        try (WsServer server = WsServer.start()) {
            server.publish(List.of("a"));
            try (FeedSubscription subscription = source(server.url()).start()) {
                awaitKept(subscription, 1);
                server.stop();
                server.restart();
                awaitKept(subscription, 2);
                assertThat(subscription.status().resumed()).isZero();
            }
            assertThat(server.said).containsOnly("subscribe");
        }
    }

    @Test
    void aServerMayStartAfterTheProgram() throws Exception {
        try (WsServer server = WsServer.start()) {
            server.publish(List.of("a"));
            server.stop();
            try (FeedSubscription subscription = source(server.url()).start()) {
                assertThat(subscription.status().state()).isEqualTo(State.CONNECTING);
                awaitWaitsFor(subscription, "ConnectException");
                server.restart();
                awaitKept(subscription, 1);
            }
        }
    }

    @Test
    void theStatusSaysWhyTheServerHasClosed() throws Exception {
        try (WsServer server = WsServer.answering(connection -> connection.close(4_001, "token\nexpired"));
                FeedSubscription subscription = source(server.url())
                        .withPauses(Duration.ofSeconds(1), Duration.ofSeconds(10))
                        .start()) {
            awaitWaitsFor(subscription, ": closed by the server with status 4001 \"token\\nexpired\"");
        }
    }

    @Test
    void aFullLogHoldsTheServerBackAndLosesNothing() throws Exception {
        int messages = 3_500; // more than the buffers of connections hold
        String padding = "x".repeat(10_000);
        try (WsServer server = WsServer.start();
                FileLog small = FileLog.open(
                        folder.resolve("small"), FileLogOptions.defaults().withMaxUnread(10))) {
            server.publish(numbers(0, messages).stream()
                    .map(number -> number + padding)
                    .toList());
            WebSocketSource<String> source = resuming(server.url(), small);
            try (FeedSubscription subscription = source.start()) {
                Await.until("no room", LIMIT, () -> subscription.status().state() == State.HELD_BACK);
                assertThat(subscription.status().waitsFor())
                        .startsWith("room in the log: ")
                        .contains("are not read yet");
                assertThat(server.written.get())
                        .as("messages that the server could send")
                        .isLessThan(messages);
                try (ReadBack<String> all = new ReadBack<>(source.source())) {
                    Await.until("all messages", LIMIT, () -> all.readOn() >= messages);
                    assertThat(all.values.stream().map(text -> text.substring(0, text.length() - padding.length())))
                            .containsExactlyElementsOf(numbered(0, messages)); // in order, and once
                }
                Await.until("room", LIMIT, () -> subscription.status().state() == State.RECEIVING);
            }
        }
    }

    @Test
    void badMessagesBecomeDeadLettersWithTheirPosition() throws Exception {
        try (WsServer server = WsServer.answering(connection -> {
            connection.send("1.5");
            connection.send("warm");
            connection.sendFragmentedFrame(
                    Opcode.TEXT, ByteBuffer.wrap("9".repeat(600).getBytes(UTF_8)), false);
            connection.sendFragmentedFrame(
                    Opcode.TEXT, ByteBuffer.wrap("9".repeat(600).getBytes(UTF_8)), true);
            connection.send("2.5");
        })) {
            WebSocketSource<Double> source = WebSocketSource.at(
                            server.url(), log, message -> Double.parseDouble(message.text()))
                    .withResume(message -> message.text().equals("1.5") ? "p" : null, last -> List.of())
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
                            "websocket p: java.lang.NumberFormatException: For input string: \"warm\"",
                            "websocket p: 1200 bytes (expected: at most 1000; see withMaxEvent)");
            assertThat(bad.element().originalText()).isEqualTo("warm");
        }
    }

    @Test
    void headersAndTokenGoToTheServer() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "t0k3n\n");
        try (WsServer server = WsServer.start();
                FeedSubscription subscription = source(server.url())
                        .withToken(SecretSource.file(token))
                        .withSecretHeader("X-Key", SecretSource.of("k3y"))
                        .start()) {
            Await.until("the handshake", LIMIT, () -> !server.handshakes.isEmpty());
            var handshake = server.handshakes.element();
            assertThat(handshake.getFieldValue("Authorization")).isEqualTo("Bearer t0k3n");
            assertThat(handshake.getFieldValue("X-Key")).isEqualTo("k3y");
            assertThat(subscription + " " + subscription.status()).doesNotContain("t0k3n", "k3y", "/feed");
        }
    }

    private static String webSocketUrl(SseServer server) {
        return server.url().replace("http://", "ws://");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 400, 401, 403, 404})
    void whoeverStartsIsToldOfARefusal(int status) throws Exception {
        try (SseServer other = SseServer.start();
                SseServer server = SseServer.answering(exchange -> {
                    exchange.getResponseHeaders().set("Location", webSocketUrl(other));
                    exchange.sendResponseHeaders(status, -1);
                })) {
            assertThatThrownBy(() -> source(webSocketUrl(server))
                            .withToken(SecretSource.of("t0k3n"))
                            .start())
                    .isInstanceOf(FeedException.class)
                    .hasMessageContaining(status == 302 ? "redirected" : "status " + status + " (expected: 101")
                    .hasMessageNotContaining("t0k3n");
            assertThat(other.requests).isEmpty();
        }
    }

    @Test
    void aServerThatIsBusyIsAskedAgain() throws Exception {
        HttpHandler script = exchange -> exchange.sendResponseHeaders(503, -1);
        try (SseServer server = SseServer.answering(script);
                FeedSubscription subscription = source(webSocketUrl(server)).start()) {
            Await.until("a third attempt", LIMIT, () -> server.requests.size() >= 3);
            assertThat(subscription.status().waitsFor()).contains("status 503 (expected: 101)");
        }
    }

    @Test
    void aSilentConnectionIsAskedForASignOfLife() throws Exception {
        try (WsServer server = WsServer.start();
                FeedSubscription subscription =
                        source(server.url()).withIdleTime(Duration.ofSeconds(1)).start()) {
            Await.until("two pings", LIMIT, () -> server.pings.get() >= 2);
            assertThat(subscription.status().state()).isIn(State.RECEIVING, State.CONNECTING);
        }
    }

    @Test
    void aServerThatGivesNoSignOfLifeIsGivenUp() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (RawWsServer server = new RawWsServer((number, out) -> end.await());
                FeedSubscription subscription = source(server.url())
                        .withIdleTime(Duration.ofMillis(300))
                        .start()) {
            awaitWaitsFor(subscription, "nothing came for PT0.3S");
            Await.until("another connection", LIMIT, () -> subscription.status().connections() >= 2);
            end.countDown();
        }
    }

    @Test
    void aGiantFrameNeedsNoMemory() throws Exception {
        int size = 64 << 20; // as many times the largest message
        CountDownLatch end = new CountDownLatch(1);
        try (RawWsServer server = new RawWsServer((number, out) -> {
                    if (number == 1) {
                        out.write(new byte[] {(byte) 0x82, 127});
                        out.write(ByteBuffer.allocate(8).putLong(size).array());
                        byte[] block = new byte[1 << 16];
                        for (int sent = 0; sent < size; sent += block.length) {
                            out.write(block);
                        }
                        out.write(new byte[] {(byte) 0x81, 1, 'b'});
                    }
                    end.await();
                });
                FeedSubscription subscription = source(server.url()).start()) {
            awaitKept(subscription, 2);
            end.countDown();
            ReadBack<String> all = ReadBack.of(source(server.url()).source());
            assertThat(all.values).containsExactly("b");
            assertThat(all.errors)
                    .containsExactly("websocket: " + size + " bytes (expected: at most 1048576; see withMaxEvent)");
        }
    }

    @Test
    void aFrameWithoutEndKeepsNothingAndTheNextConnectionGoesOn() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (RawWsServer server = new RawWsServer((number, out) -> {
                    if (number == 1) {
                        out.write(new byte[] {(byte) 0x82, 127}); // of 2^62 bytes, of which a few come
                        out.write(ByteBuffer.allocate(8).putLong(1L << 62).array());
                        out.write(new byte[100_000]);
                        return;
                    }
                    out.write(new byte[] {(byte) 0x81, 1, 'b'});
                    end.await();
                });
                FeedSubscription subscription =
                        source(server.url()).withIdleTime(Duration.ofSeconds(2)).start()) {
            awaitKept(subscription, 1);
            end.countDown();
            assertThat(kept(source(server.url()))).startsWith("b");
        }
    }

    @Test
    void garbageEndsAConnectionAndTheNextOneGoesOn() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        byte[][] garbage = {
            {(byte) 0x83, 0}, // an opcode that there is not
            {(byte) 0x81, (byte) 0x81, 1, 2, 3, 4, 5}, // masked
            {(byte) 0xf1, 1, 'a'}, // bits of extensions
            {(byte) 0x80, 1, 'a'}, // goes on with nothing
            {(byte) 0x01, 1, 'a', (byte) 0x81, 1, 'b'}, // a message in a message
            {(byte) 0x89, 126, 0, (byte) 200}, // a ping that is too long
            {(byte) 0x81, 2, (byte) 0xc3, (byte) 0x28}, // no UTF-8
            {(byte) 0x88, 1, 3}, // half a status
        };
        try (RawWsServer server = new RawWsServer((number, out) -> {
                    if (number <= garbage.length) {
                        out.write(garbage[number - 1]);
                    } else {
                        out.write(new byte[] {(byte) 0x81, 1, 'b'});
                    }
                    end.await();
                });
                FeedSubscription subscription = source(server.url()).start()) {
            awaitKept(subscription, 1);
            end.countDown();
            assertThat(kept(source(server.url()))).startsWith("b");
            assertThat(server.connections()).isGreaterThan(garbage.length);
        }
    }

    @Test
    void overTlsTheServerMustBeTheOneItClaimsToBe() throws Exception {
        Path own = Files.createDirectory(folder.resolve("tls"));
        TestCertificates authority = TestCertificates.in(own);
        TestCertificates.Identity identity = authority.issue("server", "127.0.0.1");
        try (WsServer server = WsServer.start(Tls.ofSystem()
                .presenting(identity.certificates(), identity.key())
                .context())) {
            server.publish(List.of("a"));
            assertThatThrownBy(() -> source(server.url()).start())
                    .isInstanceOf(FeedException.class)
                    .hasMessageContaining("(expected: a server that is trusted; see withTls)");
            WebSocketSource<String> source = source(server.url()).withTls(Tls.trusting(authority.authority()));
            try (FeedSubscription subscription = source.start()) {
                awaitKept(subscription, 1);
            }
        }
    }

    @Test
    void messagesToResumeThatCannotBeMadeAreToldWhoeverStarts() throws Exception {
        try (WsServer server = WsServer.start()) {
            server.publish(List.of("a"));
            try (FeedSubscription subscription = resuming(server.url(), log).start()) {
                awaitKept(subscription, 1);
            }
            assertThatThrownBy(() -> source(server.url())
                            .withResume(message -> null, last -> List.of(last.substring(7)))
                            .start())
                    .isInstanceOf(FeedException.class)
                    .hasMessageContaining("no messages to resume behind 1: java.lang.StringIndexOutOfBounds");
        }
    }

    @Test
    void wrongDefinitionsDoNotStart() {
        WebSocketSource<String> source = source("ws://localhost/feed?key=s3cret");
        assertThat(source).hasToString("websocket at ws://localhost:80");
        assertThatThrownBy(() -> source("http://localhost")).hasMessageStartingWith("url: not usable");
        assertThatThrownBy(() -> source.withHeader("Sec-WebSocket-Key", "1")).hasMessageStartingWith("header: ");
        assertThatThrownBy(() -> source.withTls(Tls.ofSystem())).hasMessageStartingWith("tls: ");
    }
}
