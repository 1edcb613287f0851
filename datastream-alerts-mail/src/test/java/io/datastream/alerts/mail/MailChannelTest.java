package io.datastream.alerts.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertBook.ChannelStatus;
import io.datastream.alert.AlertState;
import io.datastream.alert.DeliveryException;
import io.datastream.alert.Notice;
import io.datastream.alert.Severity;
import io.datastream.alerts.AlertFormat;
import io.datastream.alerts.AlertManager;
import io.datastream.alerts.AlertSettings;
import io.datastream.alerts.Alerting;
import io.datastream.alerts.mail.MailChannel.Protection;
import io.datastream.config.YamlSettings;
import io.datastream.secret.SecretSource;
import io.datastream.testkit.Await;
import io.datastream.testkit.FreePorts;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailChannelTest {
    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private final int port = FreePorts.next();
    private GreenMail server;

    @BeforeEach
    void start() {
        server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private MailChannel channel() {
        return channelTo("ops@example.org");
    }

    private MailChannel channelTo(String recipients) {
        return MailChannel.via("127.0.0.1", port, Protection.NONE, "plant@example.org", recipients);
    }

    private static Alert alert(String series, int number) {
        return new Alert(
                "too-hot",
                "plant",
                series,
                Severity.WARNING,
                number == 0 ? AlertState.RAISED : AlertState.CLEARED,
                SINCE,
                SINCE.plusSeconds(number),
                93.5,
                90.0,
                "The value of " + series + " is 93.5 \u00b0C.",
                "Seals melt.",
                "Look.",
                Alert.episodeOf("plant", "too-hot", series, SINCE),
                number);
    }

    @Test
    void sendsAllOfANoticeToEachRecipient() throws Exception {
        Notice notice = Notice.of(alert("boiler", 0));
        channelTo("ops@example.org, b@example.com").deliver(notice);
        MimeMessage[] mails = server.getReceivedMessages();
        assertThat(mails).hasSize(2);
        MimeMessage mail = mails[0];
        assertThat(mail.getSubject()).isEqualTo("WARNING raised: too-hot of boiler in plant");
        assertThat(mail.getFrom()[0]).hasToString("plant@example.org");
        assertThat(mail.getMessageID()).isEqualTo("<" + notice.id() + "@example.org>");
        assertThat(mail.getHeader("References")).isNull();
        assertThat(mail.getSentDate().toInstant()).isEqualTo(SINCE);
        assertThat(mail.getContent().toString().replace("\r\n", "\n").strip())
                .isEqualTo(notice.text())
                .contains("\u00b0C");
    }

    @Test
    void showsTheMailsOfAnEpisodeTogether() throws Exception {
        channel().deliver(Notice.of(alert("boiler", 1)));
        assertThat(server.getReceivedMessages()[0].getHeader("References"))
                .containsExactly("<" + alert("boiler", 0).id() + "@example.org>");
    }

    @Test
    void letsHostileTextAddNoHeaderAndNoRecipient() throws Exception {
        channel().deliver(Notice.of(alert("a\r\nBcc: evil@example.org\r\n\r\nbody\u0000", 0)));
        MimeMessage[] mails = server.getReceivedMessages();
        assertThat(mails).hasSize(1);
        assertThat(mails[0].getSubject()).isEqualTo("WARNING raised: too-hot of a Bcc: evil@example.org body in plant");
        assertThat(mails[0].getHeader("Bcc")).isNull();
    }

    @Test
    void refusesAddressesThatAreNone() {
        assertThatThrownBy(() -> MailChannel.via("h", 25, Protection.NONE, "plant@example.org", "a\r\nBcc: x@y.org"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("to: ");
        assertThatThrownBy(() -> MailChannel.via("h", 25, Protection.NONE, "no address", "x@y.org"))
                .hasMessageStartingWith("from: ");
        assertThatThrownBy(() -> channel().withUser("u", SecretSource.of("p")))
                .hasMessage("user: u over a connection without TLS (expected: STARTTLS or TLS)");
    }

    @Test
    void tellsItsServerAndNoSecret() {
        // region: alert-mail
        MailChannel mail = MailChannel.via(
                        "smtp.example.org", 587, Protection.STARTTLS, "plant@example.org", "ops@example.org")
                .withUser("plant", SecretSource.file(Path.of("/run/secrets/mail")));
        // endregion
        assertThat(mail).hasToString("mail mail via smtp.example.org:587");
    }

    private AlertSettings read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("alerts.yaml"), text);
        AlertFormat format = AlertFormat.create().withChannels("mail", MailChannel::from);
        return YamlSettings.read(file, format::read);
    }

    @Test
    void readsTheDocumentedFile() throws IOException {
        Matcher block = Pattern.compile("(?s)<!-- snippet: mail-yaml -->\n```yaml\n(.*?)```\n")
                .matcher(Files.readString(Path.of("../docs/alerting.md")));
        assertThat(block.find()).isTrue();
        try (AlertManager manager = read(block.group(1)).alerting().start()) {
            assertThat(manager.channels()).extracting(ChannelStatus::channel).containsExactly("mail");
        }
    }

    @Test
    void sendsSeveralNoticesAsOneMailOverAChannelOfAFile() throws Exception {
        String text = "channels: {m: {kind: mail, host: 127.0.0.1, port: " + port
                + ", protection: none, from: plant@example.org, to: ops@example.org, together: 1ms}}";
        stop();
        try (AlertManager manager = read(text).alerting().withQueueIn(folder).start()) {
            manager.accept(alert("a", 0));
            Await.until(
                    "an error",
                    Duration.ofSeconds(20),
                    () -> manager.channels().get(0).lastError() != null);
            manager.accept(alert("b", 0));
            manager.accept(alert("c", 0));
        }
        start();
        try (AlertManager manager = read(text).alerting().withQueueIn(folder).start()) {
            Await.until(
                    "all",
                    Duration.ofSeconds(20),
                    () -> manager.channels().get(0).delivered() == 2);
        }
        MimeMessage[] mails = server.getReceivedMessages();
        assertThat(mails).hasSize(2);
        assertThat(mails[1].getSubject()).isEqualTo("WARNING raised: too-hot of b in plant and 1 more");
        assertThat(mails[1].getContent().toString()).contains("too-hot of b in plant", "too-hot of c in plant");
    }

    @Test
    void namesWhatIsWrongInAFile() {
        String text = "channels: {m: {kind: mail, protection: none, port: 0, from: nobody, user: u, timeout: 1d}}";
        assertThatThrownBy(() -> read(text))
                .message()
                .contains(
                        "6 problems",
                        "channels.m.port: \"0\"",
                        "channels.m.from: \"nobody\"",
                        "channels.m.to: not set",
                        "channels.m.host: not set",
                        "channels.m.password: not set");
    }

    @Test
    void asksForAnotherTryWhenTheServerIsAway() {
        stop();
        assertThatThrownBy(() -> channel().deliver(Notice.of(alert("a", 0))))
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageStartingWith("channel mail, mail server 127.0.0.1:" + port + ": ");
    }

    @Test
    void saysThatTheServerDoesNotAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MailChannel channel = MailChannel.via(
                            "127.0.0.1", silent.getLocalPort(), Protection.NONE, "a@example.org", "b@example.org")
                    .withTimeout(Duration.ofMillis(50));
            assertThatThrownBy(() -> channel.deliver(Notice.of(alert("a", 0))))
                    .isInstanceOf(DeliveryException.class)
                    .hasMessageContaining("Read timed out");
        }
    }

    private static void assertFails(MailChannel channel, Notice notice, boolean isRetryable) {
        assertThatThrownBy(() -> channel.deliver(notice))
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        e -> assertThat(e.isRetryable()).isEqualTo(isRetryable));
    }

    @Test
    void triesAgainOnlyForThoseWhoHaveNotGotTheMail() throws Exception {
        try (ScriptedSmtp scripted = new ScriptedSmtp()) {
            MailChannel channel = MailChannel.via(
                    "127.0.0.1",
                    scripted.port(),
                    Protection.NONE,
                    "plant@example.org",
                    "a@b.org, full@b.org, no@b.org");
            scripted.script = command -> command.contains("full@") ? "452 later" : refusing("no@", command);
            Notice notice = Notice.of(alert("a", 0));
            assertFails(channel, notice, true);
            assertFails(channel, notice, true);
            assertThat(scripted.linesOf("RCPT"))
                    .extracting(line -> line.substring("RCPT TO:".length()))
                    .containsExactly("<a@b.org>", "<full@b.org>", "<no@b.org>", "<full@b.org>");
            scripted.script = command -> "250 fine";
            channel.deliver(notice);
            assertThat(scripted.linesOf("RCPT")).hasSize(5).last().isEqualTo("RCPT TO:<full@b.org>");
            assertThat(scripted.linesOf("Message-ID: <" + notice.id())).hasSize(2);
            scripted.script = command -> refusing("full@", command);
            assertFails(channel, Notice.of(alert("b", 0)), false); // which the others have got
            assertThat(scripted.linesOf("RCPT")).hasSize(8);
        }
    }

    private static String refusing(String recipient, String command) {
        return command.contains(recipient) ? "550 nobody" : "250 fine";
    }

    @Test
    void sendsTheSameMailAgainWhenTheAnswerToItIsLost() throws Exception {
        try (ScriptedSmtp scripted = new ScriptedSmtp()) {
            MailChannel channel =
                    MailChannel.via("127.0.0.1", scripted.port(), Protection.NONE, "plant@example.org", "a@b.org");
            scripted.script = command -> command.equals(".") ? "" : "250 fine";
            assertFails(channel, Notice.of(alert("a", 0)), true);
            scripted.script = command -> "250 fine";
            channel.deliver(Notice.of(alert("a", 0)));
            assertThat(scripted.linesOf("Message-ID: "))
                    .hasSize(2)
                    .containsOnly("Message-ID: <" + alert("a", 0).id() + "@example.org>");
        }
    }

    @Test
    void refusesToSendInTheClearWhenItShouldNot() {
        MailChannel channel =
                MailChannel.via("127.0.0.1", port, Protection.STARTTLS, "plant@example.org", "ops@example.org");
        assertThatThrownBy(() -> channel.deliver(Notice.of(alert("a", 0)))).isInstanceOf(DeliveryException.class);
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void deliversEachNoticeOnceThroughRestartsOfBothSides() throws Exception {
        Alerting alerting = Alerting.withRules(List.of())
                .deliverTo(channel())
                .withQueueIn(folder)
                .withPauses(Duration.ofMillis(5), Duration.ofMillis(20));
        stop();
        try (AlertManager manager = alerting.start()) {
            manager.accept(alert("a", 0));
            Await.until(
                    "an error",
                    Duration.ofSeconds(20),
                    () -> manager.channels().get(0).lastError() != null);
        }
        try (AlertManager manager = alerting.start()) {
            manager.accept(alert("b", 0));
            start();
            Await.until(
                    "both",
                    Duration.ofSeconds(20),
                    () -> manager.channels().get(0).delivered() == 2);
        }
        assertThat(List.of(server.getReceivedMessages()))
                .extracting(mail -> mail.getMessageID())
                .containsExactly(
                        "<" + alert("a", 0).id() + "@example.org>",
                        "<" + alert("b", 0).id() + "@example.org>");
    }
}
