package io.datastream.kafka;

import io.datastream.kafka.internal.JoiningFlag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of committed records on the simulated broker: a member of the group, or a reader of what it is told. Has the
 * methods of Kafka's consumer that workers call; {@link SimProxy} makes it one.
 */
final class SimConsumer {
    private static final ConsumerGroupMetadata NOT_JOINED = SimGroup.metadata(-1, "");

    private final SimKafka kafka;
    private final SimProcess process;
    private final @Nullable JoiningFlag joining;
    private final int mostRecords;

    /** Where it stands in what it owns or was told to read; -1 if that was not said. */
    private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();

    private final Set<TopicPartition> paused = new HashSet<>();
    private final Set<TopicPartition> fetched = new HashSet<>();
    private Collection<String> topics = List.of();
    private ConsumerRebalanceListener listener;
    private SimGroup.@Nullable Member member;
    private ConsumerGroupMetadata metadata = NOT_JOINED;
    private boolean forgets;

    SimConsumer(SimKafka kafka, SimProcess process, @Nullable JoiningFlag joining, int mostRecords) {
        this.kafka = kafka;
        this.process = process;
        this.joining = joining;
        this.mostRecords = mostRecords;
    }

    void subscribe(Collection<String> names, ConsumerRebalanceListener callbacks) {
        topics = List.copyOf(names);
        listener = callbacks;
    }

    void assign(Collection<TopicPartition> partitions) {
        positions.keySet().retainAll(partitions);
        partitions.forEach(partition -> positions.putIfAbsent(partition, -1L));
    }

    Set<TopicPartition> assignment() {
        return Set.copyOf(positions.keySet());
    }

    void seekToBeginning(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> seek(partition, kafka.log(partition).start()));
    }

    void seek(TopicPartition partition, long offset) {
        checkOwned(partition);
        positions.put(partition, offset);
        fetched.remove(partition);
    }

    long position(TopicPartition partition, Duration limit) {
        return position(partition);
    }

    private long position(TopicPartition partition) {
        checkOwned(partition);
        long position = positions.get(partition);
        if (position < 0) {
            throw new NoOffsetForPartitionException(partition);
        }
        return position;
    }

    private void checkOwned(TopicPartition partition) {
        if (!positions.containsKey(partition)) {
            throw new IllegalStateException("No current assignment for partition " + partition);
        }
    }

    void pause(Collection<TopicPartition> partitions) {
        partitions.forEach(this::checkOwned);
        paused.addAll(partitions);
    }

    void resume(Collection<TopicPartition> partitions) {
        partitions.forEach(this::checkOwned);
        paused.removeAll(partitions);
    }

    OptionalLong currentLag(TopicPartition partition) {
        return fetched.contains(partition)
                ? OptionalLong.of(kafka.log(partition).stableEnd() - positions.get(partition))
                : OptionalLong.empty();
    }

    Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        ask("endOffsets");
        Map<TopicPartition, Long> ends = new HashMap<>();
        partitions.forEach(partition -> ends.put(partition, kafka.log(partition).stableEnd()));
        return ends;
    }

    Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        ask("beginningOffsets");
        Map<TopicPartition, Long> starts = new HashMap<>();
        partitions.forEach(
                partition -> starts.put(partition, kafka.log(partition).start()));
        return starts;
    }

    private void ask(String what) {
        if (!process.isReachable() || kafka.faults.request() != SimFaults.Outcome.ANSWERED) {
            process.sleep(kafka.faults.patience());
            throw new TimeoutException("no answer to " + what);
        }
    }

    ConsumerGroupMetadata groupMetadata() {
        if (member != null && process.isReachable() && !kafka.group.knows(member) && forgets) {
            metadata = NOT_JOINED; // a heartbeat has told so; the listener is not called before the next poll
        }
        return metadata;
    }

    ConsumerRecords<byte[], byte[]> poll(Duration limit) {
        if (!process.isReachable()) {
            kafka.advance(limit.toNanos());
            return ConsumerRecords.empty();
        }
        if (joining != null) {
            coordinate();
        }
        long empty = joining == null ? 0 : kafka.faults.emptyPoll();
        if (empty > 0) {
            process.sleep(empty);
            return ConsumerRecords.empty();
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = fetch();
        if (found.isEmpty()) {
            kafka.advance(limit.toNanos());
            return ConsumerRecords.empty();
        }
        return new ConsumerRecords<>(found, Map.of());
    }

    // the group

    private void coordinate() {
        if (member != null && !kafka.group.knows(member)) {
            if (kafka.faults.below(3) > 0) {
                return; // no heartbeat has told yet
            }
            lose();
        }
        if (member == null) {
            joining.set(true);
            member = kafka.group.join(process, topics);
            forgets = kafka.faults.coin();
            kafka.group.rejoin(member, Set.of());
        } else if (kafka.group.mustJoin(member)) {
            if (kafka.faults.below(3) > 0) { // else the heartbeat has not told yet
                joining.set(true);
                kafka.group.rejoin(member, positions.keySet());
            }
        } else if (member.mustSync && kafka.faults.below(3) > 0) {
            sync(member);
        }
    }

    private void lose() {
        Set<TopicPartition> lost = Set.copyOf(positions.keySet());
        metadata = NOT_JOINED;
        member = null;
        if (!lost.isEmpty()) {
            kafka.trace.add(kafka.now(), process.instance, "loses", lost);
            listener.onPartitionsLost(lost);
        }
        giveUp(lost);
    }

    private void sync(SimGroup.Member known) {
        known.mustSync = false;
        metadata = SimGroup.metadata(kafka.group.generation(), known.id);
        Set<TopicPartition> assigned = known.assigned;
        Set<TopicPartition> revoked = new LinkedHashSet<>(positions.keySet());
        revoked.removeAll(assigned);
        Set<TopicPartition> added = new LinkedHashSet<>(assigned);
        added.removeAll(positions.keySet());
        kafka.trace.add(
                kafka.now(),
                process.instance,
                "is in generation " + metadata.generationId(),
                "revoked " + revoked + ", added " + added);
        if (!revoked.isEmpty()) {
            listener.onPartitionsRevoked(revoked);
            giveUp(revoked);
        }
        joining.set(false);
        added.forEach(partition -> positions.put(partition, -1L));
        listener.onPartitionsAssigned(added);
        if (!revoked.isEmpty() && kafka.group.knows(known)) {
            kafka.group.prepare();
        }
    }

    private void giveUp(Set<TopicPartition> partitions) {
        positions.keySet().removeAll(partitions);
        paused.removeAll(partitions);
        fetched.removeAll(partitions);
    }

    // records

    private Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> fetch() {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = new LinkedHashMap<>();
        int budget = 1 + kafka.faults.below(mostRecords);
        List<TopicPartition> order = new ArrayList<>(positions.keySet());
        for (int i = order.size(); i > 0 && budget > 0; i--) {
            TopicPartition partition = order.remove(kafka.faults.below(i));
            if (paused.contains(partition)) {
                continue;
            }
            List<ConsumerRecord<byte[], byte[]>> records = fetch(partition, budget);
            budget -= records.size();
            if (!records.isEmpty()) {
                found.put(partition, records);
            }
        }
        return found;
    }

    private List<ConsumerRecord<byte[], byte[]>> fetch(TopicPartition partition, int most) {
        SimLog log = kafka.log(partition);
        long position = position(partition);
        if (position < log.start() || position > log.end()) {
            throw new OffsetOutOfRangeException(Map.of(partition, position));
        }
        fetched.add(partition);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long end = log.stableEnd();
        while (position < end && records.size() < most) {
            SimLog.Entry entry = log.at(position);
            if (entry != null && entry.isVisible()) {
                records.add(new ConsumerRecord<>(
                        partition.topic(),
                        partition.partition(),
                        position,
                        entry.timestamp(),
                        TimestampType.CREATE_TIME,
                        -1,
                        -1,
                        entry.key(),
                        entry.value(),
                        entry.headers() == null ? new RecordHeaders() : entry.headers(),
                        Optional.empty()));
            }
            position++;
        }
        positions.put(partition, position);
        return records;
    }

    void close(CloseOptions options) {
        if (member != null && kafka.group.knows(member)) {
            Set<TopicPartition> owned = Set.copyOf(positions.keySet());
            if (!owned.isEmpty()) {
                listener.onPartitionsRevoked(owned);
            }
            if (process.isReachable()) {
                kafka.group.leave(member);
            }
        }
        positions.clear();
    }
}
