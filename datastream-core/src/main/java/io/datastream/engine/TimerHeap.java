package io.datastream.engine;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Slots by time, the earliest first; at the same time in the given order of slots. A binary heap. */
final class TimerHeap {
    private final Comparator<Slot> ties;
    private long[] times = new long[16];
    private @Nullable Slot[] slots = new Slot[16];
    private int size;

    TimerHeap(Comparator<Slot> ties) {
        this.ties = ties;
    }

    long first() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    void add(long time, Slot slot) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            slots = Arrays.copyOf(slots, size * 2);
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!isBefore(time, slot, parent)) {
                break;
            }
            times[at] = times[parent];
            slots[at] = slots[parent];
            at = parent;
        }
        times[at] = time;
        slots[at] = slot;
    }

    Slot remove() {
        Slot first = at(0);
        long time = times[--size];
        Slot slot = at(size);
        slots[size] = null;
        if (size > 0) {
            int at = 0;
            while (true) {
                int child = 2 * at + 1;
                if (child >= size) {
                    break;
                }
                if (child + 1 < size && isBefore(times[child + 1], at(child + 1), child)) {
                    child++;
                }
                if (!isBefore(times[child], at(child), time, slot)) {
                    break;
                }
                times[at] = times[child];
                slots[at] = slots[child];
                at = child;
            }
            times[at] = time;
            slots[at] = slot;
        }
        return first;
    }

    private boolean isBefore(long time, Slot slot, int other) {
        return isBefore(time, slot, times[other], at(other));
    }

    private boolean isBefore(long time, Slot slot, long otherTime, Slot other) {
        return time != otherTime ? time < otherTime : ties.compare(slot, other) < 0;
    }

    private Slot at(int index) {
        Slot slot = slots[index];
        if (slot == null) {
            throw new IllegalStateException("no timer at " + index + " of " + size);
        }
        return slot;
    }
}
