package io.datastream.push;

import static io.datastream.push.Pusher.TEXT;
import static io.datastream.push.Pusher.gzip;
import static io.datastream.push.Pusher.kept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.log.LogStatus;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.testkit.Await;
import io.datastream.testkit.TestCertificates;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpPushTest {
    private static final String[] CONTENT = {"Content-Type", TEXT};

    @TempDir
    Path folder;

    private FileLog log;
    private PushRoute<String> route;

    @BeforeEach
    void open() {
        open(FileLogOptions.defaults());
    }

    private void open(FileLogOptions options) {
        log = FileLog.open(folder.resolve("log"), options);
        route = PushRoute.at("/lines", log, Codec.utf8()).accepting(TEXT, new Texts());
    }

    @AfterEach
    void close() {
        log.close();
    }

    private HttpPush push() {
        return HttpPush.on(0).with(route);
    }

    @Test
    void keepsTheRecordsOfABodyAndTellsHowMany() throws Exception {
        try (PushServer server = push().start()) {
            HttpResponse<String> answer =
                    new Pusher(server.address()).post("/lines", "a\nbü\n", "Content-Type", "Text/Plain; charset=UTF-8");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"records\":2}");
            assertThat(kept(log)).containsExactly("a", "bü");
            assertThat(server.health().records()).isEqualTo(2);
        }
    }

    @Test
    void keepsNothingOfABodyWithAMalformedRecordAndSaysWhere() throws Exception {
        try (PushServer server = push().start()) {
            HttpResponse<String> answer = new Pusher(server.address()).post("/lines", "a\nb\n!c\nd", CONTENT);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).isEqualTo("line 3: !c: bad\n");
            assertThat(log.end()).isZero();
        }
    }

    @Test
    void anEmptyBodyHasNoRecords() throws Exception {
        try (PushServer server = push().start()) {
            HttpResponse<String> answer = new Pusher(server.address()).post("/lines", "", CONTENT);
            assertThat(answer.statusCode() + answer.body()).isEqualTo("200{\"records\":0}");
        }
    }

    @Test
    void takesBodiesThatAreCompressed() throws Exception {
        try (PushServer server = push().start()) {
            Pusher pusher = new Pusher(server.address());
            String[] gzip = {"Content-Type", TEXT, "Content-Encoding", "gzip"};

            assertThat(pusher.post("/lines", gzip("a\nb"), gzip).statusCode()).isEqualTo(200);
            assertThat(kept(log)).containsExactly("a", "b");

            byte[] whole = gzip("c".repeat(1_000));
            HttpResponse<String> cut = pusher.post("/lines", Arrays.copyOf(whole, whole.length - 3), gzip);
            assertThat(cut.statusCode() + " " + cut.body()).startsWith("400 body: gzip: ends too early");
            byte[] twice = Arrays.copyOf(whole, whole.length + 5);
            assertThat(pusher.post("/lines", twice, gzip).statusCode()).isEqualTo(400);
            assertThat(log.end()).isEqualTo(2);
        }
    }

    @Test
    void refusesBodiesThatAreTooLargeAlsoWhenUncompressed() throws Exception {
        try (PushServer server = push().withMaxBody(1_000).withMaxRecords(10).start()) {
            Pusher pusher = new Pusher(server.address());

            HttpResponse<String> large = pusher.post("/lines", "x".repeat(5_000_000), CONTENT);
            assertThat(large.statusCode()).isEqualTo(413);
            assertThat(large.body()).contains("expected: at most 1000 bytes");
            byte[] bomb = gzip("0".repeat(900_000));
            assertThat(bomb).hasSizeLessThan(1_000);
            assertThat(pusher.post("/lines", bomb, "Content-Type", TEXT, "Content-Encoding", "gzip")
                            .statusCode())
                    .isEqualTo(413);
            assertThat(pusher.post("/lines", "x\n".repeat(11), CONTENT).statusCode())
                    .isEqualTo(413);
            assertThat(pusher.post("/lines", "x\n".repeat(10), CONTENT).statusCode())
                    .isEqualTo(200);
            assertThat(log.end()).isEqualTo(10);
        }
    }

    @Test
    void refusesTypesAndEncodingsItDoesNotKnow() throws Exception {
        try (PushServer server = push().start()) {
            Pusher pusher = new Pusher(server.address());

            assertThat(pusher.post("/lines", "a", "Content-Type", "text/csv").body())
                    .isEqualTo("Content-Type: text/csv (expected: text/plain)\n");
            assertThat(pusher.post("/lines", "a").statusCode()).isEqualTo(415);
            assertThat(pusher.post("/lines", "a", "Content-Type", "text/plain; charset=iso-8859-1")
                            .statusCode())
                    .isEqualTo(415);
            assertThat(pusher.post("/lines", "a", "Content-Type", TEXT, "Content-Encoding", "br")
                            .statusCode())
                    .isEqualTo(415);
            assertThat(pusher.post("/lines/", "a", CONTENT).statusCode()).isEqualTo(404);
            HttpResponse<String> get = pusher.get("/lines");
            assertThat(get.statusCode()).isEqualTo(405);
            assertThat(get.headers().firstValue("Allow")).contains("POST");
            assertThat(log.end()).isZero();
        }
    }

    @Test
    void takesRequestsWithTheTokenOnly() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "t0k3n\n");
        try (PushServer server = push().withToken(SecretSource.file(file)).start()) {
            Pusher pusher = new Pusher(server.address());
            for (String wrong : List.of("Bearer t0k3", "Bearer t0k3nn", "Bearer", "Basic t0k3n", "t0k3n", "Bearer ")) {
                HttpResponse<String> answer = pusher.post("/lines", "a", "Content-Type", TEXT, "Authorization", wrong);
                assertThat(answer.statusCode()).as(wrong).isEqualTo(401);
                assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
                assertThat(answer.body()).doesNotContain("t0k3n");
            }
            assertThat(pusher.post("/lines", "a", CONTENT).statusCode()).isEqualTo(401);
            assertThat(pusher.post("/none", "a", CONTENT).statusCode()).isEqualTo(401);
            assertThat(pusher.get(PushServer.HEALTH).statusCode()).isEqualTo(200);
            assertThat(log.end()).isZero();

            assertThat(pusher.post("/lines", "a", "Content-Type", TEXT, "Authorization", "bearer t0k3n")
                            .statusCode())
                    .isEqualTo(200);
            Files.writeString(file, "another");
            assertThat(pusher.post("/lines", "a", "Content-Type", TEXT, "Authorization", "Bearer another")
                            .statusCode())
                    .isEqualTo(200);
            Files.delete(file);
            assertThat(pusher.post("/lines", "a", "Content-Type", TEXT, "Authorization", "Bearer another")
                            .statusCode())
                    .isEqualTo(503);
        }
    }

    @Test
    void asksAClientToComeAgainWhenTheLogIsFull() throws Exception {
        log.close();
        open(FileLogOptions.defaults().withMaxUnread(2));
        try (PushServer server = push().withRetryAfter(Duration.ofSeconds(7)).start()) {
            Pusher pusher = new Pusher(server.address());
            pusher.post("/lines", "a\nb", CONTENT);

            HttpResponse<String> answer = pusher.post("/lines", "c", CONTENT);
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).contains("7");
            assertThat(server.health().isHealthy()).isTrue();

            assertThat(kept(log)).containsExactly("a", "b");
            assertThat(pusher.post("/lines", "c", CONTENT).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void keepsABodyWithAKnownKeyOnce() throws Exception {
        try (PushServer server = push().start()) {
            Pusher pusher = new Pusher(server.address());
            String[] keyed = {"Content-Type", TEXT, "Idempotency-Key", "k-1"};

            HttpResponse<String> first = pusher.post("/lines", "a\nb", keyed);
            HttpResponse<String> again = pusher.post("/lines", "a\nb", keyed);
            assertThat(again.statusCode() + again.body()).isEqualTo(first.statusCode() + first.body());
            assertThat(pusher.post("/lines", "c", keyed).statusCode()).isEqualTo(422);
            assertThat(kept(log)).containsExactly("a", "b");
            assertThat(server.health().records()).isEqualTo(2);

            String[] twoKeys = {"Content-Type", TEXT, "Idempotency-Key", "k-1", "Idempotency-Key", "k-2"};
            assertThat(pusher.post("/lines", "c", twoKeys).statusCode()).isEqualTo(400);
            assertThat(pusher.post("/lines", "c", "Content-Type", TEXT, "Idempotency-Key", "k".repeat(256))
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void tellsWhenRecordsCannotBeKept() throws Exception {
        try (PushServer server = push().start()) {
            log.close();
            HttpResponse<String> answer = new Pusher(server.address()).post("/lines", "a", CONTENT);

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).doesNotContain(folder.toString());
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void isUnhealthyWhenALogCouldNotKeepItsLastBatch() {
        PushHealth fine = health(true, null);
        assertThat(fine.isHealthy()).isTrue();
        assertThat(health(true, "no space left").isHealthy()).isFalse();
        assertThat(health(false, null).isHealthy()).isFalse();
    }

    private static PushHealth health(boolean running, @Nullable String failure) {
        return new PushHealth(running, 0, 0, 0, Map.of(), 0, 0, Map.of("/a", new LogStatus(0, 0, failure)));
    }

    @Test
    void keepsNothingOfABodyThatEndsEarly() throws Exception {
        try (PushServer server = push().start()) {
            Pusher pusher = new Pusher(server.address());
            for (String head : List.of(
                    "Content-Length: 9\r\n\r\na\nb\n", "Transfer-Encoding: chunked\r\n\r\n4\r\na\nb\n\r\n3\r\nc")) {
                try (Socket socket = pusher.open()) {
                    socket.getOutputStream()
                            .write(("POST /lines HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n" + head)
                                    .getBytes(StandardCharsets.US_ASCII));
                    socket.shutdownOutput();
                    assertThat(Pusher.rest(socket)).doesNotContain(" 200 ");
                }
            }
            Await.until(
                    "the requests to end",
                    Duration.ofSeconds(10),
                    () -> server.health().busy() == 0);
            assertThat(log.end()).isZero();
        }
    }

    @Test
    void hostileHeadersGetClearAnswersAndChangeNothing() throws Exception {
        try (PushServer server = push().start()) {
            Pusher pusher = new Pusher(server.address());
            String post = "POST /lines HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\n";
            for (String rest : List.of(
                    "Content-Length: 1\r\nContent-Length: 3\r\n\r\na\nb",
                    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
                    "Content-Length: -1\r\n\r\na",
                    "Content-Length: 99999999999999999999\r\n\r\na",
                    "Content-Length: 1\r\nIdempotency-Key: a b\r\n\r\na",
                    "Content-Length: 1\r\nIdempotency-Key: \u0000\r\n\r\na",
                    "Content-Length: 1\r\nContent-Encoding: gzip, gzip\r\n\r\na",
                    "Transfer-Encoding: gzip\r\n\r\na",
                    "Transfer-Encoding: chunked\r\n\r\nzz\r\na\r\n0\r\n\r\n",
                    "X: " + "y".repeat(1 << 20) + "\r\nContent-Length: 1\r\n\r\na",
                    IntStream.range(0, 1_000).mapToObj(i -> "X" + i + ": y\r\n").collect(Collectors.joining())
                            + "Content-Length: 1\r\n\r\na")) {
                String answer = pusher.raw(post + rest);
                assertThat(answer)
                        .as(rest.substring(0, Math.min(60, rest.length())))
                        .doesNotContain(" 200 ")
                        .doesNotContain("io.datastream");
            }
            assertThat(pusher.raw("POST /lines\u0000 HTTP/1.1\r\n\r\n")).doesNotContain(" 200 ");
            assertThat(pusher.raw("POST http://[ HTTP/1.1\r\n\r\n")).doesNotContain(" 200 ");
            assertThat(pusher.raw("\u0016\u0003\u0001 what is that\r\n\r\n")).doesNotContain(" 200 ");
            assertThat(log.end()).isZero();

            HttpResponse<String> echoed = pusher.post("/lines", "!\u0007\u001b[31m\u202e" + "x".repeat(9_000), CONTENT);
            assertThat(echoed.statusCode()).isEqualTo(400);
            assertThat(echoed.body()).hasSizeLessThan(520).startsWith("line 1: !??[31m?xxx");
            assertThat(pusher.post("/lines", "a", CONTENT).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void closesConnectionsThatTakeTooLong() throws Exception {
        try (PushServer server = push().withHeaderTime(Duration.ofMillis(200))
                .withBodyTime(Duration.ofMillis(200))
                .start()) {
            Pusher pusher = new Pusher(server.address());
            assertThat(pusher.raw("POST /lines HT")).isEmpty();
            assertThat(pusher.raw("POST /lines HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\na"))
                    .isEmpty();

            assertThat(server.health().overtime()).isEqualTo(2);
            // where a slow machine makes this take too long as well, it is done again, as a client would
            Await.until("another one is served", Duration.ofSeconds(10), () -> isTaken(pusher, "a"));
            assertThat(kept(log)).containsExactly("a");
        }
    }

    private static boolean isTaken(Pusher pusher, String line) throws Exception {
        try {
            return pusher.post("/lines", line, "Content-Type", TEXT, "Idempotency-Key", line)
                            .statusCode()
                    == 200;
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void closesConnectionsForWhichThereIsNoRoom() throws Exception {
        try (PushServer server = push().withThreads(1).withWaiting(1).start()) {
            Pusher pusher = new Pusher(server.address());
            try (Socket first = pusher.open();
                    Socket second = pusher.open();
                    Socket third = pusher.open()) {
                first.getOutputStream()
                        .write("POST /lines HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\na"
                                .getBytes(StandardCharsets.US_ASCII));
                Await.until(
                        "a busy thread",
                        Duration.ofSeconds(10),
                        () -> server.health().busy() == 1);
                second.getOutputStream().write('P');
                Await.until(
                        "a request that waits",
                        Duration.ofSeconds(10),
                        () -> server.health().waiting() == 1);
                third.getOutputStream().write('P');

                assertThat(Pusher.rest(third)).isEmpty();
                assertThat(server.health().refused()).isEqualTo(1);
            }
            Await.until(
                    "room again", Duration.ofSeconds(10), () -> server.health().busy() == 0);
            assertThat(pusher.post("/lines", "a", CONTENT).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aRequestThatIsWorkedAtIsFinishedWhenTheServerIsClosed() throws Exception {
        PushServer server = push().start();
        Pusher pusher = new Pusher(server.address());
        try (Socket socket = pusher.open()) {
            OutputStream out = socket.getOutputStream();
            out.write("POST /lines HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\na"
                    .getBytes(StandardCharsets.US_ASCII));
            Await.until(
                    "a request", Duration.ofSeconds(10), () -> server.health().busy() == 1);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            Await.until(
                    "closing", Duration.ofSeconds(10), () -> !server.health().running());
            assertThat(pusher.get(PushServer.HEALTH).statusCode()).isEqualTo(503);
            assertThat(closing).isNotDone();
            out.write("\nb".getBytes(StandardCharsets.US_ASCII));

            assertThat(Pusher.rest(socket)).startsWith("HTTP/1.1 200 ").endsWith("{\"records\":2}");
            closing.get();
        }
        assertThat(kept(log)).containsExactly("a", "b");
        assertThatThrownBy(() -> pusher.get(PushServer.HEALTH)).isInstanceOf(ConnectException.class);
        server.close();
    }

    @Test
    void breaksOffRequestsThatDoNotFinishWhenTheServerIsClosed() throws Exception {
        PushServer server = push().withStopTime(Duration.ofMillis(100)).start();
        try (Socket socket = new Pusher(server.address()).open()) {
            socket.getOutputStream()
                    .write("POST /lines HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\na"
                            .getBytes(StandardCharsets.US_ASCII));
            Await.until(
                    "a request", Duration.ofSeconds(10), () -> server.health().busy() == 1);
            server.close();
            assertThat(Pusher.rest(socket)).isEmpty();
        }
        assertThat(log.end()).isZero();
    }

    @Test
    void speaksTls() throws Exception {
        TestCertificates authority = TestCertificates.in(Files.createDirectory(folder.resolve("authority")));
        TestCertificates.Identity identity = authority.issue("server", "localhost", "127.0.0.1");
        HttpPush push = push().withTls(Tls.ofSystem()
                .presenting(identity.certificates(), identity.key())
                .context());
        try (PushServer server = push.withHeaderTime(Duration.ofMillis(200)).start();
                Socket silent = new Pusher(server.address()).open()) {
            silent.getOutputStream().write(0x16); // begins a handshake, and no more
            assertThat(Pusher.rest(silent)).isEmpty();
        }
        try (PushServer server = push.start()) {
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(Tls.trusting(authority.authority()).context())
                    .build();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("https://127.0.0.1:" + server.address().getPort() + "/lines"))
                    .headers(CONTENT)
                    .POST(HttpRequest.BodyPublishers.ofString("a"))
                    .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(kept(log)).containsExactly("a");
    }

    @Test
    void refusesDefinitionsThatCannotWork() throws Exception {
        HttpPush all = HttpPush.at(new InetSocketAddress(0)).with(route);
        assertThatThrownBy(all::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("without a token");
        assertThatThrownBy(() -> HttpPush.on(0).start()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> push().with(route)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HttpPush.on(0).with(PushRoute.at("/x", log, Codec.utf8())))
                .isInstanceOf(IllegalArgumentException.class);
        for (String path : List.of("", "lines", "/", "/a/", "/a b", "/%41", "/health", "//a")) {
            assertThatThrownBy(() -> PushRoute.at(path, log, Codec.utf8()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> push().withToken(SecretSource.of(" ")).start())
                .isInstanceOf(IllegalStateException.class);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(
                            () -> HttpPush.on(taken.getLocalPort()).with(route).start())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
    }
}
