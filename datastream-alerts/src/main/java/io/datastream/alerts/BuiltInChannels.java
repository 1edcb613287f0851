package io.datastream.alerts;

import io.datastream.alert.AlertChannel;
import io.datastream.alert.Notice;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.secret.SecretSource;
import io.datastream.settings.Settings;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the channels of this module from settings. */
final class BuiltInChannels {
    static final Map<String, AlertFormat.ChannelReader> ALL = Map.of(
            "log",
            (name, settings) -> Optional.of(named(name, LogChannel.create())),
            "console",
            (name, settings) -> Optional.of(named(name, ConsoleChannel.to(System.out))),
            "slack",
            BuiltInChannels::slack,
            "webhook",
            BuiltInChannels::webhook);

    private BuiltInChannels() {}

    private static AlertChannel named(String name, AlertChannel channel) {
        return channel.name().equals(name) ? channel : new Named(name, channel);
    }

    /** A channel under another name. */
    private record Named(String name, AlertChannel channel) implements AlertChannel {
        @Override
        public void deliver(Notice notice) throws InterruptedException {
            channel.deliver(notice);
        }

        @Override
        public void close() {
            channel.close();
        }
    }

    private static Optional<AlertChannel> slack(String name, Settings settings) {
        return endpoint(settings).map(endpoint -> WebhookChannel.slack(name, endpoint));
    }

    private static Optional<AlertChannel> webhook(String name, Settings settings) {
        Optional<HttpEndpoint> endpoint = endpoint(settings);
        Optional<String> template = settings.text("template");
        return endpoint.flatMap(known -> template.isEmpty()
                ? Optional.of(WebhookChannel.json(name, known))
                : tried(settings, "template", text -> WebhookChannel.template(name, known, text), template.get()));
    }

    private static Optional<HttpEndpoint> endpoint(Settings settings) {
        Optional<SecretSource> url = settings.secret("url");
        Optional<SecretSource> token = settings.secret("token");
        if (url.isEmpty()) {
            settings.refuse("url", "an address that begins with https:// or http://");
        }
        return url.flatMap(known -> tried(settings, "url", any -> HttpEndpoint.of(known.reveal()), known))
                .map(known -> token.map(known::withToken).orElse(known));
    }

    /** What is made of a value; nothing, and a problem noted, if it is refused. */
    private static <V, R> Optional<R> tried(Settings settings, String name, Function<V, ? extends R> maker, V value) {
        try {
            return Optional.of(maker.apply(value));
        } catch (IllegalArgumentException | IllegalStateException refused) {
            settings.refuse(name, reason(refused));
            return Optional.empty();
        }
    }

    /** For a secret that cannot be looked up the message tells where from; nothing tells the secret. */
    private static String reason(RuntimeException refused) {
        return refused instanceof IllegalStateException
                ? String.valueOf(refused.getMessage())
                : RuleReader.expected(refused);
    }
}
