package io.datastream.engine;

import io.datastream.aggregate.Aggregation;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The records of a sliding window, each as an accumulator, and their merge without taking anything away: two stacks
 * (Tangwongsan, Hirzel, Schneider, VLDB Journal 2021). The front holds for each record the merge of it and all after it
 * in the front; the back the newer records as they are, and the merge of them all. When the front runs empty, the back
 * becomes the front. At most two merges a result, and two a record on average.
 */
final class RecordQueue {
    /** A time and an accumulator. */
    private record Entry(long time, Object accumulator) {}

    private ArrayDeque<Entry> front = new ArrayDeque<>();
    private ArrayDeque<Entry> back = new ArrayDeque<>();
    private @Nullable Object backMerged;

    /** Records taken so far. */
    long seen;

    int size() {
        return front.size() + back.size();
    }

    long oldestTime() {
        return (front.isEmpty() ? back : front).getFirst().time();
    }

    void add(long time, Object accumulator, Aggregation<Object, Object, Object> aggregation) {
        back.addLast(new Entry(time, accumulator));
        Object merged = backMerged;
        if (merged == null) {
            merged = aggregation.create();
            backMerged = merged;
        }
        aggregation.merge(merged, accumulator);
    }

    void removeOldest(Aggregation<Object, Object, Object> aggregation) {
        if (front.isEmpty()) {
            Object later = null;
            for (Iterator<Entry> newestFirst = back.descendingIterator(); newestFirst.hasNext(); ) {
                Entry entry = newestFirst.next();
                if (later != null) {
                    aggregation.merge(entry.accumulator(), later);
                }
                later = entry.accumulator();
            }
            ArrayDeque<Entry> emptied = front;
            front = back;
            back = emptied;
            backMerged = null;
        }
        front.removeFirst();
    }

    Object merged(Aggregation<Object, Object, Object> aggregation) {
        Object result = aggregation.create();
        if (!front.isEmpty()) {
            aggregation.merge(result, front.getFirst().accumulator());
        }
        if (backMerged != null) {
            aggregation.merge(result, backMerged);
        }
        return result;
    }

    /** Stores a queue as it is, so that merges go on in the same order. */
    static final class Stored implements StateCodec<RecordQueue> {
        private static final long serialVersionUID = 1L;

        private final StateCodec<Object> accumulators;

        Stored(StateCodec<Object> accumulators) {
            this.accumulators = accumulators;
        }

        @Override
        public int version() {
            return accumulators.version();
        }

        @Override
        public void write(RecordQueue queue, DataOutput out) throws IOException {
            out.writeLong(queue.seen);
            write(queue.front, out);
            write(queue.back, out);
            Object merged = queue.backMerged;
            out.writeBoolean(merged != null);
            if (merged != null) {
                accumulators.write(merged, out);
            }
        }

        private void write(ArrayDeque<Entry> entries, DataOutput out) throws IOException {
            out.writeInt(entries.size());
            for (Entry entry : entries) {
                out.writeLong(entry.time());
                accumulators.write(entry.accumulator(), out);
            }
        }

        @Override
        public RecordQueue read(int version, DataInput in) throws IOException {
            RecordQueue queue = new RecordQueue();
            queue.seen = in.readLong();
            read(queue.front, version, in);
            read(queue.back, version, in);
            queue.backMerged = in.readBoolean() ? accumulators.read(version, in) : null;
            return queue;
        }

        private void read(ArrayDeque<Entry> entries, int version, DataInput in) throws IOException {
            int size = in.readInt();
            for (int i = 0; i < size; i++) {
                long time = in.readLong();
                entries.addLast(new Entry(time, accumulators.read(version, in)));
            }
        }
    }
}
