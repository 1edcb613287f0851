package io.datastream.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** One partition on the simulated broker. Markers of transactions take offsets, as Kafka's do. */
final class SimLog {
    final TopicPartition partition;
    private final List<@Nullable Entry> entries = new ArrayList<>();

    /** The first offset of each transaction that has no marker here yet. */
    private final Map<SimTransaction, Long> open = new LinkedHashMap<>();

    private long start;

    /** A record, or the marker of a transaction. */
    @SuppressWarnings("ArrayRecordComponent")
    record Entry(
            byte @Nullable [] key,
            byte @Nullable [] value,
            long timestamp,
            @Nullable Headers headers,
            @Nullable SimTransaction transaction,
            boolean isMarker) {
        boolean isVisible() {
            return !isMarker && (transaction == null || transaction.state == SimTransaction.State.COMMITTED);
        }
    }

    SimLog(TopicPartition partition) {
        this.partition = partition;
    }

    /** The offset of the first record that is kept. */
    long start() {
        return start;
    }

    /** The high watermark. */
    long end() {
        return entries.size();
    }

    /** The last stable offset: what lies before it is decided. */
    long stableEnd() {
        return open.isEmpty() ? end() : open.values().iterator().next();
    }

    void append(Entry entry) {
        SimTransaction transaction = entry.transaction;
        if (transaction != null && transaction.logs.add(this)) {
            open.put(transaction, end());
        }
        entries.add(entry);
    }

    /** Writes the marker of a decided transaction. */
    void end(SimTransaction transaction) {
        if (transaction.logs.remove(this)) {
            open.remove(transaction);
            entries.add(new Entry(null, null, 0, null, transaction, true));
        }
    }

    /** The entry, or null if it was compacted away. */
    @Nullable
    Entry at(long offset) {
        return entries.get((int) offset);
    }

    void deleteBefore(long offset) {
        start = Math.max(start, Math.min(offset, end()));
    }

    /** Keeps only the newest stable record of each key. */
    void compact() {
        Set<ByteBuffer> seen = new HashSet<>();
        for (int i = (int) stableEnd() - 1; i >= start; i--) {
            Entry entry = entries.get(i);
            if (entry != null && !entry.isMarker && entry.key != null) {
                if (!entry.isVisible() || !seen.add(ByteBuffer.wrap(entry.key))) {
                    entries.set(i, null);
                }
            }
        }
    }

    /** All records that a reader of committed records sees. */
    List<Entry> committed() {
        List<Entry> all = new ArrayList<>();
        for (long i = start; i < stableEnd(); i++) {
            Entry entry = at(i);
            if (entry != null && entry.isVisible()) {
                all.add(entry);
            }
        }
        return all;
    }
}
