package io.datastream.alerts.mail;

import io.datastream.alert.AlertChannel;
import io.datastream.alert.AlertText;
import io.datastream.alert.DeliveryException;
import io.datastream.alert.Notice;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.settings.Settings;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends notices by mail, over SMTP.
 *
 * <p>At least once: a mail is sent again if the server's answer was lost, or if the program died before it had noted the answer.
 * Its {@code Message-ID} is made of the notice's id and is the same then, by which many mailboxes drop the second one; mails of
 * an episode refer to its first one, so programs show them together. The subject is the notice's headline, the text all that it
 * says; whatever is in the data, it cannot add a header or a recipient.
 *
 * <p>A connection is made for each mail, with secrets and certificates as of then. What the server refuses for good (a status of
 * 5xx for the sender, a recipient or the mail) is given up; if it refuses some recipients, the others get the mail, and
 * another try goes to those alone who may get it later. All else is worth another try, a user or password that is refused as
 * well, since that is mended from outside.
 */
public final class MailChannel implements AlertChannel {
    /** How long a connection and an answer may take each, unless {@link #withTimeout} says otherwise: 30 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /** How a connection is protected. */
    public enum Protection {
        /** TLS from the start; usual on port 465. */
        TLS(465),
        /** TLS after a greeting, required; usual on port 587. */
        STARTTLS(587),
        /** Not at all: for servers on this machine; usual on port 25. */
        NONE(25);

        private final int usualPort;

        Protection(int usualPort) {
            this.usualPort = usualPort;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(MailChannel.class);

    private final String name;
    private final String host;
    private final int port;
    private final Protection protection;
    private final Tls tls;
    private final Duration timeout;
    private final @Nullable String user;
    private final @Nullable SecretSource password;
    private final InternetAddress from;
    private final InternetAddress[] to;
    /** The notice that some recipients have got and others are to get yet. */
    private @Nullable String begunNotice;

    private Address[] missing = new Address[0];

    private MailChannel(
            String name,
            String host,
            int port,
            Protection protection,
            Tls tls,
            Duration timeout,
            @Nullable String user,
            @Nullable SecretSource password,
            InternetAddress from,
            InternetAddress[] to) {
        this.name = name;
        this.host = host;
        this.port = port;
        this.protection = protection;
        this.tls = tls;
        this.timeout = timeout;
        this.user = user;
        this.password = password;
        this.from = from;
        this.to = to;
    }

    /**
     * A channel of the name {@code mail}, by a server that asks for no user and whose certificate is of an authority that the
     * JDK trusts.
     *
     * @param from address of the sender
     * @param to addresses of the recipients, with commas between
     * @throws IllegalArgumentException if an address is none
     */
    public static MailChannel via(String host, int port, Protection protection, String from, String to) {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: \"" + host + "\" (expected: a name)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: from 1 to 65535)");
        }
        InternetAddress[] senders = addresses("from", from);
        if (senders.length != 1) {
            throw new IllegalArgumentException("from: " + senders.length + " addresses (expected: one)");
        }
        return new MailChannel(
                "mail",
                host,
                port,
                protection,
                Tls.ofSystem(),
                DEFAULT_TIMEOUT,
                null,
                null,
                senders[0],
                addresses("to", to));
    }

    /**
     * A channel of what stands in a file: {@code host}, {@code from} and {@code to}; {@code protection} (by default STARTTLS),
     * {@code port} (by default the usual one), {@code user} and {@code password}, {@code authorities} (a file of certificates to
     * trust), {@code timeout}.
     *
     * @param name of the channel
     * @return nothing if there is a problem, which is noted in the settings
     */
    public static Optional<MailChannel> from(String name, Settings settings) {
        return new MailSettings(name, settings).read();
    }

    static int usualPort(Protection protection) {
        return protection.usualPort;
    }

    static InternetAddress[] addresses(String name, String text) {
        try {
            InternetAddress[] addresses = InternetAddress.parse(text, true);
            for (InternetAddress address : addresses) {
                address.validate();
            }
            if (addresses.length > 0 && text.chars().noneMatch(Character::isISOControl)) {
                return addresses;
            }
        } catch (AddressException e) {
            throw new IllegalArgumentException(
                    name + ": \"" + text + "\": " + e.getMessage() + " (expected: addresses of mail)", e);
        }
        throw new IllegalArgumentException(
                name + ": \"" + text.replaceAll("\\p{Cntrl}", "?") + "\" (expected: addresses of mail)");
    }

    /** The same channel with another name, for a second one. */
    public MailChannel named(String newName) {
        return new MailChannel(newName, host, port, protection, tls, timeout, user, password, from, to);
    }

    /**
     * Signs in.
     *
     * @throws IllegalStateException if the connection is not protected
     */
    public MailChannel withUser(String newUser, SecretSource newPassword) {
        if (protection == Protection.NONE) {
            throw new IllegalStateException(
                    "user: " + newUser + " over a connection without TLS (expected: STARTTLS or TLS)");
        }
        return new MailChannel(name, host, port, protection, tls, timeout, newUser, newPassword, from, to);
    }

    /** Trusts, and shows, what is in files. Default: the authorities that the JDK trusts. */
    public MailChannel withTls(Tls newTls) {
        return new MailChannel(name, host, port, protection, newTls, timeout, user, password, from, to);
    }

    /** Sets how long a connection and an answer may take each: from 10 ms to an hour. */
    public MailChannel withTimeout(Duration newTimeout) {
        if (!isTimeout(newTimeout)) {
            throw new IllegalArgumentException("timeout: " + newTimeout + " (expected: from 10 ms to an hour)");
        }
        return new MailChannel(name, host, port, protection, tls, newTimeout, user, password, from, to);
    }

    static boolean isTimeout(Duration timeout) {
        return timeout.compareTo(Duration.ofMillis(10)) >= 0 && timeout.compareTo(Duration.ofHours(1)) <= 0;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void deliver(Notice notice) throws InterruptedException {
        try {
            Session session = Session.getInstance(properties());
            MimeMessage mail = mail(session, notice);
            Transport transport = session.getTransport(protection == Protection.TLS ? "smtps" : "smtp");
            try {
                transport.connect(host, port, user, password == null ? null : password.reveal());
                transport.sendMessage(mail, notice.id().equals(begunNotice) ? missing : to);
            } finally {
                close(transport);
            }
        } catch (MessagingException | IllegalStateException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            noteWhoGotIt(notice, e);
            throw failure(e);
        }
    }

    /** So that another try does not send it to them again. */
    private void noteWhoGotIt(Notice notice, Exception error) {
        if (error instanceof SendFailedException e && isAny(e.getValidSentAddresses())) {
            begunNotice = notice.id();
            missing = e.getValidUnsentAddresses();
        }
    }

    /** What happens here changes nothing: the mail has been taken, or has failed before. */
    private void close(Transport transport) {
        try {
            transport.close();
        } catch (MessagingException e) {
            LOG.debug("channel {}: the connection was not closed in order", name, e);
        }
    }

    private Properties properties() {
        Properties properties = new Properties();
        String prefix = protection == Protection.TLS ? "mail.smtps." : "mail.smtp.";
        String millis = String.valueOf(timeout.toMillis());
        properties.put(prefix + "connectiontimeout", millis);
        properties.put(prefix + "timeout", millis);
        properties.put(prefix + "writetimeout", millis);
        properties.put(prefix + "sendpartial", "true");
        properties.put(prefix + "auth", String.valueOf(user != null));
        properties.put(prefix + "from", from.getAddress());
        if (protection != Protection.NONE) {
            properties.put(prefix + "starttls.enable", String.valueOf(protection == Protection.STARTTLS));
            properties.put(prefix + "starttls.required", String.valueOf(protection == Protection.STARTTLS));
            properties.put(prefix + "ssl.socketFactory", tls.context().getSocketFactory());
            properties.put(prefix + "ssl.checkserveridentity", String.valueOf(tls.isHostNameChecked()));
        }
        return properties;
    }

    private MimeMessage mail(Session session, Notice notice) throws MessagingException {
        MimeMessage mail = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", idOf(notice.id()));
            }
        };
        mail.setFrom(from);
        mail.setRecipients(Message.RecipientType.TO, to);
        mail.setSubject(notice.headline(), StandardCharsets.UTF_8.name());
        mail.setSentDate(Date.from(notice.alerts().get(0).at()));
        mail.setHeader("Auto-Submitted", "auto-generated"); // so that nobody's absence answers it
        String first = notice.alerts().get(0).episode() + "-0";
        if (!first.equals(notice.id())) {
            mail.setHeader("References", idOf(first));
        }
        mail.setText(notice.text(), StandardCharsets.UTF_8.name());
        return mail;
    }

    private String idOf(String id) {
        String domain = from.getAddress().substring(from.getAddress().indexOf('@') + 1);
        return "<" + id.replaceAll("[^A-Za-z0-9.-]", "_") + "@" + domain + ">";
    }

    private DeliveryException failure(Exception error) {
        String what = "channel " + name + ", mail server " + host + ":" + port + ": "
                + AlertText.oneLine(String.valueOf(error.getMessage()))
                + (error.getCause() instanceof IOException cause // such as for a server that does not answer
                        ? ": " + AlertText.oneLine(String.valueOf(cause.getMessage()))
                        : "");
        if (error instanceof AuthenticationFailedException) {
            return DeliveryException.retryable(
                    "channel " + name + ", mail server " + host + ":" + port + ": refuses user " + user + ": "
                            + AlertText.oneLine(String.valueOf(error.getMessage())) + " (expected: the password from "
                            + password + " to be right)",
                    error);
        }
        return isForGood(error) ? DeliveryException.fatal(what, error) : DeliveryException.retryable(what, error);
    }

    /** Whether no other try can help: nobody is left who may get it, or else the mail itself is refused. */
    private static boolean isForGood(Exception error) {
        return error instanceof SendFailedException e && isAny(e.getValidSentAddresses())
                ? !isAny(e.getValidUnsentAddresses())
                : refuses(error);
    }

    private static boolean isAny(Address @Nullable [] addresses) {
        return addresses != null && addresses.length > 0;
    }

    /** Whether any of the answers behind an error is a refusal for good. */
    private static boolean refuses(Exception error) {
        int depth = 0;
        for (Exception at = error; at != null && depth < 100; depth++) {
            int status = at instanceof SMTPSendFailedException e
                    ? e.getReturnCode()
                    : at instanceof SMTPAddressFailedException e
                            ? e.getReturnCode()
                            : at instanceof SMTPSenderFailedException e ? e.getReturnCode() : 0;
            if (status >= 500) {
                return true;
            }
            at = at instanceof MessagingException next ? next.getNextException() : null;
        }
        return false;
    }

    /** Name and server. */
    @Override
    public String toString() {
        return "mail " + name + " via " + host + ":" + port;
    }
}
