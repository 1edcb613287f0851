package io.datastream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.log.FileLog;
import io.datastream.testkit.Await;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real broker does not do when it is asked to: packets byte by byte, as the standard has them or not. */
@Timeout(120)
class MqttProtocolTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private FileLog log;

    @BeforeEach
    void open() {
        log = FileLog.open(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private MqttSource<String> source(ScriptedBroker broker) {
        return MqttSource.at(broker.url(), "c", log, MqttMessage::text)
                .withVersion(MqttVersion.V3_1_1)
                .withPauses(Duration.ofMillis(1), Duration.ofMillis(10))
                .subscribe("t/#");
    }

    @Test
    void aMessageIsAcknowledgedWhenItIsDurable() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        long[] unread = new long[1];
        try (ScriptedBroker broker = new ScriptedBroker((in, out) -> {
                    ScriptedBroker.accept(in, out);
                    ScriptedBroker.send(out, 0x32, 6, 0, 1, 't', 1, 7, 'x');
                    byte[] answer = ScriptedBroker.await(in, 4);
                    unread[0] = log.status().unread();
                    assertThat(answer).containsExactly(0x40, 1, 7);
                    done.countDown();
                    ScriptedBroker.idle(in);
                });
                MqttSubscription subscription = source(broker).start()) {
            done.await();
            assertThat(unread[0]).isEqualTo(1);
            assertThat(subscription.status().kept()).isEqualTo(1);
            assertThat(broker.problems).isEmpty();
        }
    }

    @Test
    void messagesOfTheSessionThatComeBeforeTheTopicsAreConfirmedAreKept() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker((in, out) -> {
                    ScriptedBroker.await(in, 1);
                    ScriptedBroker.send(out, 0x20, 2, 1, 0);
                    ScriptedBroker.send(out, 0x3a, 6, 0, 1, 't', 0, 9, 'y'); // sent again
                    byte[] subscribe = ScriptedBroker.await(in, 8);
                    ScriptedBroker.await(in, 4);
                    ScriptedBroker.send(out, 0x90, 3, subscribe[1], subscribe[2], 1);
                    ScriptedBroker.idle(in);
                });
                MqttSubscription subscription = source(broker).start()) {
            assertThat(subscription.status().repeated()).isEqualTo(1);
            assertThat(Kept.of(source(broker).source())).containsExactly("y");
        }
    }

    @Test
    void aBrokerThatGivesNoSignOfLifeIsGivenUp() throws Exception {
        AtomicInteger signsAskedFor = new AtomicInteger();
        try (ScriptedBroker broker = new ScriptedBroker(
                        (in, out) -> {
                            ScriptedBroker.accept(in, out);
                            while (true) {
                                ScriptedBroker.await(in, 12);
                                signsAskedFor.incrementAndGet();
                            }
                        },
                        (in, out) -> {
                            ScriptedBroker.accept(in, out);
                            ScriptedBroker.idle(in);
                        });
                MqttSubscription subscription =
                        source(broker).withKeepAlive(Duration.ofSeconds(1)).start()) {
            Await.until(
                    "a second connection", LIMIT, () -> subscription.status().connections() > 1);
            assertThat(signsAskedFor).hasPositiveValue();
            assertThat(subscription.status().sessionsLost()).isEqualTo(1);
        }
    }

    @Test
    void aBrokerThatAnswersIsNotGivenUp() throws Exception {
        CountDownLatch answered = new CountDownLatch(5); // more than two keep-alives
        try (ScriptedBroker broker = new ScriptedBroker((in, out) -> {
                    ScriptedBroker.accept(in, out);
                    while (true) {
                        ScriptedBroker.await(in, 12);
                        ScriptedBroker.send(out, 0xd0, 0);
                        answered.countDown();
                    }
                });
                MqttSubscription subscription =
                        source(broker).withKeepAlive(Duration.ofSeconds(1)).start()) {
            answered.await();
            assertThat(subscription.status().connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "V3_1_1, 1, protocol version not supported",
        "V3_1_1, 2, client id not allowed",
        "V3_1_1, 4, bad user name or password (expected: those of a user of the broker; see withCredentials)",
        "V3_1_1, 5, not authorized",
        "V5, 1, protocol version not supported",
        "V5, 0x84, protocol version not supported",
        "V5, 0x86, bad user name or password",
        "V5, 0x87, not authorized",
        "V5, 0xbb, for a reason that is not known (code 0xbb)"
    })
    void aRefusalIsToldToWhoeverStarts(MqttVersion version, String code, String why) throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker((in, out) -> {
            ScriptedBroker.await(in, 1);
            ScriptedBroker.send(out, 0x20, 2, 0, Integer.decode(code));
        })) {
            assertThatThrownBy(() -> source(broker).withVersion(version).start())
                    .isInstanceOf(MqttException.class)
                    .hasMessageStartingWith("mqtt c at 127.0.0.1:")
                    .hasMessageContaining("refused: " + why);
        }
    }

    @Test
    void theWordsOfABrokerAreTold() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker((in, out) -> {
            ScriptedBroker.await(in, 1);
            ScriptedBroker.send(out, 0x20, 8, 0, 0x8a, 5, 0x1f, 0, 2, 'n', 'o');
        })) {
            assertThatThrownBy(() -> source(broker).withVersion(MqttVersion.V5).start())
                    .hasMessageContaining("refused: banned (code 0x8a): \"no\"");
        }
    }

    @Test
    void aBrokerThatIsBusyIsAskedAgain() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker(
                        (in, out) -> {
                            ScriptedBroker.await(in, 1);
                            ScriptedBroker.send(out, 0x20, 2, 0, 3);
                        },
                        (in, out) -> {
                            ScriptedBroker.accept(in, out);
                            ScriptedBroker.idle(in);
                        });
                MqttSubscription subscription = source(broker).start()) {
            Await.until("a connection", LIMIT, () -> subscription.status().connections() == 1);
        }
    }

    @Test
    void twoProgramsWithOneClientIdAreTold() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker((in, out) -> {
                    ScriptedBroker.await(in, 1);
                    ScriptedBroker.send(out, 0x20, 3, 0, 0, 0);
                    byte[] subscribe = ScriptedBroker.await(in, 8);
                    ScriptedBroker.send(out, 0x90, 4, subscribe[1], subscribe[2], 0, 1);
                    ScriptedBroker.send(out, 0xe0, 2, 0x8e, 0);
                    ScriptedBroker.idle(in);
                });
                MqttSubscription subscription =
                        source(broker).withVersion(MqttVersion.V5).start()) {
            Await.until(
                    "the reason",
                    LIMIT,
                    () -> subscription.status().waitsFor().contains("session taken over (expected: a client id that"));
        }
    }

    @ParameterizedTest
    @CsvSource({"0x80, topic t/#: refused", "0, topic t/#: QoS 0 granted (expected: 1)"})
    void aTopicThatIsNotGrantedAsAskedForIsRefused(String code, String message) throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker((in, out) -> {
            ScriptedBroker.await(in, 1);
            ScriptedBroker.send(out, 0x20, 2, 0, 0);
            byte[] subscribe = ScriptedBroker.await(in, 8);
            ScriptedBroker.send(out, 0x90, 3, subscribe[1], subscribe[2], Integer.decode(code));
            ScriptedBroker.idle(in);
        })) {
            assertThatThrownBy(() -> source(broker).start()).hasMessageContaining(message);
        }
    }

    @Test
    void messagesOfTopicsThatNobodyAskedForAreCountedAndAcknowledged() throws Exception {
        CountDownLatch acknowledged = new CountDownLatch(1);
        try (ScriptedBroker broker = new ScriptedBroker((in, out) -> {
                    ScriptedBroker.accept(in, out);
                    ScriptedBroker.send(out, 0x32, 6, 0, 1, 'u', 0, 1, 'x');
                    ScriptedBroker.await(in, 4);
                    acknowledged.countDown();
                    ScriptedBroker.idle(in);
                });
                MqttSubscription subscription = source(broker).start()) {
            acknowledged.await();
            assertThat(subscription.status().unasked()).isEqualTo(1);
            assertThat(subscription.status().kept()).isZero();
        }
    }

    @Test
    void aTopicOfControlCharactersBreaksNoLine() throws Exception {
        MqttDecoder<Integer> numbers = message -> Integer.parseInt(message.text());
        try (ScriptedBroker broker = new ScriptedBroker((in, out) -> {
                    ScriptedBroker.accept(in, out);
                    ScriptedBroker.send(out, 0x30, 8, 0, 5, 't', '/', '\n', 0xff, 7, 'x');
                    ScriptedBroker.idle(in);
                });
                MqttSubscription subscription = MqttSource.at(broker.url(), "c", log, numbers)
                        .withVersion(MqttVersion.V3_1_1)
                        .subscribe("t/+")
                        .start()) {
            Await.until("a message", LIMIT, () -> subscription.status().kept() == 1);
            try (Kept<Integer> kept = new Kept<>(MqttSource.at(broker.url(), "c", log, numbers)
                    .subscribe("t/+")
                    .source())) {
                kept.readOn();
                assertThat(kept.errors)
                        .singleElement()
                        .asString()
                        .startsWith("mqtt t/\\n\ufffd\\u0007: ")
                        .contains("NumberFormatException");
            }
        }
    }

    /** Bytes of chance in place of packets: each connection ends, and the next one is tried. */
    @Test
    void aBrokerThatTalksNonsenseEndsConnectionsAndNothingElse() throws Exception {
        long seed = 20_261_129;
        int connections = 300;
        AtomicInteger played = new AtomicInteger();
        ScriptedBroker.Script[] scripts = new ScriptedBroker.Script[connections + 1];
        for (int i = 0; i < connections; i++) {
            Random random = new Random(seed + i);
            boolean letIn = i % 3 != 0;
            scripts[i] = (in, out) -> {
                played.incrementAndGet();
                if (letIn) {
                    ScriptedBroker.accept(in, out);
                } else {
                    ScriptedBroker.await(in, 1);
                }
                nonsense(random, out);
            };
        }
        scripts[0] = (in, out) -> played.incrementAndGet(); // closed at once, so that start() returns
        scripts[connections] = (in, out) -> {
            ScriptedBroker.accept(in, out);
            ScriptedBroker.send(out, 0x30, 4, 0, 1, 't', 'z');
            ScriptedBroker.idle(in);
        };
        try (ScriptedBroker broker = new ScriptedBroker(scripts);
                MqttSubscription subscription = source(broker).start()) {
            Await.until(
                    String.format(Locale.ROOT, "a good connection after %d bad ones, seed %d", connections, seed),
                    LIMIT,
                    () -> played.get() == connections
                            && subscription.status().state() == MqttStatus.State.SUBSCRIBED
                            && Kept.of(source(broker).source()).contains("z"));
        }
    }

    private static void nonsense(Random random, OutputStream out) throws Exception {
        byte[] bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) { // a packet with a body of chance
            bytes[0] = (byte) (0x30 | bytes[0] & 0xcf);
            if (bytes.length > 1) {
                bytes[1] = (byte) Math.min(127, bytes.length - 2);
            }
        }
        out.write(bytes);
        out.flush();
    }
}
