package io.datastream.kafka;

import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.engine.KeyedTask;
import io.datastream.engine.SourceTask;
import io.datastream.source.TopicSource;
import io.datastream.time.EventTime;
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
 * One input partition: the source task and the keyed tasks that it feeds, and all that its next transaction must carry.
 *
 * <p>What it gave out, and what changed in its state, is kept until the transaction that carries it is known to be
 * committed. If the transaction is aborted while the partition is still ours, the same bytes go into the next one; state
 * never goes back.
 */
final class PartitionTask {
    final TopicPartition partition;
    final SourceTask source;
    final List<KeyedTask> keyed;
    final @Nullable String changelog;
    private final Decoder<?> decoder;

    /** What goes to topics, in order. */
    private final List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>();

    /** Changed entries of state; null for one that is gone. */
    private final Map<EntryKey, byte @Nullable []> changes = new LinkedHashMap<>();

    private long bytes;

    /** The offset of the next record to process; -1 until restored. */
    long position = -1;

    /** The position that is known to be committed; -1 for none. */
    long committed = -1;

    /** Where the partition ends in bounded mode; {@link Long#MAX_VALUE} otherwise. */
    long end = Long.MAX_VALUE;

    /** Records before this offset are read again for the sorter only. */
    private long replayUntil = -1;

    private boolean endCommitted;

    PartitionTask(
            TopicPartition partition,
            SourceTask source,
            List<KeyedTask> keyed,
            TopicSource<?> topic,
            @Nullable String changelog) {
        this.partition = partition;
        this.source = source;
        this.keyed = keyed;
        this.decoder = topic.decoder();
        this.changelog = changelog;
    }

    boolean isReady() {
        return position >= 0;
    }

    /** Goes on from a commit, after the entries of state have been taken back. Returns where to read from. */
    long restored(long from, OffsetMeta meta, boolean wasCommitted) {
        source.restore(meta.highestTime());
        if (meta.ended()) {
            source.end();
            endCommitted = true;
        }
        for (KeyedTask task : keyed) {
            task.restored(source.watermark(), null);
        }
        position = from;
        committed = wasCommitted ? from : -1;
        if (meta.rewind() < from && !meta.ended()) {
            replayUntil = from;
            replaying(true);
            return meta.rewind();
        }
        return from;
    }

    private void replaying(boolean replaying) {
        source.replaying(replaying);
        keyed.forEach(task -> task.replaying(replaying));
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
            process(record);
        }
        if (replayUntil >= 0 && nextPosition >= replayUntil) {
            endReplay();
        }
        position = Math.max(position, Math.min(nextPosition, end));
        advance();
    }

    private void endReplay() {
        replayUntil = -1;
        replaying(false);
    }

    private void process(ConsumerRecord<byte[], byte[]> record) {
        long logTime = EventTime.ofMillis(Math.max(0, record.timestamp()));
        byte[] raw = record.value();
        Object value;
        try {
            if (raw == null) {
                throw new CodecException("value: null (expected: a value; a tombstone has none)");
            }
            value = decoder.decode(raw);
        } catch (CodecException e) {
            source.malformed(record.offset(), logTime, e, raw);
            return;
        }
        source.record(record.offset(), logTime, value, raw);
    }

    /** Ends the partition if it has been read to its end in bounded mode. */
    void endIfReached() {
        if (isReady() && replayUntil < 0 && position >= end && !source.isEnded()) {
            source.end();
            advance();
        }
    }

    /** Moves the watermark on without a record. */
    void advanceTo(long watermark) {
        for (KeyedTask task : keyed) {
            task.watermark(source.origin(), watermark);
            task.advance();
        }
    }

    private void advance() {
        if (replayUntil < 0) {
            advanceTo(source.watermark());
        }
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
                && (position != committed || !outputs.isEmpty() || (source.isEnded() && !endCommitted));
    }

    boolean isFinished() {
        return isReady() && source.isEnded() && endCommitted;
    }

    /** Takes what has changed in the state into what the next transaction carries. */
    void collectChanges() {
        for (KeyedTask task : keyed) {
            task.changes((step, key, part, value) -> {
                changes.put(new EntryKey(new ChangelogKey(step, key, part).encode()), value);
                bytes += 64 + (value == null ? 0 : value.length);
            });
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
        for (KeyedTask task : keyed) {
            rewind = Math.min(rewind, task.oldestWaiting(source.origin()));
        }
        OffsetMeta meta = new OffsetMeta(source.highestTime(), rewind, source.isEnded(), owner);
        return new OffsetAndMetadata(position, Optional.empty(), meta.encode());
    }

    /** Whether a replay is under way, during which nothing is committed. */
    boolean isReplaying() {
        return replayUntil >= 0;
    }

    /** The transaction that carried all this up to a position was committed. */
    void committed(long upTo, boolean ended) {
        outputs.clear();
        changes.clear();
        bytes = 0;
        committed = upTo;
        endCommitted |= ended;
    }

    void close() {
        source.close();
        keyed.forEach(KeyedTask::close);
    }
}
