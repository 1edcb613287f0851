package io.datastream.engine;

import io.datastream.time.EventTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds records until the watermark has passed them, and gives them out by time, then origin, then arrival within the
 * origin. A binary heap; records that come nearly in order cost little.
 */
final class Sorter {
    /** A record that waits for a step. */
    static final class Waiting {
        final long time;
        final int origin;
        final long arrival;
        final long offset;

        /** Place in the log from which it can be read again. */
        final long position;

        final Target target;
        final Slot slot;
        final Object value;
        final TraceScope.@Nullable Traced traced;

        Waiting(
                long time,
                int origin,
                long arrival,
                long offset,
                long position,
                Target target,
                Slot slot,
                Object value,
                TraceScope.@Nullable Traced traced) {
            this.time = time;
            this.origin = origin;
            this.arrival = arrival;
            this.offset = offset;
            this.position = position;
            this.target = target;
            this.slot = slot;
            this.value = value;
            this.traced = traced;
        }

        boolean isBefore(Waiting other) {
            if (time != other.time) {
                return time < other.time;
            }
            return origin != other.origin ? origin < other.origin : arrival < other.arrival;
        }
    }

    /** A step that wants its records in order. */
    static final class Target {
        final int number;
        final Op op;
        final Step step;

        Target(int number, Op op, Step step) {
            this.number = number;
            this.op = op;
            this.step = step;
        }
    }

    private @Nullable Waiting[] heap = new Waiting[64];
    private int size;
    private long arrivals;

    long firstTime() {
        return size == 0 ? EventTime.MAX : at(0).time;
    }

    int size() {
        return size;
    }

    void add(
            long time,
            int origin,
            long offset,
            long position,
            Target target,
            Slot slot,
            Object value,
            TraceScope.@Nullable Traced traced) {
        add(new Waiting(time, origin, arrivals++, offset, position, target, slot, value, traced));
    }

    private void add(Waiting record) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            Waiting above = at(parent);
            if (!record.isBefore(above)) {
                break;
            }
            heap[at] = above;
            at = parent;
        }
        heap[at] = record;
    }

    Waiting remove() {
        Waiting first = at(0);
        Waiting moved = at(--size);
        heap[size] = null;
        if (size > 0) {
            int at = 0;
            while (true) {
                int child = 2 * at + 1;
                if (child >= size) {
                    break;
                }
                if (child + 1 < size && at(child + 1).isBefore(at(child))) {
                    child++;
                }
                if (!at(child).isBefore(moved)) {
                    break;
                }
                heap[at] = heap[child];
                at = child;
            }
            heap[at] = moved;
        }
        return first;
    }

    /** The lowest offset of an origin's records that wait; {@link Long#MAX_VALUE} if none does. */
    long oldestOffset(int origin) {
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            Waiting record = at(i);
            if (record.origin == origin) {
                oldest = Math.min(oldest, record.offset);
            }
        }
        return oldest;
    }

    /** The lowest place in the log of all records that wait; {@link Long#MAX_VALUE} if none does. */
    long oldestPosition() {
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            oldest = Math.min(oldest, at(i).position);
        }
        return oldest;
    }

    /** The records in the order in which they arrived. */
    Waiting[] inOrderOfArrival() {
        Waiting[] records = new Waiting[size];
        for (int i = 0; i < size; i++) {
            records[i] = at(i);
        }
        Arrays.sort(records, (a, b) -> Long.compare(a.arrival, b.arrival));
        return records;
    }

    private Waiting at(int index) {
        Waiting record = heap[index];
        if (record == null) {
            throw new IllegalStateException("no record at " + index + " of " + size);
        }
        return record;
    }
}
