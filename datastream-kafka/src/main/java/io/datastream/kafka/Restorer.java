package io.datastream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings partitions that were just assigned to where their last commit left them, a little in each turn of the worker's
 * loop, so that the others go on meanwhile.
 *
 * <p>The order matters. First the committed position, which the broker gives only when no transaction is pending for it;
 * then the end of the changelog as its high watermark, which includes what an open transaction may hide; then the
 * changelog up to there. A transaction that a dead owner left open is ended by fencing that owner.
 */
final class Restorer {
    private static final Logger LOG = LoggerFactory.getLogger(Restorer.class);
    private static final long FENCE_AFTER = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long TELL_EVERY = TimeUnit.SECONDS.toNanos(10);
    private static final long NO_PROGRESS_LIMIT = TimeUnit.MINUTES.toNanos(3);

    private final String transactionalId;
    private final Broker broker;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Restore> restores = new LinkedHashMap<>();

    /** What a restored partition goes on from. */
    interface Ready {
        /**
         * Finds out what is needed to go on, before the partition gets its state.
         *
         * @throws Broker.NotNowException if the broker does not tell now
         */
        void prepare(PartitionTask task, boolean wasCommitted);

        /** The partition's state is back. */
        void on(PartitionTask task, long position, OffsetMeta meta, boolean wasCommitted);
    }

    private static final class Restore {
        final PartitionTask task;
        final TopicPartition changelog;
        String owner = "";

        @Nullable
        OffsetAndMetadata committed;

        boolean positionKnown;
        long highWatermark = -1;
        long restored;
        long since;
        long asked;
        long told;
        boolean fenced;
        private final Map<EntryKey, byte @Nullable []> entries = new LinkedHashMap<>();

        Map<EntryKey, byte @Nullable []> entries() {
            return entries;
        }

        void startOver() {
            positionKnown = false;
            highWatermark = -1;
            restored = 0;
            entries.clear();
        }

        Restore(PartitionTask task, long now) {
            this.task = task;
            this.since = now;
            this.asked = now;
            this.told = now;
            this.changelog = new TopicPartition(
                    task.changelog == null ? task.partition.topic() : task.changelog, task.partition.partition());
        }
    }

    Restorer(Broker broker, String transactionalId, String clientId) {
        this.broker = broker;
        this.transactionalId = transactionalId;
        this.consumer = broker.reader(clientId);
    }

    void add(PartitionTask task) {
        restores.put(task.partition, new Restore(task, broker.nanoTime()));
    }

    void drop(TopicPartition partition) {
        Restore dropped = restores.remove(partition);
        if (dropped != null) {
            assign();
        }
    }

    boolean isIdle() {
        return restores.isEmpty();
    }

    /** What is being restored, in words. */
    List<String> progress() {
        List<String> words = new ArrayList<>();
        restores.values()
                .forEach(restore -> words.add("restoring " + restore.task.partition + ": "
                        + (restore.highWatermark < 0
                                ? "waits for its committed position"
                                : restore.restored + " of " + restore.highWatermark + " changelog records")));
        return words;
    }

    /** One turn. */
    void step(Ready ready) {
        try {
            turn(ready);
        } catch (Broker.NotNowException e) {
            LOG.debug("restore goes on later", e);
        }
    }

    private void turn(Ready ready) {
        for (Restore restore : List.copyOf(restores.values())) {
            if (!restore.positionKnown && !findPosition(restore)) {
                continue;
            }
            if (restore.task.changelog == null) {
                finish(restore, ready);
            } else if (restore.highWatermark < 0) {
                findEnd(restore);
            }
        }
        if (!consumer.assignment().isEmpty()) {
            read(ready);
        }
    }

    private boolean findPosition(Restore restore) {
        TopicPartition partition = restore.task.partition;
        OffsetAndMetadata last = offsets(partition, false);
        restore.owner = last == null
                ? ""
                : OffsetMeta.decode(partition.toString(), last.offset(), last.metadata())
                        .owner();
        try {
            restore.committed = offsets(partition, true);
            restore.positionKnown = true;
            return true;
        } catch (Broker.NotNowException e) {
            // a transaction that is just being completed needs no help
            boolean isLate = broker.nanoTime() - restore.since > FENCE_AFTER;
            if (!(isLate && fenceDeadOwner(restore))) {
                throwIfStuck(restore, "its committed position is not told: " + KafkaErrors.words(e));
            }
            return false;
        }
    }

    private @Nullable OffsetAndMetadata offsets(TopicPartition partition, boolean stable) {
        return broker.offsets(List.of(partition), stable).get(partition);
    }

    private void findEnd(Restore restore) {
        long highWatermark = broker.end(restore.changelog);
        restore.highWatermark = highWatermark;
        assign();
        consumer.seekToBeginning(List.of(restore.changelog));
    }

    private void assign() {
        Set<TopicPartition> wanted = new HashSet<>();
        restores.values().forEach(restore -> {
            if (restore.highWatermark >= 0) {
                wanted.add(restore.changelog);
            }
        });
        consumer.assign(wanted);
    }

    private void read(Ready ready) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(20))) {
            for (Restore restore : restores.values()) {
                if (restore.changelog.partition() == record.partition()
                        && restore.changelog.topic().equals(record.topic())) {
                    take(restore, record);
                }
            }
        }
        for (Restore restore : List.copyOf(restores.values())) {
            if (restore.highWatermark < 0) {
                continue;
            }
            long position = position(restore.changelog);
            if (position > restore.restored) {
                restore.restored = position;
                restore.since = broker.nanoTime();
            }
            if (position >= restore.highWatermark) {
                finish(restore, ready);
            } else if (broker.nanoTime() - restore.since > FENCE_AFTER
                    && !(isHeld(restore, position) && fenceDeadOwner(restore))) {
                throwIfStuck(
                        restore, "its changelog cannot be read beyond " + position + " of " + restore.highWatermark);
            }
        }
    }

    /** Where the changelog is read on; 0 while that is not known, since it is not asked for long. */
    private long position(TopicPartition changelog) {
        try {
            return consumer.position(changelog, Duration.ZERO);
        } catch (TimeoutException e) {
            LOG.trace("{}: its position is not known yet", changelog, e);
            return 0;
        }
    }

    /**
     * Whether an open transaction keeps the changelog from being read on, and not just a slow machine: asked now and then
     * for a restore that stands still, since the owner may be alive and would have to begin its transaction anew.
     */
    private boolean isHeld(Restore restore, long position) {
        if (restore.fenced || broker.nanoTime() - restore.asked < FENCE_AFTER) {
            return false;
        }
        restore.asked = broker.nanoTime();
        try {
            // to a reader of what is committed, the last stable offset is the end
            Long stableEnd = consumer.endOffsets(List.of(restore.changelog)).get(restore.changelog);
            return stableEnd != null && stableEnd <= position;
        } catch (TimeoutException e) {
            LOG.debug("{}: the last stable offset is not known now", restore.changelog, e);
            return false;
        }
    }

    /** The newest entry of a part wins, so entries are gathered before they are handed to the tasks. */
    private void take(Restore restore, ConsumerRecord<byte[], byte[]> record) {
        restore.entries().put(new EntryKey(record.key()), record.value());
    }

    /** Ends the transaction that an earlier owner left open. Returns whether that was tried just now. */
    private boolean fenceDeadOwner(Restore restore) {
        if (restore.fenced || restore.owner.isEmpty() || restore.owner.equals(transactionalId)) {
            return false;
        }
        restore.fenced = true;
        LOG.info("{}: its last owner {} left a transaction open and is fenced", restore.task.partition, restore.owner);
        try {
            broker.fence(restore.owner);
        } catch (Broker.NotNowException | AuthorizationException e) {
            LOG.warn(
                    "{}: {} could not be fenced, its transaction will time out",
                    restore.task.partition,
                    restore.owner,
                    e);
        }
        return true;
    }

    private void throwIfStuck(Restore restore, String why) {
        long now = broker.nanoTime();
        if (now - restore.since > TELL_EVERY && now - restore.told > TELL_EVERY) {
            restore.told = now;
            LOG.warn(
                    "restore of {} waits for {} s: {}; its last owner is {}",
                    restore.task.partition,
                    TimeUnit.NANOSECONDS.toSeconds(now - restore.since),
                    why,
                    restore.owner.isEmpty() ? "unknown" : restore.owner);
        }
        if (now - restore.since > NO_PROGRESS_LIMIT) {
            throw new IllegalStateException("restore of " + restore.task.partition + ": " + why
                    + " for three minutes (expected: progress; a transaction may hang on the broker)");
        }
    }

    private void finish(Restore restore, Ready ready) {
        if (!Objects.equals(offsets(restore.task.partition, false), restore.committed)) {
            restore.startOver(); // another one goes on with the partition, and its state must not meet an old position
            assign();
            return;
        }
        ready.prepare(restore.task, restore.committed != null);
        restores.remove(restore.task.partition);
        assign();
        PartitionTask task = restore.task;
        Map<ChangelogKey, byte[]> entries = new LinkedHashMap<>();
        restore.entries().forEach((key, value) -> {
            if (value != null) {
                entries.put(ChangelogKey.decode(key.bytes()), value);
            }
        });
        OffsetAndMetadata committed = restore.committed;
        if (committed == null) {
            if (!entries.isEmpty()) {
                throw new EditedPipelineException("state of " + task.partition + ": there are " + entries.size()
                        + " entries, but the group has no position (expected: both; the broker forgets positions of a"
                        + " group that was away for offsets.retention.minutes: reset the pipeline, or start under another"
                        + " name)");
            }
            ready.on(task, -1, OffsetMeta.fresh(-1), false);
        } else {
            task.takeState(entries);
            ready.on(
                    task,
                    committed.offset(),
                    OffsetMeta.decode(task.partition.toString(), committed.offset(), committed.metadata()),
                    true);
        }
    }

    void close(Duration limit) {
        restores.clear();
        consumer.close(CloseOptions.timeout(limit));
    }
}
