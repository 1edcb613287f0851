package io.datastream.kafka;

import io.datastream.engine.KeyedTask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * One partition of an input topic or of an exchange: what its readers make of it, and all that its next transaction must
 * carry.
 *
 * <p>What it gave out, and what changed in its state, is kept until the transaction that carries it is known to be
 * committed. If the transaction is aborted while the partition is still ours, the same bytes go into the next one; state
 * never goes back.
 */
final class PartitionTask {
    final TopicPartition partition;
    private final WorkerHost host;

    /** The topic that its state goes to; null if it has none. */
    final @Nullable String changelog;

    /** Those of sources, in the order of the definition; none for a partition of an exchange. */
    private final List<SourceChain> sources = new ArrayList<>();

    private final List<Chain> chains = new ArrayList<>();

    /** The writers that write for this partition alone, whose snapshots are part of its state. */
    private final List<SinkTarget> sinks = new ArrayList<>();

    private @Nullable ExchangeChain exchange;

    /** What goes to topics, in order. */
    private final List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>();

    /** Changed entries of state; null for one that is gone. */
    private final Map<EntryKey, byte @Nullable []> changes = new LinkedHashMap<>();

    private long bytes;

    /** The marks of the last commit, until they are taken back. */
    private byte @Nullable [] marks;

    /** Whether what the state is made by is among what was stored, or will be. */
    private boolean shapesStored;

    /** The offset of the next record to process; -1 until restored. */
    long position = -1;

    /** Where the partition ends in bounded mode; {@link Long#MAX_VALUE} otherwise. */
    long end = Long.MAX_VALUE;

    /** How many records are still to be read, for others to see; -1 if unknown. */
    volatile long lag = -1;

    /** The position at the last look, and since when it has been that. */
    private long seen = -1;

    private long seenSince;

    /** The position that is known to be committed; -1 for none. */
    private long committed = -1;

    /** Records before this offset are read again for the sorter only. */
    private long replayUntil = -1;

    private boolean ended;
    private boolean endCommitted;

    /** How many commits there were, so that no two of them say the same. */
    private long commits;

    /** Where it is read again from after the last commit. */
    private long committedRewind = -1;

    PartitionTask(WorkerHost host, TopicPartition partition, @Nullable String changelog) {
        this.host = host;
        this.partition = partition;
        this.changelog = changelog;
    }

    /** Another source that reads the partition, in the order of the definition. */
    void add(SourceChain chain) {
        sources.add(chain);
        chains.add(chain);
    }

    /** The stage that reads the partition of its exchange. */
    void add(ExchangeChain chain) {
        exchange = chain;
        chains.add(chain);
    }

    /** Writers of its own. */
    void add(Collection<SinkTarget> writers) {
        sinks.addAll(writers);
    }

    List<Chain> chains() {
        return chains;
    }

    List<SourceChain> sources() {
        return sources;
    }

    boolean isExchange() {
        return exchange != null;
    }

    /** The stage that reads the partition of its exchange; null for a partition of an input topic. */
    @Nullable
    ExchangeChain exchange() {
        return exchange;
    }

    boolean isReady() {
        return position >= 0;
    }

    /**
     * Takes entries of state back.
     *
     * @throws EditedPipelineException if they were made by another definition
     */
    void takeState(Map<ChangelogKey, byte[]> entries) {
        List<String> forgotten = host.settings().forgotten;
        Map<String, KeyedTask> keepers = new HashMap<>();
        for (Chain chain : chains) {
            for (KeyedTask task : chain.keyed) {
                task.statefulSteps().forEach(step -> keepers.put(step, task));
            }
        }
        entries.forEach((key, value) -> {
            if (key.equals(ChangelogKey.SHAPES)) {
                Map<String, String> stored = Shapes.decode(value);
                Shapes.check(partition.toString(), stored, shapes(), forgotten);
                shapesStored = stored.equals(shapes());
            } else if (key.equals(ChangelogKey.MARKS)) {
                marks = value;
            }
        });
        Map<String, SortedMap<Long, byte[]>> snapshots = new HashMap<>();
        sinks.forEach(sink -> snapshots.put(sink.step(), new TreeMap<>()));
        entries.forEach((key, value) -> {
            SortedMap<Long, byte[]> snapshot = snapshots.get(key.step());
            if (snapshot != null) {
                snapshot.put(key.part(), value);
            } else if (forgotten.contains(key.step())) {
                change(key, null);
            } else if (!key.step().isEmpty()) {
                KeyedTask keeper = keepers.get(key.step());
                if (keeper == null) {
                    throw new EditedPipelineException("state of " + partition + ": step \"" + key.step()
                            + "\" is not in the pipeline (expected: one of " + keepers.keySet() + ")");
                }
                keeper.restore(key.step(), key.key(), key.part(), value);
            }
        });
        for (SinkTarget sink : sinks) {
            SortedMap<Long, byte[]> snapshot = Objects.requireNonNull(snapshots.get(sink.step()));
            if (!snapshot.isEmpty()) {
                sink.restore(snapshot);
            }
        }
    }

    private Map<String, String> shapes() {
        return Shapes.of(
                host.plan(),
                chains.stream().flatMap(chain -> chain.keyed.stream()).toList());
    }

    /** Goes on from a commit, after the entries of state have been taken back. Returns where to read from. */
    long restored(long from, OffsetMeta meta, boolean wasCommitted) {
        int before = meta.sources().size();
        if (before != 0 && before != sources.size()) {
            throw new IllegalStateException("offset of " + partition + ": " + sources.size()
                    + " sources read the topic (expected: " + before
                    + ", as at the last commit; to change that, start under another pipeline name)");
        }
        for (int i = 0; i < sources.size(); i++) {
            sources.get(i).restore(meta.source(i), meta.ended());
        }
        if (exchange != null) {
            exchange.restore(marks);
            marks = null;
        }
        sinks.forEach(SinkTarget::ready);
        commits = meta.commits();
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

    /** Ends the partition if it has been read to its end in bounded mode, or all that feed it have ended. */
    void endIfReached() {
        if (!isReady() || replayUntil >= 0 || ended) {
            return;
        }
        if (exchange != null) {
            ended = exchange.isEnded();
        } else if (position >= end) {
            ended = true;
            sources.forEach(SourceChain::end);
        }
    }

    boolean isEnded() {
        return ended;
    }

    /** For how long nothing has been read, as far as looks tell. */
    long quietAt(long now) {
        if (position != seen) {
            seen = position;
            seenSince = now;
        }
        return now - seenSince;
    }

    void output(ProducerRecord<byte[], byte[]> record) {
        outputs.add(record);
        bytes += 64 + (record.value() == null ? 0 : record.value().length);
        for (Header header : record.headers().toArray()) { // which makes nothing where there are none
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
    }

    /** Roughly how much memory waits for a commit. */
    long retainedBytes() {
        return bytes;
    }

    /** Whether there is something to commit. */
    boolean hasProgress() {
        return isReady()
                && !isReplaying()
                && (position != committed
                        || !outputs.isEmpty()
                        || !changes.isEmpty()
                        || sinks.stream().anyMatch(SinkTarget::hasChanged)
                        || (ended && !endCommitted)
                        || hasMark());
    }

    private boolean hasMark() {
        for (Chain chain : chains) {
            for (ExchangeWriter writer : chain.exchanges) {
                if (writer.hasMark()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether there is a proof that the partition is idle which is not known to be committed. */
    boolean isProvingIdle() {
        for (Chain chain : chains) {
            for (ExchangeWriter writer : chain.exchanges) {
                if (writer.isProving()) {
                    return true;
                }
            }
        }
        return false;
    }

    boolean isFinished() {
        return isReady() && ended && endCommitted;
    }

    /** Takes what has changed in the state, and rows of packs that are not full, into what the next transaction carries. */
    void collectChanges() {
        for (Chain chain : chains) {
            for (KeyedTask task : chain.keyed) {
                task.changes((step, key, part, value) -> change(new ChangelogKey(step, key, part), value));
            }
            chain.exchanges.forEach(ExchangeWriter::flush);
        }
        for (SinkTarget sink : sinks) {
            sink.changes((part, value) -> change(new ChangelogKey(sink.step(), new byte[0], part), value));
        }
        byte[] changed = exchange == null ? null : exchange.changedMarks();
        if (changed != null) {
            change(ChangelogKey.MARKS, changed);
        }
        if (!shapesStored && !changes.isEmpty()) {
            shapesStored = true;
            change(ChangelogKey.SHAPES, Shapes.encode(shapes()));
        }
    }

    private void change(ChangelogKey key, byte @Nullable [] value) {
        changes.put(new EntryKey(key.encode()), value);
        bytes += 64 + (value == null ? 0 : value.length);
    }

    /** Adds how far the tasks have come to the marks of a transaction, by exchange. */
    void tellMarks(Map<String, List<Mark>> marks) {
        for (Chain chain : chains) {
            chain.exchanges.forEach(writer -> writer.tell(marks));
        }
    }

    List<ProducerRecord<byte[], byte[]>> outputs() {
        return outputs;
    }

    Map<EntryKey, byte @Nullable []> changes() {
        return changes;
    }

    /** What the next transaction says of the position. */
    Attempt attempt(String owner) {
        long rewind = position;
        for (Chain chain : chains) {
            rewind = Math.min(rewind, chain.oldestWaiting());
        }
        List<OffsetMeta.Progress> progress =
                sources.stream().map(SourceChain::progress).toList();
        OffsetMeta meta = new OffsetMeta(progress, rewind, ended, commits + 1, owner);
        return new Attempt(this, new OffsetAndMetadata(position, Optional.empty(), meta.encode()), rewind, ended);
    }

    /** A position that is to be committed. */
    record Attempt(PartitionTask task, OffsetAndMetadata offset, long rewind, boolean ended) {
        void succeeded() {
            task.committed(this);
        }
    }

    /** Whether a replay is under way, during which nothing is committed. */
    boolean isReplaying() {
        return replayUntil >= 0;
    }

    private void committed(Attempt attempt) {
        outputs.clear();
        changes.clear();
        bytes = 0;
        commits++;
        committed = attempt.offset().offset();
        committedRewind = attempt.rewind();
        endCommitted |= attempt.ended();
        sinks.forEach(SinkTarget::committed);
        for (Chain chain : chains) {
            chain.exchanges.forEach(ExchangeWriter::committed);
        }
    }

    /** Records before this offset are not needed any more; -1 if that is not known. */
    long committedRewind() {
        return committedRewind;
    }

    /** How many commits of the partition are known. */
    long commits() {
        return commits;
    }

    void close() {
        chains.forEach(Chain::close);
    }
}
