package io.datastream.alerts.mail;

import io.datastream.alerts.mail.MailChannel.Protection;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Reads a channel from settings. */
final class MailSettings {
    private final String name;
    private final Settings settings;

    MailSettings(String name, Settings settings) {
        this.name = name;
        this.settings = settings;
    }

    Optional<MailChannel> read() {
        Protection protection = settings.choice("protection", Protection.class).orElse(Protection.STARTTLS);
        Optional<String> host = settings.text("host");
        int port = port(protection);
        Optional<String> from = addresses("from", 1);
        Optional<String> to = addresses("to", Integer.MAX_VALUE);
        Optional<String> user = settings.text("user");
        Optional<SecretSource> password = settings.secret("password");
        Optional<Tls> tls = settings.text("authorities").map(file -> Tls.trusting(Path.of(file)));
        Optional<Duration> timeout = settings.duration("timeout");
        if (host.isEmpty()) {
            settings.refuse("host", "the name of a mail server");
        }
        if (user.isPresent() != password.isPresent()) {
            settings.refuse(user.isPresent() ? "password" : "user", "user and password, or neither");
        } else if (user.isPresent() && protection == Protection.NONE) {
            settings.refuse("user", "protection starttls or tls, for a user's password");
        }
        if (timeout.isPresent() && !MailChannel.isTimeout(timeout.get())) {
            settings.refuse("timeout", "from 10ms to 1h");
            return Optional.empty();
        }
        if (host.isEmpty() || from.isEmpty() || to.isEmpty() || port == 0) {
            return Optional.empty();
        }
        MailChannel channel = MailChannel.via(host.get(), port, protection, from.get(), to.get())
                .named(name)
                .withTls(tls.orElse(Tls.ofSystem()))
                .withTimeout(timeout.orElse(MailChannel.DEFAULT_TIMEOUT));
        boolean signsIn = user.isPresent() && password.isPresent() && protection != Protection.NONE;
        return Optional.of(signsIn ? channel.withUser(user.orElseThrow(), password.orElseThrow()) : channel);
    }

    /** The port; 0 if it is none. */
    private int port(Protection protection) {
        if (!settings.has("port")) {
            return MailChannel.usualPort(protection);
        }
        int port = settings.integer("port").orElse(0);
        if (port >= 1 && port <= 65_535) {
            return port;
        }
        settings.refuse("port", "from 1 to 65535");
        return 0;
    }

    /** Addresses with commas between, if they are. */
    private Optional<String> addresses(String field, int most) {
        String text = String.join(", ", settings.texts(field));
        try {
            if (MailChannel.addresses(field, text).length <= most) {
                return Optional.of(text);
            }
        } catch (IllegalArgumentException none) {
            // told below, with its place
        }
        settings.refuse(field, most == 1 ? "an address of mail" : "addresses of mail");
        return Optional.empty();
    }
}
