package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregations;
import io.datastream.kafka.Readings.Reading;
import io.datastream.plan.Plan;
import io.datastream.sink.SinkException;
import io.datastream.sink.Sinks;
import io.datastream.time.Tumbling;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is idle and what is not, on the simulated Kafka: one worker, and windows of 100 ms that only idleness can close. */
class SimIdleTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.datastream");
    private static final AtomicBoolean SHOP_IS_CLOSED = new AtomicBoolean();

    private final List<Object> late = new ArrayList<>();
    private SimKafka kafka;
    private SimHost host;
    private KafkaWorker worker;

    @BeforeEach
    void silence() {
        LOG.setLevel(Level.OFF); // what goes wrong here goes wrong on purpose
        SHOP_IS_CLOSED.set(false);
        SimFaults faults = new SimFaults(new SplittableRandom(1));
        faults.end();
        kafka = new SimKafka(faults);
        kafka.create(Readings.TOPIC, 1);
        kafka.create("sums", 1);
    }

    @AfterEach
    void loud() {
        LOG.setLevel(null);
    }

    private static Stream<Reading> readings() {
        return Pipeline.from(KafkaSource.topic(Readings.TOPIC, Readings.CODEC)
                .eventTimeNanos(Reading::time)
                .idleAfter(Duration.ofMillis(200)));
    }

    private static Pipeline sums(Stream<Reading> readings) {
        return readings.keyedBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.sum(Reading::value))
                .to(Readings.windows("sums"));
    }

    private void start(Pipeline pipeline) {
        Plan plan = pipeline.named("idle").plan();
        Topology topology = Topology.of(plan);
        topology.setPartitions(Map.of(Readings.TOPIC, 1));
        kafka.create("idle-readings-changelog", 1);
        KafkaSettings settings = new KafkaSettings("simulated").with(s -> s.commitInterval = Duration.ofMillis(20));
        host = new SimHost(plan, topology, settings, "only", late::add);
        SimProcess process = new SimProcess("only", kafka, kafka.faults, (any, nanos) -> kafka.advance(nanos));
        worker = new KafkaWorker(
                host, topology.parts().get(0), SimProxy.of(Broker.class, process, new SimBroker(kafka, process, 5)), 0);
        worker.open();
    }

    private SimLog input() {
        return kafka.logs(Readings.TOPIC).get(0);
    }

    /** Adds a reading of 1 for the window that begins with the day. */
    private void produce(int millis, SimTransaction transaction) {
        byte[] value = Readings.CODEC.encode(new Reading("a", millis * SimKafka.MILLI, 1));
        input().append(new SimLog.Entry(null, value, 0, null, transaction, false));
    }

    private List<String> sums() {
        return kafka.logs("sums").get(0).committed().stream()
                .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private void runFor(int millis) {
        long end = kafka.now() + millis * SimKafka.MILLI;
        while (kafka.now() < end) {
            worker.turn();
        }
    }

    private void runUntilRead() {
        while (kafka.counts.positions == 0) {
            worker.turn();
        }
    }

    private void assertThatOneWindowHasBoth() {
        runFor(2_000);
        assertThat(late).isEmpty();
        assertThat(sums()).singleElement().asString().endsWith(Double.toHexString(2));
    }

    @Test
    void aPausedPartitionIsNotIdle() {
        start(sums(readings()));
        produce(10, null);
        runUntilRead();
        host.isPaused = true;
        runFor(5_000);
        produce(20, null);
        runFor(1_000);
        host.isPaused = false;

        assertThatOneWindowHasBoth();
    }

    @Test
    void aPartitionIsNotIdleWhoseRecordsAreStillInATransaction() {
        start(sums(readings()));
        SimTransaction open = new SimTransaction("someone", 0, 0);
        produce(10, null);
        produce(20, open);
        runUntilRead();
        runFor(5_000);
        open.state = SimTransaction.State.COMMITTED;
        input().end(open);

        assertThatOneWindowHasBoth();
    }

    @Test
    void aPartitionIsNotIdleThatASinkHoldsBack() {
        Stream<Reading> readings = readings();
        start(sums(readings).and(readings.map(Reading::sensor).to(Sinks.<String>calling("shop", (time, value) -> {
            if (SHOP_IS_CLOSED.get()) {
                throw SinkException.retryable("shop: closed", new IllegalStateException("closed"));
            }
        }))));
        SHOP_IS_CLOSED.set(true);
        produce(10, null);
        runFor(5_000);
        produce(20, null);
        runFor(1_000);
        assertThat(sums()).isEmpty();
        SHOP_IS_CLOSED.set(false);
        runFor(6_000); // longer than the longest pause between two tries

        assertThatOneWindowHasBoth();
    }

    @Test
    void aPartitionIsIdleThatIsReadToItsEnd() {
        start(sums(readings()));
        produce(10, null);
        runFor(2_000);
        produce(20, null);
        runFor(1_000);

        assertThat(sums()).singleElement().asString().endsWith(Double.toHexString(1));
        assertThat(late).hasSize(1);
    }
}
