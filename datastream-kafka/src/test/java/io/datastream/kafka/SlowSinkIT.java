package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.sink.Sinks;
import io.datastream.testkit.Await;
import io.datastream.testkit.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sinks that are no topics and take their time. */
@Timeout(60)
class SlowSinkIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Semaphore PERMITS = new Semaphore(0);
    private static final Queue<String> WRITTEN = new ConcurrentLinkedQueue<>();
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @BeforeEach
    void clear() {
        PERMITS.drainPermits();
        WRITTEN.clear();
    }

    /** Writes a result for each permit, and waits for the permits. */
    private static Pipeline pipeline(String name, int records) {
        kafka.createTopic(name, 1);
        kafka.produce(IntStream.range(0, records)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                        name, 0, null, ("a," + i + ",1").getBytes(StandardCharsets.UTF_8)))
                .toList());
        return Pipeline.from(KafkaSource.topic(name, Readings.CODEC).eventTimeNanos(Reading::time))
                .map(reading -> reading.sensor() + reading.time())
                .to(Sinks.<String>calling("shop", (time, value) -> {
                    PERMITS.acquireUninterruptibly();
                    WRITTEN.add(value);
                }))
                .named(name);
    }

    private static KafkaRuntime runtime() {
        return KafkaRuntime.at(kafka.bootstrapServers()).withProperty("max.poll.interval.ms", "5000");
    }

    private static String waits(PipelineController controller) {
        return String.join("; ", controller.status().waitingFor());
    }

    private static boolean isMember(String group) throws Exception {
        return kafka.admin()
                        .describeConsumerGroups(List.of(group))
                        .all()
                        .get()
                        .get(group)
                        .members()
                        .size()
                == 1;
    }

    @Test
    void aWorkerStaysInItsGroupWhileASinkTakesLongerThanThePollInterval() throws Exception {
        Pipeline pipeline = pipeline("slow", 3);
        try (PipelineController controller = runtime().readToEnd().start(pipeline)) {
            Await.until(
                    "the status says so",
                    SOON,
                    () -> waits(controller).contains("waits for its sink, which has been writing since "));
            long since = System.nanoTime();
            // a worker that does not poll is put out after 5 s, and the broker told by itself
            Await.until("6 s", SOON, () -> {
                assertThat(isMember("slow")).isTrue();
                return System.nanoTime() - since > 6_000_000_000L;
            });
            PERMITS.release(3);
            controller.awaitTermination();
            assertThat(controller.status().restarts()).isZero();
            assertThat(controller.status().waitingFor()).isEmpty();
        }
        assertThat(WRITTEN).containsExactly("a0", "a1", "a2");
    }

    @Test
    void nothingIsCommittedBeforeASlowSinkHasWrittenIt() throws Exception {
        Pipeline pipeline = pipeline("uncommitted", 3);
        PERMITS.release(1);
        try (PipelineController controller = runtime().start(pipeline)) {
            Await.until(
                    "the second is being written", SOON, () -> waits(controller).contains("2 results wait"));
            controller.stop();
            assertThat(controller.state()).isEqualTo(PipelineState.STOPPED);
        }
        PERMITS.release(2); // what the first worker has left behind, so that none of it comes among the results below
        Await.until("it", SOON, () -> WRITTEN.size() == 3);
        PERMITS.release(1_000);
        try (PipelineController controller = runtime().readToEnd().start(pipeline)) {
            controller.awaitTermination();
        }
        // the first start has written some of them, and committed none
        assertThat(WRITTEN.stream().skip(WRITTEN.size() - 3)).containsExactly("a0", "a1", "a2");
    }

    @Test
    void aSinkThatIsOftenSlowGetsEverythingInOrder() throws Exception {
        int records = 500;
        Pipeline pipeline = pipeline("often", records);
        Thread permits = new Thread(() -> {
            for (int i = 0; i < 10; i++) {
                Pause.millis(100);
                PERMITS.release(records / 10);
            }
        });
        permits.start();
        try (PipelineController controller = runtime().readToEnd().start(pipeline)) {
            controller.awaitTermination();
        }
        permits.join();
        assertThat(WRITTEN)
                .containsExactlyElementsOf(
                        IntStream.range(0, records).mapToObj(i -> "a" + i).toList());
    }
}
