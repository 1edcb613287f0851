package io.datastream.kafka;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** One transaction on the simulated broker. */
final class SimTransaction {
    enum State {
        OPEN,
        COMMITTED,
        ABORTED
    }

    final String transactionalId;
    final int epoch;
    final long started;

    /** Decided before its markers are written, so that partitions learn of it one after the other. */
    State state = State.OPEN;

    /** Partitions with records of it, and without its marker. */
    final Set<SimLog> logs = new LinkedHashSet<>();

    /** Positions that apply once it is committed. */
    final Map<TopicPartition, OffsetAndMetadata> offsets = new LinkedHashMap<>();

    SimTransaction(String transactionalId, int epoch, long started) {
        this.transactionalId = transactionalId;
        this.epoch = epoch;
        this.started = started;
    }

    boolean isComplete() {
        return state != State.OPEN && logs.isEmpty() && offsets.isEmpty();
    }

    @Override
    public String toString() {
        return transactionalId + "#" + epoch + " " + state;
    }
}
