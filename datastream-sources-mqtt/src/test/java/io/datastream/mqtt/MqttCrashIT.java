package io.datastream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.log.FileLog;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A program is killed in the middle of its work, subscription, log and pipeline together, while messages are published. {@code
 * -Dmqtt.records=200000} for more than usual.
 */
@Timeout(900)
class MqttCrashIT {
    private static final int RECORDS = Integer.getInteger("mqtt.records", 8_000);
    private static final int KILLS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    private final AtomicInteger published = new AtomicInteger();

    @ParameterizedTest
    @EnumSource
    void everyMessageIsInTheResults(MqttVersion version) throws Exception {
        try (Mosquitto broker = Mosquitto.start(Files.createDirectory(folder.resolve("broker")));
                FileLog willLog = FileLog.open(folder.resolve("wills"));
                MqttSubscription wills = MqttSource.at(broker.url(), "wills", willLog, MqttMessage::text)
                        .subscribe("wills/+")
                        .start()) {
            ChildJvm child = start(broker, version);
            try {
                CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> publish(broker));
                for (int kill = 1; kill <= KILLS; kill++) {
                    int enough = RECORDS * kill / (KILLS + 1);
                    Await.until(
                            enough + " messages",
                            LIMIT,
                            () -> published.get() >= enough || publishing.isCompletedExceptionally());
                    child.kill();
                    child.close();
                    child = start(broker, version);
                }
                publishing.join();
                // the last one, after which nobody comes back whose connection would hide the end of this one
                long before = wills.status().kept();
                child.kill();
                Await.until("the will", LIMIT, () -> wills.status().kept() > before);
            } finally {
                child.close();
            }
            Set<String> all =
                    IntStream.range(0, RECORDS).mapToObj(MqttCrashIT::record).collect(Collectors.toSet());
            List<MqttMessage> kept;
            try (MqttProgram program = new MqttProgram(folder, broker.url(), version)) {
                Await.until(
                        "all messages in the results", LIMIT, () -> results().equals(all));
                program.drain();
                kept = Kept.of(program.log().source(MqttMessage::kept));
            }
            assertThat(results()).isEqualTo(all);
            assertThat(kept.stream().map(MqttMessage::text).distinct()).hasSize(RECORDS);
            // how many there are is the broker's doing: it may be all that it had sent ahead
            assertThat(kept.stream().filter(message -> !message.isRepeated()).map(MqttMessage::text))
                    .as("messages that the broker does not call repeated")
                    .doesNotHaveDuplicates();
            System.out.println(version + ": " + RECORDS + " messages, " + (kept.size() - RECORDS) + " of them twice");
        }
    }

    private static String record(int i) {
        return "s" + i % 10 + " " + i;
    }

    private void publish(Mosquitto broker) {
        try (Publisher publisher = new Publisher(broker.port())) {
            for (int i = 0; i < RECORDS; i++) {
                publisher.publish("sensors/s" + i % 10, String.valueOf(i));
                published.incrementAndGet();
            }
            publisher.flush();
        } catch (Exception e) {
            throw new IllegalStateException("publishing", e);
        }
    }

    private ChildJvm start(Mosquitto broker, MqttVersion version) {
        ChildJvm child = ChildJvm.of(MqttProgram.class)
                .withArguments(folder.toString(), broker.url(), version.name())
                .start();
        child.awaitOutput("ready", Duration.ofSeconds(60));
        return child;
    }

    /** The results; a line that was cut off by a kill is none. */
    private Set<String> results() throws IOException {
        Set<String> whole = new HashSet<>();
        for (String line : Files.readString(folder.resolve("results")).split("\n", -1)) {
            if (line.endsWith(";")) {
                whole.add(line.substring(0, line.length() - 1));
            }
        }
        return whole;
    }
}
