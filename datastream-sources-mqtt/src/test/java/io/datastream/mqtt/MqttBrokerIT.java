package io.datastream.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.Sinks;
import io.datastream.testkit.Await;
import io.datastream.testkit.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On a real broker, over both versions of the protocol. Skipped where there is no mosquitto. */
@Timeout(180)
class MqttBrokerIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Mosquitto broker;
    private FileLog log;

    @BeforeEach
    void start() throws Exception {
        broker = Mosquitto.start(Files.createDirectory(folder.resolve("broker")));
        log = FileLog.open(folder.resolve("log"));
    }

    @AfterEach
    void stop() {
        if (log != null) {
            log.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    private MqttSource<String> source(MqttVersion version, FileLog into) {
        return MqttSource.at(broker.url(), "reader", into, message -> message.topic() + "=" + message.text())
                .withVersion(version)
                .withPauses(Duration.ofMillis(20), Duration.ofMillis(200));
    }

    private static void awaitKept(MqttSubscription subscription, long messages) {
        Await.until(messages + " messages", LIMIT, () -> subscription.status().kept() >= messages);
    }

    private static List<String> numbered(String topic, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> topic + "=" + i).toList();
    }

    private static void publish(Publisher publisher, List<String> messages) throws Exception {
        for (String message : messages) {
            int at = message.indexOf('=');
            publisher.publish(message.substring(0, at), message.substring(at + 1));
        }
        publisher.flush();
    }

    @ParameterizedTest
    @EnumSource
    void partsOfTopicsAreFields(MqttVersion version) throws Exception {
        MqttSource<String> readings = MqttSource.at(
                        broker.url(),
                        "reader",
                        log,
                        message -> message.field("site") + " " + message.field("sensor") + " " + message.text() + " "
                                + message.qos())
                .withVersion(version)
                .subscribe("sensors/{site}/{sensor}");
        try (MqttSubscription subscription = readings.start();
                Publisher publisher = new Publisher(broker.port())) {
            publisher.publish("sensors/north/t1", "20.5");
            publisher.publish("sensors/south/t\u00e9 2", "".getBytes(UTF_8), 1, false);
            publisher.publish("sensors/north/t1", "zero".getBytes(UTF_8), 0, false);
            publisher.flush();
            awaitKept(subscription, 3);
        }
        assertThat(Kept.of(readings.source()))
                .containsExactly(
                        "north t1 20.5 AT_LEAST_ONCE", "south t\u00e9 2  AT_LEAST_ONCE", "north t1 zero AT_MOST_ONCE");
    }

    @ParameterizedTest
    @EnumSource
    void wildcardsTakeWhatTheBrokerSendsForThem(MqttVersion version) throws Exception {
        MqttSource<String> source =
                source(version, log).subscribe("a/+/c").subscribe("p/#").subscribe("q/{x}", MqttQos.AT_MOST_ONCE);
        List<String> wanted = List.of("a/b/c", "a//c", "p", "p/x", "p/x/y/", "q/1", "q/");
        List<String> others = List.of("a/b", "a/b/c/d", "a/b/d", "pp", "q", "q/1/2", "A/b/c", "/a/b/c");
        try (MqttSubscription subscription = source.start();
                Publisher publisher = new Publisher(broker.port())) {
            for (String topic : others) {
                publisher.publish(topic, "no");
            }
            for (String topic : wanted) {
                publisher.publish(topic, "yes");
            }
            publisher.flush();
            awaitKept(subscription, wanted.size());
            assertThat(subscription.status().unasked()).isZero();
        }
        assertThat(Kept.of(source.source()))
                .containsExactlyInAnyOrderElementsOf(
                        wanted.stream().map(topic -> topic + "=yes").toList());
    }

    @ParameterizedTest
    @EnumSource
    void topicsMayBeAnyTextAndPayloadsAnyBytes(MqttVersion version) throws Exception {
        List<String> topics = List.of(
                "\ud83c\udf21/\u202e\u0627\u0644\u062d\u0631\u0627\u0631\u0629",
                "a\u0301\u0308 \u00a0/\u6e29\u5ea6/",
                "/",
                "//x//",
                "{site}/\"';--%s\\u0000",
                "x".repeat(65_535),
                "y/".repeat(150));
        MqttSource<String> source = source(version, log).subscribe("#");
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        try (MqttSubscription subscription = source.start()) {
            for (String topic : topics) {
                Publisher.publishRaw(broker.port(), topic, bytes);
            }
            awaitKept(subscription, topics.size());
        }
        assertThat(Kept.of(source.source()))
                .containsExactlyInAnyOrderElementsOf(topics.stream()
                        .map(topic -> topic + "=" + new String(bytes, UTF_8))
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void badPayloadsBecomeDeadLettersWithTopicAndPlace(MqttVersion version) throws Exception {
        MqttSource<Double> source = MqttSource.at(
                        broker.url(), "reader", log, message -> Double.parseDouble(message.text()))
                .withVersion(version)
                .withMaxMessage(1_000)
                .subscribe("sensors/{site}/{sensor}");
        Queue<Double> good = new ConcurrentLinkedQueue<>();
        Queue<DeadLetter> bad = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.from(source.source().logTime().onError(ErrorPolicy.deadLetter()))
                .filter(value -> true)
                .to(Sinks.collectInto(good))
                .deadLettersTo(Sinks.collectInto(bad));
        try (MqttSubscription subscription = source.start();
                PipelineController controller = LocalRuntime.create().start(pipeline);
                Publisher publisher = new Publisher(broker.port())) {
            publisher.publish("sensors/a/t", "1.5");
            publisher.publish("sensors/a/t", "warm");
            publisher.publish("sensors/b/t", "9".repeat(1_001));
            publisher.publish("sensors/a/u", "2.5");
            publisher.flush();
            awaitKept(subscription, 4);
            controller.drain();
            assertThat(subscription.status().tooLarge()).isEqualTo(1);
        }
        assertThat(good).containsExactly(1.5, 2.5);
        assertThat(bad).extracting(DeadLetter::place).containsExactly("log@1", "log@2");
        assertThat(bad)
                .extracting(DeadLetter::message)
                .containsExactly(
                        "mqtt sensors/a/t: java.lang.NumberFormatException: For input string: \"warm\"",
                        "mqtt sensors/b/t: 1001 bytes (expected: at most 1000; see withMaxMessage)");
        DeadLetter warm = bad.element();
        assertThat(warm.originalText()).isEqualTo("warm");
        assertThat(warm.original().key()).asString(UTF_8).isEqualTo("sensors/a/t");
    }

    @ParameterizedTest
    @EnumSource
    void aFullLogHoldsTheBrokerBackAndLosesNothing(MqttVersion version) throws Exception {
        List<String> messages = numbered("t/1", 0, 500);
        try (FileLog small =
                FileLog.open(folder.resolve("small"), FileLogOptions.defaults().withMaxUnread(10))) {
            MqttSource<String> source =
                    source(version, small).withReceiveMaximum(10).subscribe("t/+");
            try (MqttSubscription subscription = source.start();
                    Publisher publisher = new Publisher(broker.port())) {
                publish(publisher, messages);
                Await.until("no room", LIMIT, () -> subscription.status().state() == MqttStatus.State.HELD_BACK);
                assertThat(subscription.status().waitsFor())
                        .startsWith("room in the log: ")
                        .contains("are not read yet");
                assertThat(subscription.status().kept()).isLessThan(messages.size());
                try (Kept<String> kept = new Kept<>(source.source())) {
                    Await.until("all messages", LIMIT, () -> kept.readOn() >= messages.size());
                    assertThat(kept.values).isEqualTo(messages); // in order, and once: no connection was lost
                }
                Await.until("room", LIMIT, () -> subscription.status().state() == MqttStatus.State.SUBSCRIBED);
                assertThat(subscription.status().waitsFor()).isEqualTo("messages");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPublishedWhileTheProgramIsAwayArrives(MqttVersion version) throws Exception {
        MqttSource<String> source = source(version, log).subscribe("t/+");
        source.start().close();
        try (Publisher publisher = new Publisher(broker.port())) {
            publish(publisher, numbered("t/1", 0, 100));
        }
        broker.stop(); // the broker was away too, and knows the session from its disk
        broker.restart();
        try (MqttSubscription subscription = source.start()) {
            awaitKept(subscription, 100);
        }
        assertThat(Kept.of(source.source())).isEqualTo(numbered("t/1", 0, 100));
    }

    @ParameterizedTest
    @EnumSource
    void aBrokerThatIsKilledIsWaitedFor(MqttVersion version) throws Exception {
        MqttSource<String> source = source(version, log).subscribe("t/+");
        try (MqttSubscription subscription = source.start()) {
            try (Publisher publisher = new Publisher(broker.port())) {
                publish(publisher, numbered("t/1", 0, 100));
            }
            awaitKept(subscription, 100);
            broker.kill();
            Await.until(
                    "the loss to be seen", LIMIT, () -> subscription.status().state() == MqttStatus.State.CONNECTING);
            Await.until(
                    "an attempt that fails",
                    LIMIT,
                    () -> subscription.status().waitsFor().contains("Connection refused"));
            assertThat(subscription.status().waitsFor()).startsWith("the broker at 127.0.0.1:" + broker.port());
            broker.restart();
            Await.until("a new connection", LIMIT, () -> subscription.status().connections() == 2);
            try (Publisher publisher = new Publisher(broker.port())) {
                publish(publisher, numbered("t/1", 100, 200));
            }
            awaitKept(subscription, 200);
        }
        assertThat(Kept.of(source.source())).containsAll(numbered("t/1", 0, 200));
    }

    @Test
    void aBrokerMayStartAfterTheProgram() throws Exception {
        broker.kill();
        MqttSource<String> source = source(MqttVersion.V5, log).subscribe("t/+");
        try (MqttSubscription subscription = source.start()) {
            assertThat(subscription.status().state()).isEqualTo(MqttStatus.State.CONNECTING);
            broker.restart();
            Await.until("a connection", LIMIT, () -> subscription.status().connections() == 1);
        }
    }

    @Test
    void retainedMessagesComeOnceForASession() throws Exception {
        MqttSource<String> source = MqttSource.at(
                        broker.url(), "reader", log, message -> message.text() + " " + message.isRetained())
                .subscribe("t/+");
        try (Publisher publisher = new Publisher(broker.port())) {
            publisher.publish("t/1", "kept".getBytes(UTF_8), 1, true);
            publisher.flush();
            try (MqttSubscription subscription = source.start()) {
                awaitKept(subscription, 1);
            }
            try (MqttSubscription subscription = source.start()) {
                publisher.publish("t/1", "new");
                publisher.flush();
                awaitKept(subscription, 1);
            }
        }
        assertThat(Kept.of(source.source())).containsExactly("kept true", "new false");
    }

    @ParameterizedTest
    @EnumSource
    void aWrongPasswordGivesOneErrorAndTheRightOneNone(MqttVersion version) throws Exception {
        Path own = Files.createDirectory(folder.resolve("users"));
        try (Mosquitto closed =
                Mosquitto.start(own, "password_file " + Mosquitto.users(own, "reader", "hunter2 \u00e9"))) {
            MqttSource<String> source = MqttSource.at(closed.url(), "reader", log, MqttMessage::text)
                    .withVersion(version)
                    .subscribe("t/+");
            assertThatThrownBy(() -> source.withCredentials("reader", SecretSource.of("wr0ng"))
                            .start())
                    .isInstanceOf(MqttException.class)
                    .hasMessageStartingWith("mqtt reader at 127.0.0.1:" + closed.port() + ": refused: ")
                    .hasMessageContaining(
                            "(expected: name and password of a user who may do this; see withCredentials)")
                    .hasMessageNotContaining("wr0ng");
            assertThatThrownBy(source::start).isInstanceOf(MqttException.class);
            try (MqttSubscription subscription = source.withCredentials("reader", SecretSource.of("hunter2 \u00e9"))
                    .start()) {
                assertThat(subscription.status().state()).isEqualTo(MqttStatus.State.SUBSCRIBED);
            }
        }
    }

    @Test
    void overTlsTheBrokerMustBeTheOneItClaimsToBe() throws Exception {
        Path own = Files.createDirectory(folder.resolve("tls"));
        TestCertificates authority = TestCertificates.in(own);
        TestCertificates.Identity server = authority.issue("broker", "127.0.0.1");
        TestCertificates.Identity client = authority.issue("device");
        String large = "x".repeat(500_000); // more than a record of TLS
        Tls tls = Tls.trusting(authority.authority()).presenting(client.certificates(), client.key());
        try (Mosquitto secure = Mosquitto.start(
                own,
                "cafile " + authority.authority(),
                "certfile " + server.certificates(),
                "keyfile " + server.key(),
                "require_certificate true")) {
            MqttSource<String> source = MqttSource.at(
                            "mqtts://127.0.0.1:" + secure.port(), "reader", log, MqttMessage::text)
                    .subscribe("t/+")
                    .withTls(tls);
            for (MqttVersion version : MqttVersion.values()) {
                try (MqttSubscription subscription = source.withVersion(version).start();
                        Publisher publisher = new Publisher(secure.port(), tls.context())) {
                    publisher.publish("t/1", large);
                    publisher.publish("t/1", "over " + version);
                    publisher.flush();
                    awaitKept(subscription, 2);
                }
            }
            assertThat(Kept.of(source.source())).containsExactly(large, "over MQTT 3.1.1", large, "over MQTT 5");

            assertThatThrownBy(() -> source.withTls(Tls.ofSystem()).start())
                    .isInstanceOf(MqttException.class)
                    .hasMessageContaining("TLS: ")
                    .hasMessageContaining(
                            "(expected: certificates that both sides trust; TLS trusting what the JDK trusts)");
            assertThatThrownBy(
                            () -> MqttSource.at("mqtts://localhost:" + secure.port(), "reader", log, MqttMessage::text)
                                    .subscribe("t/+")
                                    .withTls(tls)
                                    .start())
                    .isInstanceOf(MqttException.class)
                    .hasMessageContaining("localhost");
        }
    }

    @Test
    void closingTellsTheBrokerAndIsSeen() throws Exception {
        List<MqttStatus> after = new ArrayList<>();
        MqttSource<String> source = source(MqttVersion.V5, log).subscribe("t/+");
        MqttSubscription subscription =
                source.withWill(MqttWill.of("t/will", "gone")).start();
        subscription.close();
        subscription.close();
        after.add(subscription.status());
        assertThat(after.get(0).state()).isEqualTo(MqttStatus.State.CLOSED);
        try (MqttSubscription again = source.start();
                Publisher publisher = new Publisher(broker.port())) {
            publisher.publish("t/1", "x");
            publisher.flush();
            awaitKept(again, 1);
        }
        assertThat(Kept.of(source.source())).containsExactly("t/1=x"); // and no will before it
    }
}
