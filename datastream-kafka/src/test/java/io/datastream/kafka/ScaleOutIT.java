package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.kafka.Readings.Reading;
import io.datastream.kafka.tool.DatastreamTool;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.testkit.KafkaOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same input again and again in other numbers of processes and threads, with and without kills: one hash for all. */
@Timeout(300)
class ScaleOutIT {
    private static final long SEED = 71;
    private static final int RECORDS = 2_500;
    private static final int RESULT_PARTITIONS = 2;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Later than all that a worker must have done to be killed. */
    private static final int BRAKE_FROM_MILLIS = RECORDS * 7 / 10;

    @TempDir
    Path folder;

    private static EmbeddedKafka broker;
    private static String expected;

    @BeforeAll
    static void produceTheInput() throws Exception {
        List<List<Reading>> keyed = Readings.generate(SEED, 4, RECORDS);
        List<List<Reading>> left = Regrouping.generate(SEED + 1, 3, RECORDS);
        List<List<Reading>> right = Regrouping.generate(SEED + 2, 2, RECORDS);
        broker = EmbeddedKafka.start(KafkaOptions.defaults()
                .withSetting("group.consumer.session.timeout.ms", "1500")
                .withSetting("group.consumer.heartbeat.interval.ms", "300"));
        broker.createTopic(Readings.TOPIC, keyed.size());
        broker.createTopic(Regrouping.LEFT, left.size());
        broker.createTopic(Regrouping.RIGHT, right.size());
        broker.produce(Readings.records(keyed));
        broker.produce(Regrouping.records(Regrouping.LEFT, left));
        broker.produce(Regrouping.records(Regrouping.RIGHT, right));
        expected = ScaleOut.expected(keyed, left, right);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest(name = "{0}: {1} JVMs with {2} threads, {3} kills")
    @CsvSource({
        "CLASSIC, 1, 1, 0",
        "CLASSIC, 2, 2, 1",
        "CLASSIC, 3, 1, 2",
        "CONSUMER, 1, 2, 1",
        "CONSUMER, 2, 1, 0",
        "CONSUMER, 3, 2, 2"
    })
    void givesOneHash(GroupProtocol protocol, int workers, int threads, int kills) throws Exception {
        String run = protocol.name().toLowerCase(Locale.ROOT) + "-" + workers + "-" + threads + "-" + kills;
        ScaleOut.RESULTS.forEach(results -> broker.createTopic(run + results, RESULT_PARTITIONS));
        process(run, protocol, workers, threads, kills);
        assertThat(ScaleOut.found(broker, run)).as("seed " + SEED).isEqualTo(expected);
    }

    @Test
    void givesTheSameHashAgainAfterAReset() throws Exception {
        String run = "replayed";
        ScaleOut.RESULTS.forEach(results -> broker.createTopic(run + results, RESULT_PARTITIONS));
        process(run, GroupProtocol.CLASSIC, 1, 2, 0);
        removeResults(run);
        for (Pipeline pipeline : List.of(ScaleOut.keyed(run), ScaleOut.exchanged(run))) {
            reset(pipeline.name());
        }
        process(run, GroupProtocol.CLASSIC, 2, 1, 1);
        assertThat(ScaleOut.found(broker, run)).as("seed " + SEED).isEqualTo(expected);
    }

    private static void removeResults(String run) throws Exception {
        Map<TopicPartition, RecordsToDelete> all = ScaleOut.RESULTS.stream()
                .flatMap(results -> IntStream.range(0, RESULT_PARTITIONS)
                        .mapToObj(partition -> new TopicPartition(run + results, partition)))
                .collect(Collectors.toMap(partition -> partition, any -> RecordsToDelete.beforeOffset(-1)));
        broker.admin().deleteRecords(all).all().get();
    }

    private static void reset(String pipeline) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        List<String> command =
                List.of("reset", pipeline, "--to-beginning", "--yes", "--broker", broker.bootstrapServers());
        assertThat(DatastreamTool.run(command, out, out, Map.of()))
                .as(printed.toString(StandardCharsets.UTF_8))
                .isZero();
    }

    /** Runs both pipelines to the end of the input in worker JVMs of which some are killed. */
    private void process(String run, GroupProtocol protocol, int workers, int threads, int kills) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED + workers);
        Brake brake = Brake.on(folder.resolve("brake-" + kills), BRAKE_FROM_MILLIS, 10);
        if (kills == 0) {
            brake.release();
        }
        List<ChildJvm> running = new ArrayList<>();
        try {
            for (int i = 0; i < workers; i++) {
                running.add(start(brake, i, protocol, threads, run));
            }
            long before = written(run);
            for (int kill = 1; kill <= kills; kill++) {
                int victim = random.nextInt(workers);
                int part = kill;
                Await.until("results", LIMIT, () -> written(run) - before > 9L * RECORDS * part / (kills + 2));
                assertThat(running.get(victim).isAlive())
                        .as(running.get(victim).output())
                        .isTrue();
                running.get(victim).kill();
                running.set(victim, start(brake, victim, protocol, threads, run));
            }
            brake.release();
            for (ChildJvm worker : running) {
                assertThat(worker.awaitExit(LIMIT)).as(worker.output()).isZero();
            }
        } finally {
            running.forEach(ChildJvm::close);
        }
    }

    private static ChildJvm start(Brake brake, int number, GroupProtocol protocol, int threads, String run) {
        return brake.in(ChildJvm.of(ScaleOutWorker.class))
                .withArguments(broker.bootstrapServers(), "w" + number, Integer.toString(threads), protocol.name(), run)
                .start();
    }

    /** How many results were written, roughly: markers of transactions count too. */
    private static long written(String run) throws Exception {
        Map<TopicPartition, OffsetSpec> latest = IntStream.range(0, RESULT_PARTITIONS)
                .boxed()
                .flatMap(i ->
                        Stream.of(new TopicPartition(run + "-averages", i), new TopicPartition(run + "-x-averages", i)))
                .collect(Collectors.toMap(partition -> partition, any -> OffsetSpec.latest()));
        return broker.admin().listOffsets(latest).all().get().values().stream()
                .mapToLong(offset -> offset.offset())
                .sum();
    }
}
