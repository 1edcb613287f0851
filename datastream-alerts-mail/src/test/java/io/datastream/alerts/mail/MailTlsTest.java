package io.datastream.alerts.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertState;
import io.datastream.alert.DeliveryException;
import io.datastream.alert.Notice;
import io.datastream.alert.Severity;
import io.datastream.alerts.mail.MailChannel.Protection;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.testkit.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server with TLS and users. */
class MailTlsTest {
    private static final Notice NOTICE = Notice.of(new Alert(
            "r",
            "p",
            null,
            Severity.INFO,
            AlertState.RAISED,
            Instant.EPOCH,
            Instant.EPOCH,
            null,
            null,
            "w",
            "y",
            "l",
            "e",
            0));

    @TempDir
    static Path folder;

    private static Path authority;
    private static GreenMail server;
    private static GreenMail behindStartTls;
    private static StartTlsFront startTls;

    @BeforeAll
    static void start() throws Exception {
        TestCertificates certificates = TestCertificates.in(folder);
        authority = certificates.authority();
        System.setProperty(
                "greenmail.tls.keystore.file",
                certificates.issue("mail", "localhost").keyStore().toString());
        System.setProperty("greenmail.tls.keystore.password", TestCertificates.PASSWORD);
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
        server.setUser("ops@example.org", "ops", "right");
        server.start();
        behindStartTls = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        behindStartTls.setUser("ops@example.org", "ops", "right");
        behindStartTls.start();
        TestCertificates.Identity identity = certificates.issue("starttls", "localhost");
        Tls tls = Tls.ofSystem().presenting(identity.certificates(), identity.key());
        startTls = new StartTlsFront(tls.context(), behindStartTls.getSmtp().getPort());
    }

    @AfterAll
    static void stop() throws Exception {
        startTls.close();
        behindStartTls.stop();
        server.stop();
        System.clearProperty("greenmail.tls.keystore.file");
        System.clearProperty("greenmail.tls.keystore.password");
    }

    private static MailChannel via(String host) {
        return MailChannel.via(
                host, server.getSmtps().getPort(), Protection.TLS, "plant@example.org", "ops@example.org");
    }

    @Test
    void signsInOverTlsWithASecretThatIsReadEachTime() throws Exception {
        Path secret = folder.resolve("password");
        Files.writeString(secret, "wrong\n");
        MailChannel channel =
                via("localhost").withTls(Tls.trusting(authority)).withUser("ops", SecretSource.file(secret));
        assertThatThrownBy(() -> channel.deliver(NOTICE))
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageMatching(
                        "channel mail, mail server localhost:[0-9]+: refuses user ops: 535 .* \\(expected: the"
                                + " password from file " + Pattern.quote(secret.toString()) + " to be right\\)")
                .message()
                .doesNotContain("wrong");
        Files.writeString(secret, "right\n");
        channel.deliver(NOTICE);
        assertThat(server.getReceivedMessages()).hasSize(1);
    }

    @Test
    void sendsNothingToAServerThatItCannotTrust() {
        int before = server.getReceivedMessages().length;
        assertThatThrownBy(() -> via("localhost").deliver(NOTICE)).isInstanceOf(DeliveryException.class);
        assertThatThrownBy(
                        () -> via("127.0.0.1").withTls(Tls.trusting(authority)).deliver(NOTICE))
                .isInstanceOf(DeliveryException.class); // whose certificate names another host
        assertThat(server.getReceivedMessages()).hasSize(before);
    }

    private static MailChannel byStartTls(String host) {
        return MailChannel.via(host, startTls.port(), Protection.STARTTLS, "plant@example.org", "ops@example.org")
                .withUser("ops", SecretSource.of("right"));
    }

    @Test
    void signsInWhenStartTlsHasProtectedTheConnection() throws Exception {
        byStartTls("localhost").withTls(Tls.trusting(authority)).deliver(NOTICE);
        assertThat(behindStartTls.getReceivedMessages()).hasSize(1);
        assertThat(behindStartTls.getReceivedMessages()[0].getSubject()).isEqualTo("INFO raised: r in p");
        assertThat(startTls.open)
                .contains("STARTTLS")
                .allMatch(line -> line.startsWith("EHLO ") || line.equals("STARTTLS"));
    }

    @Test
    void tellsNothingToAServerOfStartTlsThatItCannotTrust() {
        int before = behindStartTls.getReceivedMessages().length;
        assertThatThrownBy(() -> byStartTls("localhost").deliver(NOTICE)).isInstanceOf(DeliveryException.class);
        assertThatThrownBy(() ->
                        byStartTls("127.0.0.1").withTls(Tls.trusting(authority)).deliver(NOTICE))
                .isInstanceOf(DeliveryException.class); // whose certificate names another host
        assertThat(behindStartTls.getReceivedMessages()).hasSize(before);
        assertThat(startTls.open).allMatch(line -> line.startsWith("EHLO ") || line.equals("STARTTLS"));
    }
}
