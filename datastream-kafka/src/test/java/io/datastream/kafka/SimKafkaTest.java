package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.datastream.kafka.internal.JoiningFlag;
import io.datastream.testkit.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Pipelines on a simulated Kafka, and that Kafka itself. */
class SimKafkaTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.datastream");
    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);
    private static final TopicPartition INPUT = new TopicPartition("input", 0);

    private SimKafka kafka;
    private Broker broker;

    @BeforeAll
    static void silence() {
        LOG.setLevel(Level.OFF); // what goes wrong here goes wrong on purpose
    }

    @AfterAll
    static void loud() {
        LOG.setLevel(null);
    }

    @BeforeEach
    void start() {
        SimFaults faults = new SimFaults(new SplittableRandom(1));
        faults.end();
        kafka = new SimKafka(faults);
        kafka.create("topic", 1);
        kafka.create("input", 1);
        broker = process("one");
    }

    private Broker process(String name) {
        SimProcess process = new SimProcess(name, kafka, kafka.faults, (any, nanos) -> kafka.advance(nanos));
        return SimProxy.of(Broker.class, process, new SimBroker(kafka, process, 10));
    }

    @Test
    void givesTheResultsOfARunInMemoryWhateverGoesWrong() {
        SimCounts all = new SimCounts();
        Seeds.forEach(1_000, seed -> all.add(SimRun.run(seed)));
        System.out.println("simulated Kafka: " + all);
        if (all.runs >= 1_000) { // else someone looks at single seeds
            assertThat(all.crashes).isGreaterThan(500);
            assertThat(all.evictions).isGreaterThan(500);
            assertThat(all.aborted).isGreaterThan(500);
            assertThat(all.timedOut).isGreaterThan(100);
            assertThat(all.unknownEnds).isGreaterThan(200);
            assertThat(all.purges).isGreaterThan(50);
            assertThat(all.fences).isGreaterThan(10);
            assertThat(all.tracesKept).isGreaterThan(500);
            assertThat(all.tracesBrokenOff).isGreaterThan(500);
            assertThat(all.needlessFences).isZero();
        }
    }

    @Test
    void goesTheSameWayWithTheSameSeed() throws Exception {
        assertThat(SimRun.run(3)).hasToString(SimRun.run(3).toString());
    }

    private Producer<byte[], byte[]> begin(String id) {
        Producer<byte[], byte[]> producer = broker.producer(id);
        producer.initTransactions();
        producer.beginTransaction();
        return producer;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the simulated producer's tells nothing
    private static void send(Producer<byte[], byte[]> producer, int value) {
        producer.send(new ProducerRecord<>(PARTITION.topic(), 0, null, new byte[] {(byte) value}));
    }

    /** Leaves a transaction open, with a record that the broker has. */
    private Producer<byte[], byte[]> leaveOpen(String id) {
        Producer<byte[], byte[]> producer = begin(id);
        while (kafka.log(PARTITION).stableEnd() == kafka.log(PARTITION).end()) {
            send(producer, 0);
        }
        return producer;
    }

    private List<Integer> read() {
        Consumer<byte[], byte[]> reader = broker.reader("reader");
        reader.assign(List.of(PARTITION));
        reader.seekToBeginning(List.of(PARTITION));
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            reader.poll(Duration.ZERO).forEach(found -> values.add((int) found.value()[0]));
        }
        return values;
    }

    @Test
    void showsOnlyRecordsThatAreCommittedAndStable() {
        Producer<byte[], byte[]> open = leaveOpen("a");
        Producer<byte[], byte[]> other = begin("b");
        send(other, 7);
        other.commitTransaction();
        kafka.advance(100 * SimKafka.MILLI);

        assertThat(read()).isEmpty();
        assertThat(kafka.log(PARTITION).stableEnd()).isZero();
        assertThat(broker.end(PARTITION)).isGreaterThanOrEqualTo(3);

        open.abortTransaction();
        kafka.advance(100 * SimKafka.MILLI);
        assertThat(read()).containsExactly(7);
        assertThat(kafka.log(PARTITION).stableEnd()).isEqualTo(broker.end(PARTITION));
    }

    @Test
    void fencesTheOlderOfTwoProducers() {
        Producer<byte[], byte[]> older = leaveOpen("a");
        begin("a");
        assertThatThrownBy(older::commitTransaction).isInstanceOf(KafkaException.class);
        kafka.advance(100 * SimKafka.MILLI);
        assertThat(read()).isEmpty();
    }

    @Test
    void endsATransactionThatIsOpenForTooLong() {
        Producer<byte[], byte[]> slow = leaveOpen("a");
        kafka.advance(12_000 * SimKafka.MILLI);
        assertThat(kafka.log(PARTITION).stableEnd())
                .isEqualTo(kafka.log(PARTITION).end());
        assertThatThrownBy(slow::commitTransaction).isInstanceOf(KafkaException.class);
    }

    @Test
    void holdsAPositionBackUntilItsTransactionEnds() {
        ConsumerGroupMetadata member = join();
        Producer<byte[], byte[]> producer = begin("a");
        producer.sendOffsetsToTransaction(Map.of(INPUT, position(5)), member);
        assertThat(broker.offsets(List.of(INPUT), false).get(INPUT)).isNull();
        assertThatThrownBy(() -> broker.offsets(List.of(INPUT), true)).isInstanceOf(Broker.NotNowException.class);

        producer.commitTransaction();
        kafka.advance(100 * SimKafka.MILLI);
        assertThat(broker.offsets(List.of(INPUT), true).get(INPUT).offset()).isEqualTo(5);
    }

    @Test
    void refusesPositionsOfAnOldGenerationButNotOfNone() {
        ConsumerGroupMetadata member = join();
        ConsumerGroupMetadata old = SimGroup.metadata(0, member.memberId());
        Producer<byte[], byte[]> producer = begin("a");
        assertThatThrownBy(() -> producer.sendOffsetsToTransaction(Map.of(INPUT, position(5)), old))
                .isInstanceOf(CommitFailedException.class);
        producer.abortTransaction();
        producer.beginTransaction();
        producer.sendOffsetsToTransaction(Map.of(INPUT, position(5)), SimGroup.metadata(-1, ""));
        producer.commitTransaction();
    }

    @Test
    void noticesAPositionThatIsCommittedTwice() {
        kafka.apply(INPUT, position(5), "one");
        assertThatThrownBy(() -> kafka.apply(INPUT, position(6), "two"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("two have committed input-0");
    }

    @Test
    void movesPartitionsToANewMemberOnlyAfterTheyWereRevoked() {
        kafka.create("input", 2);
        Listener first = new Listener(broker);
        first.pollUntil(2);
        Listener second = new Listener(process("two"));
        for (int i = 0; i < 200; i++) {
            first.consumer.poll(Duration.ofMillis(1));
            second.consumer.poll(Duration.ofMillis(1));
            assertThat(Collections.disjoint(first.owned, second.owned)).isTrue();
        }
        assertThat(first.owned).hasSize(1);
        assertThat(second.owned).hasSize(1);
    }

    private static OffsetAndMetadata position(long offset) {
        return new OffsetAndMetadata(offset, new OffsetMeta(List.of(), offset, false, 1, "someone").encode());
    }

    private ConsumerGroupMetadata join() {
        Listener listener = new Listener(broker);
        listener.pollUntil(1);
        return listener.consumer.groupMetadata();
    }

    private static final class Listener implements ConsumerRebalanceListener {
        final Consumer<byte[], byte[]> consumer;
        final List<TopicPartition> owned = new ArrayList<>();

        Listener(Broker broker) {
            consumer = broker.member("member", new JoiningFlag());
            consumer.subscribe(List.of("input"), this);
        }

        void pollUntil(int count) {
            for (int i = 0; i < 100 && owned.size() < count; i++) {
                consumer.poll(Duration.ofMillis(1));
            }
            assertThat(owned).hasSize(count);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            owned.addAll(partitions);
            partitions.forEach(partition -> consumer.seek(partition, 0));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            owned.removeAll(partitions);
        }
    }
}
