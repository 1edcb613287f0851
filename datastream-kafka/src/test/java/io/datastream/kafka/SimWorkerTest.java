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
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
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
        while (!topology.exchanges().stream().allMatch(this::isCommitted)) {
            zombie.turn();
        }
        first.isFrozen = true;
        KafkaWorker successor = worker(process("second"));
        for (int i = 0; i < 5_000 && !isFinished(); i++) {
            successor.turn();
        }
        assertThat(isFinished()).isTrue();
        run(successor, 20);
        purge();
        first.isFrozen = false;

        assertThatCode(() -> run(zombie, 50)).doesNotThrowAnyException();
    }

    @Test
    void aWorkerFailsWhenTheRecordsToGoOnFromAreGone() {
        start(1);
        KafkaWorker worker = worker(process("only"));
        while (!isCommitted(Regrouping.LEFT)) {
            worker.turn();
        }
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
        while (!isCommitted(exchange.topic())) {
            worker.turn();
        }
        first.isFrozen = true;
        OffsetAndMetadata last = kafka.committed(exchange);
        OffsetMeta meta = OffsetMeta.decode(exchange.toString(), last.offset(), last.metadata());
        OffsetMeta next = new OffsetMeta(meta.sources(), meta.rewind(), meta.ended(), meta.commits() + 1, meta.owner());
        SimTransaction open = kafka.transactions.open(meta.owner(), 1);
        open.offsets.put(exchange, new OffsetAndMetadata(last.offset(), next.encode()));

        KafkaWorker successor = worker(process("second"));
        while (kafka.lastHeld == 0) {
            successor.turn();
        }
        TopicPartition changelog = new TopicPartition(topology.changelogOf(exchange.topic()), 0);
        byte[] key = new ChangelogKey("of another pipeline", new byte[0], 0).encode();
        kafka.log(changelog).append(new SimLog.Entry(key, new byte[1], 0, null, open, false));
        kafka.transactions.end(meta.owner(), 1, open, true);

        assertThatThrownBy(() -> run(successor, 500))
                .isInstanceOf(EditedPipelineException.class)
                .hasMessageContaining("of another pipeline");
    }
}
