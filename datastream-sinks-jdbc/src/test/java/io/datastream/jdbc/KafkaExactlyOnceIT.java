package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Results of topics go into a database while the workers are killed, one stands still until others have its partitions and
 * wakes up, and the database is killed and started again.
 */
@Timeout(400)
class KafkaExactlyOnceIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PARTITIONS = 4;
    private static final int RESULTS = 200_000;
    private static final int ROUNDS = 10;

    private TestDatabase database;

    @Test
    void resultsAreThereOnceWhateverIsKilled() throws Exception {
        try (PostgresServer server = PostgresServer.start(true);
                EmbeddedKafka kafka = EmbeddedKafka.start()) {
            database = server.database();
            database.execute("CREATE TABLE results (number integer NOT NULL, text text NOT NULL)");
            database.execute("CREATE TABLE counts (key integer, window_start timestamptz, window_end timestamptz, value"
                    + " bigint)");
            kafka.createTopic(KafkaCrashWorker.INPUT, PARTITIONS);
            ChildJvm one = worker(kafka, server.url(database), "one");
            try (ChildJvm two = worker(kafka, server.url(database), "two")) {
                produce(kafka, 0);
                awaitSome("the first results", 1);
                produce(kafka, 1);
                produce(kafka, 2);
                one.kill();
                produce(kafka, 3);
                one.close();
                one = worker(kafka, server.url(database), "one");
                awaitSome("results after a kill", 2 * RESULTS / ROUNDS);
                produce(kafka, 4);
                two.signal(ChildJvm.Signal.STOP);
                produce(kafka, 5);
                awaitSome("the results of a frozen worker's partitions", 6 * RESULTS / ROUNDS);
                produce(kafka, 6);
                two.signal(ChildJvm.Signal.CONT);
                produce(kafka, 7);
                server.kill();
                server.restart();
                produce(kafka, 8);
                awaitSome("results after the database is back", 8 * RESULTS / ROUNDS);
                one.kill();
                produce(kafka, 9);
                awaitSome("all results", RESULTS);
                awaitRows("all windows but the last ones", "SELECT count(*) FROM counts", (RESULTS / 1000 - 1) * 10);
                assertThat(two.isAlive()).as(two.output()).isTrue();
            } finally {
                one.close();
            }
            long rows = database.value("SELECT count(*) FROM results", Long.class);
            long different = database.value("SELECT count(DISTINCT number) FROM results", Long.class);
            System.out.printf(
                    Locale.ROOT,
                    "Kafka and PostgreSQL: %,d results, 2 kills and 1 freeze of workers, 1 kill of the server: %,d"
                            + " rows, %,d lost, %,d doubled%n",
                    RESULTS,
                    rows,
                    RESULTS - different,
                    rows - different);
            assertThat(rows).isEqualTo(RESULTS);
            assertThat(different).isEqualTo(RESULTS);
            assertThat(database.value("SELECT count(DISTINCT (key, window_start)) FROM counts", Long.class))
                    .isEqualTo(database.value("SELECT count(*) FROM counts", Long.class));
            assertThat(database.value("SELECT bool_and(value = 100) FROM counts", Boolean.class))
                    .isTrue();
        }
    }

    private static ChildJvm worker(EmbeddedKafka kafka, String url, String name) {
        return ChildJvm.of(KafkaCrashWorker.class)
                .withArguments(kafka.bootstrapServers(), url, name)
                .start();
    }

    /** A tenth of the numbers, in order. */
    private static void produce(EmbeddedKafka kafka, int round) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int number = round * RESULTS / ROUNDS; number < (round + 1) * RESULTS / ROUNDS; number++) {
            records.add(new ProducerRecord<>(
                    KafkaCrashWorker.INPUT,
                    number % PARTITIONS,
                    null,
                    Integer.toString(number).getBytes(StandardCharsets.UTF_8)));
        }
        kafka.produce(records);
    }

    private void awaitSome(String what, int rows) {
        awaitRows(what, "SELECT count(*) FROM results", rows);
    }

    private void awaitRows(String what, String count, int rows) {
        Await.until(what, PATIENCE, () -> database.value(count, Long.class) >= rows);
    }
}
