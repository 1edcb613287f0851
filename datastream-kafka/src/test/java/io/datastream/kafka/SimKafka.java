package io.datastream.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka of one broker in memory, with a clock of its own: partitions, a group with its positions, and transactions.
 * Nothing happens in it but when the clock is moved on.
 *
 * <p>It watches the positions that are committed: none may go back, and for each partition the count of commits that is
 * told with it must go up by one each time. So two owners, or one that sends again what was committed, are found at once.
 */
final class SimKafka {
    static final long MILLI = 1_000_000L;

    final SimTrace trace = new SimTrace();
    final SimFaults faults;
    final SimCoordinator transactions;
    final SimGroup group;
    final SimCounts counts = new SimCounts();

    /** When someone was last told that a transaction holds a position. */
    long lastHeld;

    private final Map<TopicPartition, SimLog> logs = new LinkedHashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now = 1_000 * MILLI;
    private long sequence;

    private record Event(long time, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return time != other.time ? Long.compare(time, other.time) : Long.compare(number, other.number);
        }
    }

    SimKafka(SimFaults faults) {
        this.faults = faults;
        this.transactions = new SimCoordinator(this);
        this.group = new SimGroup(this);
        every(500 * MILLI, transactions::tick);
        every(500 * MILLI, group::tick);
    }

    // time

    long now() {
        return now;
    }

    void in(long nanos, Runnable action) {
        events.add(new Event(now + nanos, sequence++, action));
    }

    private void every(long nanos, Runnable action) {
        in(nanos, () -> {
            action.run();
            every(nanos, action);
        });
    }

    /** Moves the clock on, and lets happen what is due. */
    void advance(long nanos) {
        long until = now + nanos;
        while (!events.isEmpty() && events.element().time <= until) {
            Event event = events.remove();
            now = Math.max(now, event.time);
            event.action.run();
        }
        now = Math.max(now, until);
    }

    // topics

    void create(String topic, int partitions) {
        for (int i = 0; i < partitions; i++) {
            TopicPartition partition = new TopicPartition(topic, i);
            logs.put(partition, new SimLog(partition));
        }
    }

    SimLog log(TopicPartition partition) {
        SimLog log = logs.get(partition);
        if (log == null) {
            throw new IllegalStateException("there is no " + partition);
        }
        return log;
    }

    List<SimLog> logs(String topic) {
        return logs.values().stream()
                .filter(log -> log.partition.topic().equals(topic))
                .toList();
    }

    Collection<SimLog> logs() {
        return logs.values();
    }

    int partitions(String topic) {
        return logs(topic).size();
    }

    Set<TopicPartition> partitionsOf(Collection<String> topics) {
        Set<TopicPartition> all = new LinkedHashSet<>();
        logs.keySet().stream()
                .filter(partition -> topics.contains(partition.topic()))
                .forEach(all::add);
        return all;
    }

    // positions

    @Nullable
    OffsetAndMetadata committed(TopicPartition partition) {
        return committed.get(partition);
    }

    /** A position of a transaction that was committed. */
    void apply(TopicPartition partition, OffsetAndMetadata next, String who) {
        OffsetAndMetadata before = committed.put(partition, next);
        trace.add(now, "broker", "position of " + partition + " by " + who, next.offset() + " " + next.metadata());
        counts.positions++;
        OffsetMeta meta = OffsetMeta.decode(partition.toString(), next.offset(), next.metadata());
        OffsetMeta last = before == null
                ? OffsetMeta.fresh(0)
                : OffsetMeta.decode(partition.toString(), before.offset(), before.metadata());
        if (before != null && next.offset() < before.offset()) {
            throw new AssertionError("position of " + partition + " goes back from " + before + " to " + next);
        }
        if (meta.commits() != last.commits() + 1) {
            throw new AssertionError("two have committed " + partition + ": after " + before + " came " + next);
        }
    }

    /** What a transaction writes where: for the message of a failure. */
    List<String> openTransactions() {
        List<String> all = new ArrayList<>();
        for (SimLog log : logs.values()) {
            if (log.stableEnd() < log.end()) {
                all.add(log.partition + " is stable to " + log.stableEnd() + " of " + log.end());
            }
        }
        return all;
    }
}
