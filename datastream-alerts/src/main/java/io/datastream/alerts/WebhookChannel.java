package io.datastream.alerts;

import io.datastream.alert.AlertChannel;
import io.datastream.alert.AlertText;
import io.datastream.alert.DeliveryException;
import io.datastream.alert.Notice;
import io.datastream.function.Fn;
import io.datastream.httpclient.HttpAnswer;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.httpclient.HttpSender;
import io.datastream.sink.SinkException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends notices over HTTP, by POST, as JSON.
 *
 * <p>Each request has the notice's id in the header {@value #ID_HEADER}, the same when it is sent again. A server that looks at
 * it takes each notice once; for others delivery is at least once: a notice is sent again if the answer was lost, or if the
 * program died before it had noted the answer. A status of success is a delivery, unless the answer is an object of JSON that
 * begins with {@code "ok": false}, as that of Slack's API does. No answer, 401, 408, 429, 5xx, a server that cannot be trusted and a secret that
 * cannot be found are tried again; any other answer is a refusal for good. Secrets belong into the {@link HttpEndpoint}, which also holds the address: for services
 * whose address is a secret it is in no message.
 */
public final class WebhookChannel implements AlertChannel {
    /** The header with the id of the notice. */
    public static final String ID_HEADER = "Idempotency-Key";

    private static final Pattern NOT_OK = Pattern.compile("\\s*\\{\\s*\"ok\"\\s*:\\s*false\\b");

    private final String name;
    private final HttpEndpoint endpoint;
    private final Fn<? super Notice, String> body;
    private @Nullable HttpSender sender;

    private WebhookChannel(String name, HttpEndpoint endpoint, Fn<? super Notice, String> body) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("channel: \"" + name + "\" (expected: a name)");
        }
        this.name = name;
        this.endpoint = endpoint;
        this.body = body;
    }

    /**
     * Sends all of a notice: an object with {@code id}, {@code headline}, {@code severity}, {@code text}, and {@code alerts},
     * each with the components of an {@link io.datastream.alert.Alert} and its {@code id}.
     *
     * @param name of the channel
     */
    public static WebhookChannel json(String name, HttpEndpoint endpoint) {
        return new WebhookChannel(name, endpoint, Json::of);
    }

    /**
     * Sends what Slack, Mattermost and others take at the address of an incoming webhook: an object with {@code text}.
     *
     * @param name of the channel
     */
    public static WebhookChannel slack(String name, HttpEndpoint endpoint) {
        return new WebhookChannel(
                name, endpoint, notice -> "{\"text\":" + AlertText.json(forSlack(notice.text())) + "}");
    }

    /** Without these three, a text can neither link nor mention anybody. */
    private static String forSlack(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /**
     * Sends a JSON text with marks in it, which are to stand between quotes: <code>${id}</code>, <code>${headline}</code>,
     * <code>${severity}</code>, <code>${text}</code>. What takes their place is escaped, so it cannot end its string.
     *
     * @param name of the channel
     * @param template such as <code>{"title": "${headline}", "body": "${text}"}</code>
     */
    public static WebhookChannel template(String name, HttpEndpoint endpoint, String template) {
        Template parsed = Template.of(template);
        return new WebhookChannel(name, endpoint, parsed::filledWith);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void deliver(Notice notice) throws InterruptedException {
        HttpAnswer answer;
        try {
            if (sender == null) {
                sender = endpoint.open("channel " + name);
            }
            byte[] content = body.apply(notice).getBytes(StandardCharsets.UTF_8);
            answer = sender.post("application/json; charset=utf-8", Map.of(ID_HEADER, notice.id()), content);
        } catch (SinkException e) { // also for a secret or a certificate, which are mended from outside
            throw DeliveryException.retryable(String.valueOf(e.getMessage()), e);
        } catch (Exception e) {
            throw DeliveryException.fatal("channel " + name + ": the notice cannot be written: " + e, e);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        String told = "channel " + name + ", " + endpoint + ": " + answer.text();
        if (answer.status() == 401) {
            throw DeliveryException.retryable(told, null);
        }
        if (!answer.isSuccess() || NOT_OK.matcher(answer.body()).lookingAt()) {
            throw DeliveryException.fatal(told, null);
        }
    }

    /** Name and server. */
    @Override
    public String toString() {
        return "webhook " + name + " to " + endpoint;
    }
}
