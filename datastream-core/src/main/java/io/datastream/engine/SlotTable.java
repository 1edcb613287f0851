package io.datastream.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The slots of a task's keys: which are in use, which have changed since the last commit, and which are spare. */
final class SlotTable {
    /** Keys without state whose slots are kept, so that keys that come again and again make no garbage. */
    private static final int MOST_SPARE = 1_024;

    private final int ops;
    private final boolean tracksChanges;
    private final Map<Object, Slot> slots = new LinkedHashMap<>();
    private final List<Slot> dirty = new ArrayList<>();
    private final List<Slot> unused = new ArrayList<>();

    /** Slots in the order in which they became spare; some have come into use again since. */
    private final ArrayDeque<Slot> spare = new ArrayDeque<>();

    private int spareCount;

    /** @param ops how many steps have state in a slot */
    SlotTable(int ops, boolean tracksChanges) {
        this.ops = ops;
        this.tracksChanges = tracksChanges;
    }

    /** The slot of the key of a row. It may be released at {@link #releaseUnused} if the row leaves nothing in it. */
    Slot take(Object key) {
        Slot slot = slots.get(key);
        if (slot == null) {
            slot = new Slot(key, ops);
            slots.put(key, slot);
            unused.add(slot);
        } else if (slot.isSpare) {
            slot.isSpare = false;
            spareCount--;
            unused.add(slot);
        }
        return slot;
    }

    /** The slot of a key of which something is put back. */
    Slot restore(Object key) {
        return slots.computeIfAbsent(key, any -> new Slot(any, ops));
    }

    Collection<Slot> all() {
        return slots.values();
    }

    /** How many have state. */
    int used() {
        return slots.size() - spareCount;
    }

    /** Those of which steps have changed something since {@link #clean}. */
    List<Slot> dirty() {
        return dirty;
    }

    void markDirty(Slot slot, int op) {
        if (tracksChanges) {
            if (slot.dirty == 0) {
                dirty.add(slot);
            }
            slot.dirty |= 1L << op;
        }
    }

    void clean() {
        dirty.forEach(slot -> slot.dirty = 0);
        dirty.clear();
    }

    void releaseIfUnused(Slot slot) {
        if (slot.uses == 0) {
            unused.add(slot);
        }
    }

    /** Makes slots spare that nobody uses, and lets the oldest spare ones go where there are many. */
    void releaseUnused() {
        if (unused.isEmpty()) {
            return;
        }
        for (int i = 0; i < unused.size(); i++) {
            Slot slot = unused.get(i);
            if (slot.uses == 0 && !slot.isSpare) {
                slot.reset();
                slot.isSpare = true;
                spareCount++;
                if (!slot.isQueued) {
                    slot.isQueued = true;
                    spare.add(slot);
                }
            }
        }
        unused.clear();
        while (spareCount > MOST_SPARE) {
            Slot oldest = spare.remove();
            oldest.isQueued = false;
            if (oldest.isSpare) {
                spareCount--;
                slots.remove(oldest.key, oldest);
            }
        }
    }
}
