package io.datastream.kafka;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/** The simulated broker's transactions. */
final class SimCoordinator {
    private static final long TIME_OUT = 10_000 * SimKafka.MILLI;

    private final SimKafka kafka;
    private final Map<String, Producer> producers = new HashMap<>();

    /** Decided or not, but without all of their markers. */
    private final Set<SimTransaction> incomplete = new LinkedHashSet<>();

    private static final class Producer {
        int epoch;

        @Nullable
        SimTransaction last;
    }

    SimCoordinator(SimKafka kafka) {
        this.kafka = kafka;
    }

    /** A new epoch of a transactional id; ends what an older one left open. */
    int init(String id) {
        Producer producer = producers.computeIfAbsent(id, any -> new Producer());
        if (producer.last != null) {
            if (producer.last.state == SimTransaction.State.OPEN) {
                decide(producer.last, false);
            }
            complete(producer.last);
        }
        return ++producer.epoch;
    }

    /** The open transaction of a producer, or a new one. */
    SimTransaction open(String id, int epoch) {
        Producer producer = check(id, epoch);
        SimTransaction last = producer.last;
        if (last == null || last.state != SimTransaction.State.OPEN) {
            if (last != null) {
                complete(last); // the broker takes nothing before, and the client asks again
            }
            last = new SimTransaction(id, epoch, kafka.now());
            producer.last = last;
            incomplete.add(last);
        }
        return last;
    }

    /** Decides a transaction. To ask for the same again is no harm. */
    void end(String id, int epoch, @Nullable SimTransaction transaction, boolean commit) {
        Producer producer = check(id, epoch);
        if (transaction == null) {
            return; // nothing was sent in it
        }
        SimTransaction.State wanted = commit ? SimTransaction.State.COMMITTED : SimTransaction.State.ABORTED;
        if (transaction.state == SimTransaction.State.OPEN) {
            decide(transaction, commit);
        } else if (transaction.state != wanted || producer.last != transaction) {
            throw new ProducerFencedException(transaction + " cannot become " + wanted);
        }
    }

    private Producer check(String id, int epoch) {
        Producer producer = producers.get(id);
        if (producer == null || producer.epoch != epoch) {
            throw kafka.faults.coin()
                    ? new ProducerFencedException(id + "#" + epoch + " is fenced")
                    : new InvalidProducerEpochException(id + "#" + epoch + " is old");
        }
        return producer;
    }

    private void decide(SimTransaction transaction, boolean commit) {
        transaction.state = commit ? SimTransaction.State.COMMITTED : SimTransaction.State.ABORTED;
        kafka.trace.add(kafka.now(), "broker", "decides", transaction.toString());
        if (!commit) {
            kafka.counts.aborted++;
            transaction.offsets.clear();
        }
        for (SimLog log : List.copyOf(transaction.logs)) {
            kafka.in(kafka.faults.markerDelay(), () -> log.end(transaction));
        }
        kafka.in(kafka.faults.markerDelay(), () -> applyOffsets(transaction));
    }

    private void applyOffsets(SimTransaction transaction) {
        Map<TopicPartition, OffsetAndMetadata> offsets = Map.copyOf(transaction.offsets);
        transaction.offsets.clear();
        offsets.forEach((partition, offset) -> kafka.apply(partition, offset, transaction.transactionalId));
    }

    /** Writes the markers that are still missing. */
    private void complete(SimTransaction transaction) {
        List.copyOf(transaction.logs).forEach(log -> log.end(transaction));
        applyOffsets(transaction);
        incomplete.remove(transaction);
    }

    /** Whether a position depends on a transaction that has not ended for it. */
    boolean isPending(TopicPartition partition) {
        return incomplete.stream().anyMatch(transaction -> transaction.offsets.containsKey(partition));
    }

    /** Ends transactions that have been open for too long. */
    void tick() {
        incomplete.removeIf(SimTransaction::isComplete);
        for (SimTransaction transaction : List.copyOf(incomplete)) {
            if (transaction.state == SimTransaction.State.OPEN && kafka.now() - transaction.started > TIME_OUT) {
                kafka.counts.timedOut++;
                producers.get(transaction.transactionalId).epoch++;
                decide(transaction, false);
            }
        }
    }

    /** The transactional ids that were used. */
    List<String> ids() {
        return producers.keySet().stream().sorted().toList();
    }
}
