package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.datastream.plan.Plan;
import io.datastream.testkit.Seeds;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Workers on the simulated Kafka at moments that chance seldom meets. */
class SimWorkerTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.datastream");

    private SimKafka kafka;
    private Plan plan;
    private Topology topology;

    @BeforeEach
    void silence() {
        LOG.setLevel(Level.OFF); // what goes wrong here goes wrong on purpose
    }

    private void start(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimFaults faults = new SimFaults(random.split());
        faults.end();
        kafka = new SimKafka(faults);
        new SimInput(random.split(), 1, 60, true).writeTo(kafka, Regrouping.LEFT);
        new SimInput(random.split(), 1, 60, true).writeTo(kafka, Regrouping.RIGHT);
        plan = Regrouping.onKafka().plan();
        topology = Topology.of(plan);
        Map<String, Integer> partitions = new HashMap<>();
        topology.parts().get(0).topics().forEach(topic -> partitions.put(topic, 1));
        topology.setPartitions(partitions);
        partitions.keySet().forEach(topic -> {
            if (topology.exchanges().contains(topic)) {
                kafka.create(topic, 1);
                kafka.create(topology.changelogOf(topic), 1);
            }
        });
        topology.sinkTopics().forEach(topic -> kafka.create(topic, 1));
    }

    @AfterEach
    void loud() {
        LOG.setLevel(null);
    }

    private SimProcess process(String name) {
        return new SimProcess(name, kafka, kafka.faults, (any, nanos) -> kafka.advance(nanos));
    }

    private KafkaWorker worker(SimProcess process) {
        KafkaSettings settings = new KafkaSettings("simulated").with(s -> {
            s.readToEnd = true;
            s.commitInterval = Duration.ofMillis(1);
        });
        KafkaWorker worker = new KafkaWorker(
                new SimHost(plan, topology, settings, process.instance, late -> {}),
                topology.parts().get(0),
                SimProxy.of(Broker.class, process, new SimBroker(kafka, process, 5)),
                0);
        worker.open();
        return worker;
    }

    private boolean isCommitted(String topic) {
        return kafka.committed(new TopicPartition(topic, 0)) != null;
    }

    private boolean isFinished() {
        for (TopicPartition partition :
                kafka.partitionsOf(topology.parts().get(0).topics())) {
            OffsetAndMetadata found = kafka.committed(partition);
            if (found == null
                    || !OffsetMeta.decode(partition.toString(), found.offset(), found.metadata())
                            .ended()) {
                return false;
            }
        }
        return true;
    }

    private static void runUntil(KafkaWorker worker, BooleanSupplier condition) {
        for (int i = 0; i < 5_000 && !condition.getAsBoolean(); i++) {
            worker.turn();
        }
        assertThat(condition.getAsBoolean()).as("within 5,000 turns").isTrue();
    }

    private void run(KafkaWorker worker, int turns) {
        for (int i = 0; i < turns; i++) {
            worker.turn();
        }
    }

    /** Deletes what the exchanges hold up to the committed positions. */
    private void purge() {
        for (String exchange : topology.exchanges()) {
            TopicPartition partition = new TopicPartition(exchange, 0);
            kafka.log(partition).deleteBefore(kafka.committed(partition).offset());
        }
    }

    @Test
    void aWorkerThatWasOvertakenWaitsToBeToldSo() {
        Seeds.forEach(10, this::overtakeAWorker); // in most of them it reads on before it is told
    }

    private void overtakeAWorker(long seed) {
        start(seed);
        SimProcess first = process("first");
        KafkaWorker zombie = worker(first);
        runUntil(zombie, () -> topology.exchanges().stream().allMatch(this::isCommitted));
        first.isFrozen = true;
        KafkaWorker successor = worker(process("second"));
        runUntil(successor, this::isFinished);
        run(successor, 20);
        purge();
        first.isFrozen = false;

        assertThatCode(() -> run(zombie, 50)).doesNotThrowAnyException();
    }

    @Test
    void aWorkerFailsWhenTheRecordsToGoOnFromAreGone() {
        start(1);
        KafkaWorker worker = worker(process("only"));
        runUntil(worker, () -> isCommitted(Regrouping.LEFT));
        kafka.log(new TopicPartition(Regrouping.LEFT, 0)).deleteBefore(1_000);

        assertThatThrownBy(() -> run(worker, 200))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the records to go on from are gone");
    }

    @Test
    void aRestoreReadsStateToWhereItEndedAfterThePositionWasKnown() {
        start(1);
        SimProcess first = process("first");
        KafkaWorker worker = worker(first);
        TopicPartition exchange =
                new TopicPartition(topology.exchanges().iterator().next(), 0);
        runUntil(worker, () -> isCommitted(exchange.topic()));
        first.isFrozen = true;
        OffsetAndMetadata last = kafka.committed(exchange);
        OffsetMeta meta = OffsetMeta.decode(exchange.toString(), last.offset(), last.metadata());
        OffsetMeta next = new OffsetMeta(meta.sources(), meta.rewind(), meta.ended(), meta.commits() + 1, meta.owner());
        SimTransaction open = kafka.transactions.open(meta.owner(), 1);
        open.offsets.put(exchange, new OffsetAndMetadata(last.offset(), next.encode()));

        KafkaWorker successor = worker(process("second"));
        runUntil(successor, () -> kafka.lastHeld != 0);
        TopicPartition changelog = new TopicPartition(topology.changelogOf(exchange.topic()), 0);
        for (int i = 0; i < 40; i++) { // more than what is read beyond an end in passing
            append(changelog, i, null, open);
        }
        append(changelog, 40, new byte[1], open);
        kafka.transactions.end(meta.owner(), 1, open, true);

        assertThatThrownBy(() -> run(successor, 500))
                .isInstanceOf(EditedPipelineException.class)
                .hasMessageContaining("of another pipeline");
    }

    private void append(TopicPartition changelog, int part, byte @Nullable [] value, SimTransaction transaction) {
        byte[] key = new ChangelogKey("of another pipeline", new byte[0], part).encode();
        kafka.log(changelog).append(new SimLog.Entry(key, value, 0, null, transaction, false));
    }
}
