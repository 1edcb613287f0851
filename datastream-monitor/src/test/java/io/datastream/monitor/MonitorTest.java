package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastream.Pipeline;
import io.datastream.monitor.Feed.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.Sinks;
import io.datastream.testkit.Await;
import io.datastream.testkit.TestCertificates;
import io.datastream.time.Windowed;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MonitorTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String TOKEN = "a token of some length";

    private final Feed feed = new Feed("feed", 2);
    private final Queue<Windowed<String, Double>> results = new ConcurrentLinkedQueue<>();
    private final PipelineController controller =
            LocalRuntime.create().withThreads(2).start(Pipelines.means("means", Pipelines.timed(feed), results));

    @AfterEach
    void stop() {
        controller.close();
    }

    private static HttpResponse<String> login(Client client, String token) {
        return client.send(client.request("login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("token=" + token.replace(" ", "+"))));
    }

    // what is served

    @Test
    void tellsAllOfAPipeline() {
        feed.add(0, new Reading("a", 1_000, 3), new Reading("a", 2_500, 4), new Reading("b", 2_600, -1));
        feed.add(1, new Reading("c", 1_500, 5));
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            Client client = new Client(server);
            Await.untilAsserted(SOON, () -> {
                JsonNode pipeline = client.json("api/pipelines/means");
                assertThat(pipeline.at("/state").textValue()).isEqualTo("RUNNING");
                assertThat(pipeline.at("/plan/stages/0/source").textValue()).isEqualTo("feed");
                assertThat(pipeline.at("/plan/stages/1/steps/0/name").textValue())
                        .isEqualTo("means");
                assertThat(pipeline.at("/plan/stages/0/targets/0").intValue()).isEqualTo(1);
                assertThat(pipeline.at("/totals/in").longValue()).isEqualTo(4);
                assertThat(pipeline.at("/totals/skipped").longValue()).isEqualTo(1);
                assertThat(pipeline.at("/origins/0/name").textValue()).isEqualTo("feed-0");
                assertThat(pipeline.at("/origins/0/position").longValue()).isEqualTo(3);
                assertThat(pipeline.at("/origins/0/watermark").textValue()).isEqualTo("1970-01-01T00:00:02.600Z");
                assertThat(pipeline.at("/stages/1/oldestWindow").textValue()).isEqualTo("1970-01-01T00:00:01Z");
                assertThat(pipeline.at("/steps/0/lastFailure").textValue()).contains("feed-0@2", "below zero: b");
                assertThat(pipeline.at("/errors/0/step").textValue()).isEqualTo("check");
                assertThat(pipeline.at("/errors/0/sample").textValue())
                        .isEqualTo("Reading[sensor=b, millis=2600, value=***]");
                assertThat(pipeline.at("/findings").toString())
                        .contains("its oldest open window starts at 1970-01-01T00:00:01Z", "feed-1 holds it back");
                assertThat(pipeline.at("/resources/heapUsed").longValue()).isPositive();
            });
            assertThat(client.json("api/pipelines").at("/0/name").textValue()).isEqualTo("means");
            Await.untilAsserted(
                    SOON,
                    () -> assertThat(client.json("api/pipelines/means/history").at("/times"))
                            .isNotEmpty());
        }
    }

    @Test
    void theHistoryStaysInTheOrderOfItsTimesWhenTheClockIsPutBack() {
        Watched watched = new Watched(controller, 0);
        Instant now = Instant.now();
        for (int seconds : new int[] {1, 2, 3, -3_600, -3_599}) {
            watched.look(now.plusSeconds(seconds), System.nanoTime(), 0);
        }
        assertThat(watched.history().times())
                .containsExactly(
                        now.minusSeconds(3_600).toEpochMilli(),
                        now.minusSeconds(3_599).toEpochMilli());
    }

    @Test
    void followersAreToldEachSecond() throws Exception {
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            Client client = new Client(server);
            HttpResponse<Stream<String>> response = HttpClient.newHttpClient()
                    .send(client.request("api/pipelines/means/events").build(), HttpResponse.BodyHandlers.ofLines());
            assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream; charset=utf-8");
            try (Stream<String> lines = response.body()) {
                List<String> frames =
                        lines.filter(line -> line.startsWith("data: ")).limit(3).toList();
                assertThat(frames)
                        .hasSize(3)
                        .allSatisfy(frame ->
                                assertThat(frame).contains("\"name\":\"means\"", "\"findings\":[{", "\"heapUsed\":"));
                assertThat(server.followers()).isEqualTo(1);
            }
        }
    }

    @Test
    void metersAreThereForPrometheus() {
        feed.add(0, new Reading("a", 1_000, 3));
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            Client client = new Client(server);
            Await.untilAsserted(
                    SOON,
                    () -> assertThat(client.get("metrics").body())
                            .contains("# TYPE datastream_records_in_total counter")
                            .containsPattern("datastream_records_in_total\\{.*step=\"feed\".*} 1\n"));
            assertThat(client.get("metrics").headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
        }
    }

    @Test
    void healthFollowsTheState() {
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            Client client = new Client(server);
            assertThat(client.get("health/ready").statusCode()).isEqualTo(200);
            controller.pause();
            assertThat(client.get("health/ready").statusCode()).isEqualTo(503);
            assertThat(client.get("health/ready").body()).isEqualTo("pipeline means is PAUSED\n");
            assertThat(client.get("health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aFailedPipelineIsNotLive() {
        Pipeline failing = Pipeline.from(Pipelines.timed(feed))
                .map(reading -> {
                    throw new IllegalStateException("boom");
                })
                .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                .named("failing");
        feed.add(0, new Reading("a", 1_000, 3));
        try (PipelineController failed = LocalRuntime.create().start(failing);
                MonitorServer server = Monitor.of(controller).and(failed).start()) {
            Client client = new Client(server);
            Await.until("503", SOON, () -> client.get("health/live").statusCode() == 503);
            assertThat(client.get("health/live").body()).contains("pipeline failing is FAILED", "boom");
            Await.untilAsserted(
                    SOON,
                    () -> assertThat(client.json("api/pipelines/failing")
                                    .at("/findings/0/text")
                                    .textValue())
                            .startsWith("The pipeline has failed: ")
                            .contains("feed-0@0"));
        }
    }

    @Test
    void thePageAndItsFilesAreSmallAndNameNoOtherServer() {
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            Client client = new Client(server);
            int bytes = 0;
            for (String path : List.of("", "monitor.js", "monitor.css", "uplot.js", "uplot.css", "icon.svg")) {
                HttpResponse<String> response = client.send(client.request(path).header("Accept-Encoding", "gzip"));
                assertThat(response.statusCode()).as(path).isEqualTo(200);
                bytes += (int)
                        response.headers().firstValueAsLong("Content-Length").orElseThrow();
                if (!path.startsWith("uplot")) {
                    assertThat(client.get(path).body().replace("http://www.w3.org/2000/svg", ""))
                            .doesNotContain("http://", "https://");
                }
            }
            assertThat(bytes).isBetween(20_000, 300_000);
            String tag = client.get("monitor.js").headers().firstValue("ETag").orElseThrow();
            assertThat(client.send(client.request("monitor.js").header("If-None-Match", tag))
                            .statusCode())
                    .isEqualTo(304);
        }
    }

    @Test
    void pipelinesComeAndGoAndWhoFollowsOneThatGoesLearnsIt() {
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            assertThatThrownBy(() -> server.add(controller))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"means\" is shown already");
            InputStream followed = new Client(server).open(new Client(server).request("api/pipelines/means/events"));
            server.remove(controller);
            readToEnd(followed);
            assertThat(server.pipelines()).isEmpty();
            assertThat(new Client(server).get("health/ready").statusCode()).isEqualTo(503);
            server.add(controller);
            assertThat(server.pipelines()).containsExactly("means");
        }
    }

    // who may see it

    @Test
    void othersThanThisMachineNeedATokenAndTls() {
        Monitor open = Monitor.of(controller).withAddress("0.0.0.0");

        assertThatThrownBy(open::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("address: 0.0.0.0 with no token and no TLS (expected: a loopback address such as 127.0.0.1,"
                        + " or both withToken and withTls)");
        assertThatThrownBy(open.withToken(SecretSource.of(TOKEN))::start)
                .hasMessageContaining("with a token and no TLS");
        assertThatThrownBy(open.withTls(Tls.ofSystem())::start).hasMessageContaining("with no token and TLS");
        assertThatThrownBy(Monitor.of(controller).withToken(SecretSource.of("short"))::start)
                .hasMessageContaining("5 characters (expected: at least 16)")
                .hasMessageNotContaining("short");
    }

    @Test
    void withoutTheTokenNothingIsTold() {
        Monitor monitor = Monitor.of(controller).withToken(SecretSource.of(TOKEN));
        assertThat(monitor.toString()).doesNotContain(TOKEN);
        try (MonitorServer server = monitor.start()) {
            Client client = new Client(server);
            for (String path : List.of(
                    "", "api/pipelines", "api/pipelines/means", "api/pipelines/means/events", "metrics", "nothing")) {
                HttpResponse<String> response = client.get(path);
                assertThat(response.statusCode()).as(path).isEqualTo(401);
                assertThat(response.body()).as(path).doesNotContain("means", "feed");
            }
            for (String wrong :
                    List.of("", "a token of some lengt", TOKEN + "x", TOKEN.toUpperCase(java.util.Locale.ROOT))) {
                assertThat(client.send(client.request("metrics").header("Authorization", "Bearer " + wrong))
                                .statusCode())
                        .as(wrong)
                        .isEqualTo(401);
                assertThat(login(client, wrong).statusCode()).as(wrong).isEqualTo(401);
            }
            assertThat(client.get("metrics?token=" + TOKEN.replace(" ", "+")).statusCode())
                    .isEqualTo(401);
            controller.pause();
            HttpResponse<String> ready = client.get("health/ready"); // an orchestrator has no token
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).isEqualTo("down\n");
        }
    }

    @Test
    void theTokenOpensByHeaderAndByFormWithACookie() {
        try (MonitorServer server =
                Monitor.of(controller).withToken(SecretSource.of(TOKEN)).start()) {
            Client client = new Client(server);
            assertThat(client.send(client.request("metrics").header("Authorization", "Bearer " + TOKEN))
                            .statusCode())
                    .isEqualTo(200);

            HttpResponse<String> login = login(client, TOKEN);

            assertThat(login.statusCode()).isEqualTo(303);
            assertThat(login.headers().firstValue("Location")).contains("/");
            String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(cookie)
                    .contains("HttpOnly", "SameSite=Strict", "-" + server.port() + "=")
                    .doesNotContain(TOKEN);
            String session = cookie.split(";")[0];
            assertThat(client.send(client.request("").header("Cookie", "other=1; " + session))
                            .body())
                    .contains("id=\"findings\"");
            assertThat(client.send(client.request("").header("Cookie", session + "x"))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void signingOutEndsTheSessionTheCookieAndWhatIsFollowed() throws Exception {
        try (MonitorServer server =
                Monitor.of(controller).withToken(SecretSource.of(TOKEN)).start()) {
            Client client = new Client(server);
            String session = cookieOf(login(client, TOKEN));
            String other = cookieOf(login(client, TOKEN));
            InputStream followed =
                    client.open(client.request("api/pipelines/means/events").header("Cookie", session));
            assertThat(followed.read()).isEqualTo('d');

            HttpResponse<String> out = client.send(
                    client.request("logout").header("Cookie", session).POST(HttpRequest.BodyPublishers.noBody()));

            assertThat(out.statusCode()).isEqualTo(303);
            assertThat(out.headers().firstValue("Location")).contains("/");
            assertThat(out.headers().firstValue("Set-Cookie").orElseThrow())
                    .startsWith("datastream-monitor-" + server.port() + "=;")
                    .contains("Path=/", "Max-Age=0");
            readToEnd(followed);
            assertThat(client.send(client.request("").header("Cookie", session)).statusCode())
                    .isEqualTo(401);
            assertThat(client.send(client.request("").header("Cookie", other)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void anotherTokenEndsAllThatTheOldOneHasOpened(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), TOKEN);
        try (MonitorServer server =
                Monitor.of(controller).withToken(SecretSource.file(file)).start()) {
            Client client = new Client(server);
            String session = cookieOf(login(client, TOKEN));
            InputStream byCookie =
                    client.open(client.request("api/pipelines/means/events").header("Cookie", session));
            InputStream byToken = client.open(
                    client.request("api/pipelines/means/events").header("Authorization", "Bearer " + TOKEN));
            assertThat(byCookie.read()).isEqualTo('d');
            assertThat(byToken.read()).isEqualTo('d');

            Files.writeString(file, "another token of some length");

            readToEnd(byCookie);
            readToEnd(byToken);
            assertThat(client.send(client.request("").header("Cookie", session)).statusCode())
                    .isEqualTo(401);
            assertThat(login(client, "another token of some length").statusCode())
                    .isEqualTo(303);
        }
    }

    private static String cookieOf(HttpResponse<String> login) {
        return login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    private static void readToEnd(InputStream in) {
        assertTimeoutPreemptively(SOON, () -> {
            try {
                in.readAllBytes();
            } catch (IOException e) {
                // cut off, which is an end too
            }
        });
    }

    @Test
    void whoHasNoSessionCannotSignOut() {
        String button = "<form id=\"sign-out\" method";
        try (MonitorServer server =
                Monitor.of(controller).withToken(SecretSource.of(TOKEN)).start()) {
            Client client = new Client(server);
            String session = cookieOf(login(client, TOKEN));
            assertThat(client.send(client.request("").header("Cookie", session)).body())
                    .contains(button);
            assertThat(client.send(client.request("").header("Authorization", "Bearer " + TOKEN))
                            .body())
                    .doesNotContain(button)
                    .contains("id=\"findings\"");
            HttpResponse<String> out = client.send(client.request("logout").POST(HttpRequest.BodyPublishers.noBody()));
            assertThat(out.statusCode()).isEqualTo(303);
            assertThat(out.headers().firstValue("Set-Cookie")).isEmpty(); // another site can send no more than this
            assertThat(client.send(client.request("logout").header("Cookie", session))
                            .statusCode())
                    .isEqualTo(303); // a GET, as of a link, ends nothing
            assertThat(client.send(client.request("").header("Cookie", session)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void servesOverTls(@TempDir Path folder) throws Exception {
        TestCertificates certificates = TestCertificates.in(folder);
        TestCertificates.Identity identity = certificates.issue("monitor", "localhost", "127.0.0.1");
        Monitor monitor = Monitor.of(controller)
                .withAddress("0.0.0.0")
                .withToken(SecretSource.of(TOKEN))
                .withTls(Tls.ofSystem().presenting(identity.certificates(), identity.key()));
        try (MonitorServer server = monitor.start()) {
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(Tls.trusting(certificates.authority()).context())
                    .build();
            URI uri = URI.create("https://localhost:" + server.port() + "/api/pipelines");
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(uri)
                            .header("Authorization", "Bearer " + TOKEN)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).contains("means");
        }
    }

    @Test
    void aPageOfAnotherSiteThatPointsItsNameHereIsRefused() throws IOException {
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            assertThat(raw(server, "GET /api/pipelines HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 403")
                    .doesNotContain("means");
            assertThat(raw(server, "GET /api/pipelines HTTP/1.1\r\nHost: LocalHost:80\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void everyAnswerForbidsWhatThePageDoesNotNeed() {
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            Client client = new Client(server);
            for (String path : List.of("", "monitor.js", "api/pipelines", "metrics", "health/live", "nothing")) {
                HttpResponse<String> response = client.get(path);
                assertThat(response.headers().firstValue("Content-Security-Policy"))
                        .as(path)
                        .hasValueSatisfying(policy -> assertThat(policy)
                                .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
                                .doesNotContain("unsafe", "http"));
                assertThat(response.headers().firstValue("X-Content-Type-Options"))
                        .contains("nosniff");
                assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                        .isEmpty();
                assertThat(response.headers().firstValue("Cache-Control"))
                        .as(path)
                        .contains(path.equals("monitor.js") ? "no-cache" : "no-store");
            }
        }
    }

    // what it withstands

    /** Sends bytes as they are, and reads until the server closes the connection or {@code length} bytes are there. */
    private static String raw(MonitorServer server, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readNBytes(2_000), StandardCharsets.ISO_8859_1);
        } catch (java.net.SocketException e) {
            return "closed"; // in the middle of the request
        }
    }

    @Test
    void requestsThatNobodyNeedsAreRefused() {
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            Client client = new Client(server);
            assertThat(client.send(client.request("api/pipelines")
                                    .method("DELETE", HttpRequest.BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(405);
            assertThat(client.get("x".repeat(5_000)).statusCode()).isEqualTo(414);
            assertThat(client.send(client.request("api/pipelines")
                                    .method("GET", HttpRequest.BodyPublishers.ofString("body")))
                            .statusCode())
                    .isEqualTo(413);
            assertThat(login(client, "x".repeat(5_000)).statusCode()).isEqualTo(413);
            assertThat(client.send(client.request("login").POST(HttpRequest.BodyPublishers.ofString("{}")))
                            .statusCode())
                    .isEqualTo(415);
        }
    }

    @Test
    void hostileAddressesGetNoFileAndNoEcho() {
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            Client client = new Client(server);
            for (String path : List.of(
                    "api/pipelines/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
                    "..%2f..%2fetc%2fpasswd",
                    "%2e%2e/Monitor.class",
                    "monitor.html",
                    "api/pipelines/means/%00",
                    "api/pipelines//events")) {
                HttpResponse<String> response = client.get(path);
                assertThat(response.statusCode()).as(path).isEqualTo(404);
                assertThat(response.body()).as(path).doesNotContain("<", "root:");
            }
        }
    }

    @Test
    void clientsThatNeverFinishTheirRequestKeepNoThread() throws IOException {
        Socket[] slow = new Socket[40]; // more than there are threads
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            for (int i = 0; i < slow.length; i++) {
                slow[i] = new Socket(InetAddress.getLoopbackAddress(), server.port());
                slow[i].getOutputStream().write("GET / HT".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(new Client(server).get("health/ready").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                if (socket != null) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void requestsOneAfterTheOtherAreAnsweredByAFewThreads() {
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            Client client = new Client(server);
            for (int i = 0; i < 40; i++) {
                assertThat(client.get("health/ready").statusCode()).isEqualTo(200);
            }
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("datastream-monitor-http-"))
                    .hasSizeLessThan(16);
        }
    }

    @Test
    void aPortThatIsTakenIsTold() {
        try (MonitorServer server = Monitor.serve(controller, 0)) {
            assertThatThrownBy(() -> Monitor.serve(controller, server.port()))
                    .isInstanceOf(MonitorException.class)
                    .hasMessageContaining("127.0.0.1:" + server.port() + " cannot be listened on");
        }
    }

    @Test
    void closingItLeavesThePipelineAlone() {
        MonitorServer server = Monitor.serve(controller, 0);
        server.close();
        server.close();
        feed.add(0, new Reading("a", 1_000, 3), new Reading("a", 9_000, 3));
        feed.add(1, new Reading("a", 9_000, 3));
        Await.until("a result", SOON, () -> !results.isEmpty());
        Await.until(
                "no threads",
                SOON,
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("datastream-monitor")));
    }
}
