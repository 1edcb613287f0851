package io.datastream.engine;

import io.datastream.aggregate.Aggregation;
import io.datastream.function.Condition;
import io.datastream.processor.StateCodec;
import io.datastream.time.EventTime;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Windows on slices: a record is added to the one slice it lies in, on arrival; when the watermark passes a slice's end
 * the slice is sealed, and the windows that end with it are given out.
 *
 * <p>Nothing is kept of a record but its part in an accumulator, one for each origin that its key comes from. The
 * accumulators of a slice are merged in order of origins when it is sealed, so the result does not depend on how origins
 * interleave.
 */
final class SliceWindowOp extends StatefulOp {
    private static final long LAST_END = Long.MIN_VALUE;
    private static final int RAW = 0;
    private static final int SEALED = 1;
    private static final int SUFFIX = 2;

    private final Slices slices;
    private final int perWindow;
    private final int perStep;
    private final boolean emitEmpty;
    private final boolean simple;
    private final Aggregation<Object, Object, Object> aggregation;
    private final StateCodec<Object> codec;
    private final Op next;
    private final @Nullable Op late;
    private final @Nullable WindowJournal journal;
    private final @Nullable Condition<Object> filled;
    private final SliceBuckets buckets = new SliceBuckets();
    private final List<Panes> active = new ArrayList<>();
    private final List<Panes.Open> dirty = new ArrayList<>();
    private final List<Panes.Open> removed = new ArrayList<>();
    private final List<Panes> movedEnds = new ArrayList<>();

    /** The number of the last slice that was sealed; the slice of the watermark after a restore. */
    private long sealed = Long.MIN_VALUE;

    /** The origin of the last slice that was opened. */
    private int[] lone = {-1};

    private @Nullable TreeMap<Slot, TreeMap<Long, Restored>> restoring;

    SliceWindowOp(
            int index,
            Step step,
            KeyedTask task,
            long lag,
            Slices slices,
            boolean emitEmpty,
            Aggregation<Object, Object, Object> aggregation,
            Op next,
            @Nullable Op late,
            @Nullable WindowJournal journal,
            @Nullable Condition<Object> filled) {
        super(index, step, task, lag);
        this.journal = journal;
        this.filled = filled;
        this.slices = slices;
        this.perWindow = slices.perWindow;
        this.perStep = slices.perStep;
        this.emitEmpty = emitEmpty;
        this.simple = perWindow == 1;
        this.aggregation = aggregation;
        this.codec = aggregation.codec();
        this.next = next;
        this.late = late;
    }

    @Override
    void process(long time, @Nullable Object key, Object value) {
        if (task.isReplaying()) {
            return; // what is read again was added before the commit
        }
        Slot slot = (Slot) Objects.requireNonNull(key);
        long slice = slices.of(time);
        long limit = Math.max(task.behind(), toOwn(task.currentWatermark()));
        if (limit > time && slices.end(slice) <= limit) {
            if (journal != null) {
                journal.late(slot.key, slices.start(slice), slices.end(slice), task.origin(), task.offset(), limit);
            }
            task.late(step, late, slot, time, limit, value);
            return;
        }
        if (perStep > perWindow && Math.floorMod(slice, perStep) >= perWindow) {
            return; // between two windows: the user asked for windows that leave it out
        }
        Panes panes = (Panes) slot.states[index];
        if (panes == null) {
            panes = new Panes(slot);
            slot.states[index] = panes;
            slot.uses++;
        } else if (panes.isSpare) {
            panes.isSpare = false;
            slot.uses++;
        }
        Panes.Open open = panes.recent;
        boolean isNew = false;
        if (open == null || open.slice != slice) {
            open = panes.find(slice);
            if (open == null) {
                open = new Panes.Open(panes, slice, lone(task.origin()), aggregation.create());
                isNew = true;
                if (journal != null) {
                    open.takeNotes();
                }
            } else {
                panes.recent = open;
            }
        }
        Object accumulator = null;
        try {
            accumulator = open.of(task.origin(), aggregation);
            aggregation.add(accumulator, time, value);
        } catch (Exception e) {
            free(panes);
            if (journal != null) {
                journal.failed(slot.key, slices.start(slice), slices.end(slice), task.origin(), task.offset());
            }
            task.faults().giveUp(step, e, 1, time, value, accumulator);
            return;
        }
        if (open.notes != null) {
            open.note(
                    open.notes,
                    task.origin(),
                    task.offset(),
                    Objects.requireNonNull(journal).isFilled(filled, value));
        }
        if (isNew) {
            panes.add(open);
            buckets.add(open);
        }
        if (task.tracksChanges()) {
            track(panes, open, isNew);
        }
    }

    /** Just this origin, in an array that is shared by slices. */
    private int[] lone(int origin) {
        if (lone[0] != origin) {
            lone = new int[] {origin};
        }
        return lone;
    }

    private void track(Panes panes, Panes.Open open, boolean isNew) {
        if (isNew && !simple) { // a window of one slice goes with it
            trackedOf(panes).add(open);
        }
        if (!open.dirty) {
            open.dirty = true;
            dirty.add(open);
        }
    }

    private static ArrayDeque<Panes.Open> trackedOf(Panes panes) {
        ArrayDeque<Panes.Open> tracked = panes.tracked;
        if (tracked == null) {
            tracked = new ArrayDeque<>();
            panes.tracked = tracked;
        }
        return tracked;
    }

    @Override
    long nextTimer() {
        return EventTime.MAX;
    }

    @Override
    void fireTimers(long taskTime) {}

    @Override
    long nextClose() {
        long slice = nextSlice();
        return slice == Long.MAX_VALUE ? EventTime.MAX : toTask(slices.end(slice) - 1);
    }

    /** The slice to be sealed next: the first that has records, or with which a window of an active key ends. */
    private long nextSlice() {
        long first = buckets.isEmpty() ? Long.MAX_VALUE : buckets.first();
        if (active.isEmpty()) {
            return first;
        }
        long end = sealed + 1;
        end += Math.floorMod(perWindow - 1 - end, perStep);
        return Math.min(first, end);
    }

    @Override
    void close(long taskTime) {
        long own = toOwn(taskTime);
        for (long slice = nextSlice(); slice != Long.MAX_VALUE && slices.end(slice) - 1 <= own; slice = nextSlice()) {
            seal(slice);
        }
    }

    private void seal(long slice) {
        boolean isEnd = Math.floorMod(slice + 1 - perWindow, perStep) == 0;
        if (!buckets.isEmpty() && buckets.first() == slice) {
            List<Panes.Open> bucket = buckets.removeFirst();
            if (simple && task.ordersKeys()) {
                bucket.sort((a, b) -> task.slotOrder().compare(a.panes.slot, b.panes.slot));
            }
            for (Panes.Open open : bucket) {
                seal(open, slice);
            }
        }
        sealed = slice;
        if (isEnd && journal != null) {
            journal.close(task.closing().at(slices.end(slice)));
        }
        if (isEnd && !simple) {
            endWindows(slice);
        }
    }

    private void seal(Panes.Open open, long slice) {
        Panes panes = open.panes;
        panes.remove(open);
        if (journal != null && open.notes != null) {
            journal.sealed(panes.slot.key, slices.start(slice), slices.end(slice), open.origins, open.notes);
        }
        if (simple) {
            Object merged = open.merged(aggregation);
            drop(open);
            emit(panes, slice, merged);
            free(panes);
            return;
        }
        if (open.dirty) {
            // sealed accumulators are merged into one another, so the stored form is made now
            open.encoded = encode(RAW, open.origins, open.accumulators);
        }
        panes.seal(slice, open.merged(aggregation), perWindow, aggregation);
        if (!panes.active) {
            panes.active = true;
            active.add(panes);
        }
    }

    private void endWindows(long slice) {
        if (task.ordersKeys()) {
            active.sort((a, b) -> task.slotOrder().compare(a.slot, b.slot));
        }
        long firstOfNext = slice + perStep + 1 - perWindow;
        int kept = 0;
        int size = active.size();
        for (int i = 0; i < size; i++) {
            Panes panes = active.get(i);
            Object result = panes.window(slice, perWindow, aggregation);
            boolean live = panes.newest() >= firstOfNext;
            forget(panes, firstOfNext);
            if (live) {
                active.set(kept++, panes);
            } else {
                panes.active = false;
                panes.clearSealed();
            }
            if (result != null) {
                emit(panes, slice, result);
            }
            if (!live) {
                free(panes);
            }
        }
        active.subList(kept, size).clear();
    }

    private void emit(Panes panes, long slice, Object accumulator) {
        Object result = aggregation.finish(accumulator);
        if (emitEmpty) {
            if (panes.lastEnd != Long.MIN_VALUE) {
                long empty = nextEnd(panes.lastEnd);
                while (empty < slice) {
                    if (journal != null) {
                        journal.empty(panes.slot.key, startOf(empty), slices.end(empty), slices.end(slice));
                    }
                    emit(panes.slot, empty, aggregation.finish(aggregation.create()));
                    empty = nextEnd(empty);
                }
            }
            if (task.tracksChanges()) {
                movedEnds.add(panes);
            }
            panes.lastEnd = slice;
        }
        emit(panes.slot, slice, result);
    }

    private long nextEnd(long slice) {
        return perWindow == 1 && perStep == 1 ? slices.next(slice) : slice + perStep;
    }

    private void emit(Slot slot, long slice, Object result) {
        long end = slices.end(slice);
        next.process(end - 1, slot, new Windowed<>(slot.key, new Window(startOf(slice), end), result));
    }

    /** The start of the window that ends with a slice. */
    private long startOf(long slice) {
        return slices.start(simple ? slice : slice + 1 - perWindow);
    }

    /** Drops the stored form of slices before a number. */
    private void forget(Panes panes, long before) {
        ArrayDeque<Panes.Open> tracked = panes.tracked;
        while (tracked != null && !tracked.isEmpty()) {
            Panes.Open oldest = tracked.peek();
            if (oldest.slice >= before) {
                // slices are tracked in the order of their first record, which disorder makes differ from their own
                tracked.removeIf(open -> {
                    boolean old = open.slice < before;
                    if (old) {
                        drop(open);
                    }
                    return old;
                });
                return;
            }
            drop(tracked.remove());
        }
    }

    private void drop(Panes.Open open) {
        open.gone = true;
        open.encoded = null;
        if (open.stored) {
            removed.add(open);
        }
    }

    private void free(Panes panes) {
        boolean remembers = emitEmpty && panes.lastEnd != Long.MIN_VALUE;
        if (!panes.hasOpen() && !panes.active && !remembers && !panes.isSpare) {
            panes.isSpare = true;
            panes.slot.uses--;
            task.releaseIfUnused(panes.slot);
        }
    }

    @Override
    long oldestOpen() {
        if (!buckets.isEmpty()) {
            return slices.start(buckets.first());
        }
        return EventTime.MAX;
    }

    @Override
    void changes(StateOutput out) {
        for (Panes.Open open : dirty) {
            open.dirty = false;
            if (!open.gone) {
                byte[] bytes = open.encoded != null ? open.encoded : encode(RAW, open.origins, open.accumulators);
                open.encoded = null;
                open.stored = true;
                out.entry(step.name, task.bytes(open.panes.slot), open.slice, bytes);
            }
        }
        dirty.clear();
        for (Panes.Open open : removed) {
            out.entry(step.name, task.bytes(open.panes.slot), open.slice, null);
        }
        removed.clear();
        for (Panes panes : movedEnds) {
            out.entry(step.name, task.bytes(panes.slot), LAST_END, encodeLong(panes.lastEnd));
        }
        movedEnds.clear();
    }

    @Override
    void all(StateOutput out) throws IOException {
        for (Slot slot : task.slots()) {
            Panes panes = (Panes) slot.states[index];
            if (panes == null) {
                continue;
            }
            byte[] key = task.bytes(slot);
            panes.sealed((slice, accumulator, isSuffix) -> out.entry(
                    step.name, key, slice, encode(isSuffix ? SUFFIX : SEALED, new int[] {0}, new Object[] {accumulator
                    })));
            for (int i = 0; i < panes.openCount(); i++) {
                Panes.Open open = panes.open(i);
                out.entry(step.name, key, open.slice, encode(RAW, open.origins, open.accumulators));
            }
            if (panes.lastEnd != Long.MIN_VALUE) {
                out.entry(step.name, key, LAST_END, encodeLong(panes.lastEnd));
            }
        }
    }

    private byte[] encode(int form, int[] origins, Object[] accumulators) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(48);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(codec.version());
            out.writeByte(form);
            out.writeInt(origins.length);
            for (int i = 0; i < origins.length; i++) {
                out.writeInt(origins[i]);
                codec.write(accumulators[i], out);
            }
        } catch (IOException | RuntimeException e) {
            throw StoredStates.unwritable(step.name, e, accumulators);
        }
        return bytes.toByteArray();
    }

    private static byte[] encodeLong(long number) {
        return java.nio.ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /** A stored slice that was read back. */
    private record Restored(int form, Panes.Open slice) {}

    @Override
    void restore(Slot slot, long part, byte[] value) throws IOException {
        Panes panes = (Panes) slot.states[index];
        if (panes == null) {
            panes = new Panes(slot);
            slot.states[index] = panes;
            slot.uses++;
        }
        if (part == LAST_END) {
            panes.lastEnd = java.nio.ByteBuffer.wrap(value).getLong();
            return;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            int version = in.readUnsignedByte();
            StoredStates.checkVersion(step.name, version, codec.version());
            int form = in.readByte();
            int count = in.readInt();
            Panes.Open open = new Panes.Open(panes, part, lone(in.readInt()), codec.read(version, in));
            for (int i = 1; i < count; i++) {
                open.restore(in.readInt(), codec.read(version, in));
            }
            open.stored = true;
            TreeMap<Slot, TreeMap<Long, Restored>> all = restoring;
            if (all == null) {
                all = new TreeMap<>(task.slotOrder());
                restoring = all;
            }
            all.computeIfAbsent(slot, any -> new TreeMap<>()).put(part, new Restored(form, open));
        }
    }

    @Override
    void restored() {
        long watermark = toOwn(task.currentWatermark());
        if (watermark > EventTime.MIN && watermark < END) {
            // all slices that end at or before the watermark have been sealed
            long at = slices.of(watermark);
            sealed = perWindow == 1 && perStep == 1 ? slices.of(slices.start(at) - 1) : at - 1;
        }
        TreeMap<Slot, TreeMap<Long, Restored>> all = restoring;
        restoring = null;
        if (journal != null) {
            journal.restored(task.closing(), watermark, toOwn(task.seenBefore()));
        }
        if (all != null) {
            all.values().forEach(entries -> entries.values().forEach(this::takeBack));
        }
    }

    private void takeBack(Restored entry) {
        Panes.Open slice = entry.slice();
        Panes panes = slice.panes;
        if (task.tracksChanges() && !simple) {
            trackedOf(panes).add(slice);
        }
        if (entry.form() == SUFFIX) {
            panes.restoreSuffix(slice.slice, slice.accumulators[0], perWindow);
        } else if (entry.form() == SEALED || slice.slice <= sealed) {
            panes.seal(slice.slice, slice.merged(aggregation), perWindow, aggregation);
        } else {
            panes.add(slice);
            buckets.add(slice);
            if (journal != null) {
                slice.takeNotes().isRestored = true;
            }
            return;
        }
        if (journal != null) {
            journal.takenBack(panes.slot.key, slices.start(slice.slice), slices.end(slice.slice));
        }
        if (!panes.active) {
            panes.active = true;
            active.add(panes);
        }
    }

    @Override
    void open() {}

    @Override
    void closeStep() {}
}
