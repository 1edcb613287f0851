package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.testkit.KafkaServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class RegroupingIT {
    @TempDir
    Path folder;

    private static EmbeddedKafka withInput(List<List<Reading>> left, List<List<Reading>> right) {
        EmbeddedKafka broker = EmbeddedKafka.start();
        broker.createTopic(Regrouping.LEFT, left.size());
        broker.createTopic(Regrouping.RIGHT, right.size());
        broker.produce(Regrouping.records(Regrouping.LEFT, left));
        broker.produce(Regrouping.records(Regrouping.RIGHT, right));
        return broker;
    }

    @Test
    void givesTheResultsOfARunInMemoryWhateverTheThreads() throws Exception {
        long seed = 7;
        List<List<Reading>> left = Regrouping.generate(seed, 3, 3_000);
        List<List<Reading>> right = Regrouping.generate(seed + 1, 2, 3_000);
        try (EmbeddedKafka broker = withInput(left, right);
                PipelineController controller = KafkaRuntime.at(broker.bootstrapServers())
                        .withThreads(2)
                        .withProperty("max.poll.records", "100")
                        .readToEnd()
                        .start(Regrouping.onKafka())) {
            controller.awaitTermination();
            assertThat(controller.failure()).isEmpty();
            assertThat(Runs.results(broker, Regrouping.RESULTS))
                    .as("seed " + seed)
                    .isEqualTo(Regrouping.expected(left, right));
        }
    }

    @Test
    void givesTheResultsOfARunInMemoryThoughWorkersAreKilled() throws Exception {
        long seed = 8;
        List<List<Reading>> left = Regrouping.generate(seed, 3, 8_000);
        List<List<Reading>> right = Regrouping.generate(seed + 1, 2, 8_000);
        try (EmbeddedKafka broker = withInput(left, right)) {
            Regrouping.RESULTS.forEach(topic -> broker.createTopic(topic, 2));
            runWorkers(broker, new SplittableRandom(seed), 3, 5 * 8_000);
            assertThat(Runs.results(broker, Regrouping.RESULTS))
                    .as("seed " + seed)
                    .isEqualTo(Regrouping.expected(left, right));
        }
    }

    private void runWorkers(KafkaServer broker, SplittableRandom random, int kills, int all) throws Exception {
        Brake brake = Brake.on(folder.resolve("brake"), 3_000, 3);
        List<ChildJvm> running = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                running.add(startWorker(broker, brake, i));
            }
            for (int kill = 1; kill <= kills; kill++) {
                int victim = random.nextInt(2);
                int results = all * kill / (6 * kills); // before the brake slows the workers down
                Await.until(
                        results + " results",
                        Duration.ofSeconds(60),
                        () -> broker.readCommitted("averages").size() > results
                                || running.stream().noneMatch(ChildJvm::isAlive));
                assertThat(running.get(victim).isAlive())
                        .as(
                                "worker %d is in the middle: %s",
                                victim, running.get(victim).output())
                        .isTrue();
                running.get(victim).kill();
                running.set(victim, startWorker(broker, brake, victim));
            }
            brake.release();
            for (ChildJvm worker : running) {
                assertThat(worker.awaitExit(Duration.ofSeconds(90)))
                        .as(worker.output())
                        .isZero();
            }
        } finally {
            running.forEach(ChildJvm::close);
        }
    }

    private static ChildJvm startWorker(KafkaServer broker, Brake brake, int number) {
        return brake.in(ChildJvm.of(WorkerMain.class))
                .withArguments(broker.bootstrapServers(), "w" + number, "1", "regrouping")
                .withJvmOptions("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .start();
    }
}
