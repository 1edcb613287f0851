package io.datastream.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.datastream.alert.DeliveryException;
import io.datastream.alert.Notice;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.secret.SecretSource;
import io.datastream.testkit.Await;
import io.datastream.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookChannelTest {
    private static final String HOSTILE = "a\"}]\\\r\nX-Forged: 1 <!channel> \u2028\u00e9 ${id}";

    @TempDir
    Path folder;

    private final int port = FreePorts.next();
    private final List<String> ids = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String answer = "";
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (status < 300) {
                ids.add(String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")));
                bodies.add(body);
            }
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private HttpEndpoint endpoint() {
        return HttpEndpoint.of("http://127.0.0.1:" + port + "/s3cret");
    }

    @Test
    void sendsAllOfANoticeWithItsId() throws InterruptedException {
        Notice notice = Notices.notice("boiler");
        WebhookChannel.json("hook", endpoint()).deliver(notice);
        assertThat(ids).containsExactly(notice.id());
        assertThat(bodies.get(0))
                .startsWith(
                        "{\"id\":\"" + notice.id() + "\",\"headline\":\"WARNING raised: too-hot of boiler in plant\","
                                + "\"severity\":\"WARNING\",\"text\":\"WARNING raised: too-hot of boiler in plant\\n")
                .endsWith(
                        "\"alerts\":[{\"id\":\"" + notice.id() + "\",\"episode\":\""
                                + notice.alerts().get(0).episode()
                                + "\",\"number\":0,\"rule\":\"too-hot\",\"pipeline\":\"plant\",\"series\":\"boiler\","
                                + "\"severity\":\"WARNING\",\"state\":\"RAISED\",\"since\":\"2026-01-01T00:00:00Z\","
                                + "\"at\":\"2026-01-01T00:00:00Z\",\"value\":93.5,\"limit\":null,"
                                + "\"what\":\"The value of boiler is 93.5.\",\"why\":\"Seals melt.\",\"whereToLook\":\"Look.\"}]}");
    }

    @Test
    void keepsHostileTextInsideItsQuotes() throws InterruptedException {
        WebhookChannel.json("hook", endpoint()).deliver(Notices.notice(HOSTILE));
        assertThat(bodies.get(0))
                .contains("\"series\":\"a\\\"}]\\\\\\u000d\\nX-Forged: 1 <!channel> \\u2028\\u00e9 ${id}\"")
                .matches("[\\x20-\\x7e]*");
    }

    @Test
    void letsHostileTextNeitherLinkNorMentionOnSlack() throws InterruptedException {
        WebhookChannel.slack("slack", endpoint()).deliver(Notices.notice(HOSTILE));
        assertThat(bodies.get(0))
                .startsWith("{\"text\":\"WARNING raised: too-hot of a\\\"}]\\\\ X-Forged: 1 &lt;!channel&gt; ")
                .doesNotContain("<");
        WebhookChannel.slack("slack", endpoint()).deliver(Notices.notice("p&l &lt;!here&gt;"));
        assertThat(bodies.get(1)).contains("too-hot of p&amp;l &amp;lt;!here&amp;gt; in plant");
    }

    @Test
    void fillsATemplate() throws InterruptedException {
        Notice notice = Notices.notice(HOSTILE);
        WebhookChannel.template(
                        "hook", endpoint(), "{\"t\": \"${headline}\", \"n\": \"${id}\", \"s\": \"${severity}\"}")
                .deliver(notice);
        WebhookChannel.template("hook", endpoint(), "${text}").deliver(notice);
        assertThat(bodies.get(1)).contains(" in plant\\nThe value of a\\\"}]").doesNotContain("\n");
        assertThat(bodies.get(0))
                .isEqualTo(
                        "{\"t\": \"WARNING raised: too-hot of a\\\"}]\\\\ X-Forged: 1 <!channel>  \\u00e9 ${id} in plant\","
                                + " \"n\": \"" + notice.id() + "\", \"s\": \"WARNING\"}");
    }

    @Test
    void refusesAMarkThatIsNotKnown() {
        assertThatThrownBy(() -> WebhookChannel.template("hook", endpoint(), "{\"t\": \"${title}\"}"))
                .hasMessage("template: mark ${title} (expected: one of [id, headline, severity, text])");
    }

    private static void assertFails(WebhookChannel channel, boolean isRetryable, String words) {
        assertThatThrownBy(() -> channel.deliver(Notices.notice("a")))
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        e -> assertThat(e.isRetryable()).isEqualTo(isRetryable))
                .hasMessageContaining(words)
                .message()
                .doesNotContain("s3cret");
    }

    @Test
    void saysWhetherAnotherTryCanHelp() {
        WebhookChannel channel = WebhookChannel.json("hook", endpoint());
        status = 503;
        assertFails(channel, true, "503");
        status = 401;
        assertFails(channel, true, "401");
        status = 404;
        assertFails(channel, false, "404");
        stop();
        assertFails(channel, true, "no answer");
    }

    @Test
    void takesASuccessThatSaysOtherwiseForARefusal() throws InterruptedException {
        WebhookChannel channel = WebhookChannel.slack("slack", endpoint());
        answer = "{ \"ok\" : false,\"error\":\"channel_not_found\"}";
        assertFails(channel, false, "channel_not_found");
        answer = "{\"ok\":true,\"message\":{\"ok\":false}}";
        channel.deliver(Notices.notice("a"));
    }

    @Test
    void triesAgainUntilASecretIsThere() throws Exception {
        Path token = folder.resolve("token");
        WebhookChannel channel = WebhookChannel.json("hook", endpoint().withToken(SecretSource.file(token)));
        assertFails(channel, true, "there is no such file");
        Files.writeString(token, "abc");
        channel.deliver(Notices.notice("a"));
        assertThat(ids).hasSize(1);
    }

    @Test
    void deliversEachNoticeOnceThroughRestartsOfBothSides() throws IOException {
        Alerting alerting = Alerting.withRules(List.of())
                .withQueueIn(folder)
                .withPauses(Duration.ofMillis(5), Duration.ofMillis(20));
        stop();
        try (AlertManager manager =
                alerting.deliverTo(WebhookChannel.json("hook", endpoint())).start()) {
            manager.accept(Notices.raised("a"));
            Await.until(
                    "an error",
                    Duration.ofSeconds(20),
                    () -> manager.channels().get(0).lastError() != null);
        }
        try (AlertManager manager =
                alerting.deliverTo(WebhookChannel.json("hook", endpoint())).start()) {
            manager.accept(Notices.raised("b"));
            start();
            Await.until(
                    "both",
                    Duration.ofSeconds(20),
                    () -> manager.channels().get(0).delivered() == 2);
        }
        assertThat(ids)
                .containsExactly(Notices.raised("a").id(), Notices.raised("b").id());
    }
}
