package io.datastream.kafka;

import io.datastream.engine.KeyedTask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One input partition: what each source that reads it makes of it, and all that its next transaction must carry.
 *
 * <p>What it gave out, and what changed in its state, is kept until the transaction that carries it is known to be
 * committed. If the transaction is aborted while the partition is still ours, the same bytes go into the next one; state
 * never goes back.
 */
final class PartitionTask {
    final TopicPartition partition;

    /** The topic that its state goes to; null if it has none. */
    final @Nullable String changelog;

    private final List<Chain> chains = new ArrayList<>();

    /** What goes to topics, in order. */
    private final List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>();

    /** Changed entries of state; null for one that is gone. */
    private final Map<EntryKey, byte @Nullable []> changes = new LinkedHashMap<>();

    private long bytes;

    /** The offset of the next record to process; -1 until restored. */
    long position = -1;

    /** Where the partition ends in bounded mode; {@link Long#MAX_VALUE} otherwise. */
    long end = Long.MAX_VALUE;

    /** How many records are still to be read, for others to see; -1 if unknown. */
    volatile long lag = -1;

    /** The position that is known to be committed; -1 for none. */
    private long committed = -1;

    /** Records before this offset are read again for the sorter only. */
    private long replayUntil = -1;

    private boolean ended;
    private boolean endCommitted;

    PartitionTask(TopicPartition partition, @Nullable String changelog) {
        this.partition = partition;
        this.changelog = changelog;
    }

    /** Another source that reads the partition, in the order of the definition. */
    void add(Chain chain) {
        chains.add(chain);
    }

    List<Chain> chains() {
        return chains;
    }

    boolean isReady() {
        return position >= 0;
    }

    /** The task that keeps the state of a step, or null. */
    @Nullable
    KeyedTask keeperOf(String step) {
        for (Chain chain : chains) {
            for (KeyedTask task : chain.keyed) {
                if (task.statefulSteps().contains(step)) {
                    return task;
                }
            }
        }
        return null;
    }

    /** Goes on from a commit, after the entries of state have been taken back. Returns where to read from. */
    long restored(long from, OffsetMeta meta, boolean wasCommitted) {
        int before = meta.sources().size();
        if (before != 0 && before != chains.size()) {
            throw new IllegalStateException("offset of " + partition + ": " + chains.size()
                    + " sources read the topic (expected: " + before
                    + ", as at the last commit; to change that, start under another pipeline name)");
        }
        for (int i = 0; i < chains.size(); i++) {
            chains.get(i).restore(meta.source(i), meta.ended());
        }
        ended = meta.ended();
        endCommitted = meta.ended();
        position = from;
        committed = wasCommitted ? from : -1;
        if (meta.rewind() < from && !meta.ended()) {
            replayUntil = from;
            chains.forEach(chain -> chain.replaying(true));
            return meta.rewind();
        }
        return from;
    }

    /** Processes records, then all that is due by the watermark they leave. */
    void process(List<ConsumerRecord<byte[], byte[]>> records, long nextPosition) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.offset() >= end) {
                break;
            }
            if (replayUntil >= 0 && record.offset() >= replayUntil) {
                endReplay();
            }
            for (Chain chain : chains) {
                chain.process(record);
            }
        }
        if (replayUntil >= 0 && nextPosition >= replayUntil) {
            endReplay();
        }
        position = Math.max(position, Math.min(nextPosition, end));
        if (replayUntil < 0 && !records.isEmpty()) {
            chains.forEach(Chain::advance);
        }
    }

    private void endReplay() {
        replayUntil = -1;
        chains.forEach(chain -> chain.replaying(false));
    }

    /** Ends the partition if it has been read to its end in bounded mode. */
    void endIfReached() {
        if (isReady() && replayUntil < 0 && position >= end && !ended) {
            ended = true;
            for (Chain chain : chains) {
                chain.source.end();
                chain.advance();
            }
        }
    }

    boolean isEnded() {
        return ended;
    }

    void output(ProducerRecord<byte[], byte[]> record) {
        outputs.add(record);
        bytes += 64 + (record.value() == null ? 0 : record.value().length);
    }

    /** Roughly how much memory waits for a commit. */
    long retainedBytes() {
        return bytes;
    }

    /** Whether there is something to commit. */
    boolean hasProgress() {
        return isReady()
                && !isReplaying()
                && (position != committed || !outputs.isEmpty() || !changes.isEmpty() || (ended && !endCommitted));
    }

    boolean isFinished() {
        return isReady() && ended && endCommitted;
    }

    /** Takes what has changed in the state into what the next transaction carries. */
    void collectChanges() {
        for (Chain chain : chains) {
            for (KeyedTask task : chain.keyed) {
                task.changes((step, key, part, value) -> {
                    changes.put(new EntryKey(new ChangelogKey(step, key, part).encode()), value);
                    bytes += 64 + (value == null ? 0 : value.length);
                });
            }
        }
    }

    List<ProducerRecord<byte[], byte[]>> outputs() {
        return outputs;
    }

    Map<EntryKey, byte @Nullable []> changes() {
        return changes;
    }

    OffsetAndMetadata offset(String owner) {
        long rewind = position;
        for (Chain chain : chains) {
            rewind = Math.min(rewind, chain.oldestWaiting());
        }
        List<OffsetMeta.Progress> progress =
                chains.stream().map(Chain::progress).toList();
        OffsetMeta meta = new OffsetMeta(progress, rewind, ended, owner);
        return new OffsetAndMetadata(position, Optional.empty(), meta.encode());
    }

    /** Whether a replay is under way, during which nothing is committed. */
    boolean isReplaying() {
        return replayUntil >= 0;
    }

    /** The transaction that carried all this up to a position was committed. */
    void committed(long upTo, boolean withEnd) {
        outputs.clear();
        changes.clear();
        bytes = 0;
        committed = upTo;
        endCommitted |= withEnd;
    }

    void close() {
        chains.forEach(Chain::close);
    }
}
