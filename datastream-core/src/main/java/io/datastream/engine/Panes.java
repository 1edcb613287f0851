package io.datastream.engine;

import io.datastream.aggregate.Aggregation;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one key: slices that still take records, and sealed ones.
 *
 * <p>Sealed slices are first-in first-out, so a window can be put together without taking anything away from a sum. Time
 * is cut into blocks of as many slices as a window has, at absolute positions. Of the block in which the newest sealed
 * slice lies, the slices and the merge of them all (the prefix) are kept; of the block before, for each slice the merge of
 * it and all after it (the suffixes). A window that ends with the newest slice is one suffix merged with the prefix.
 *
 * <p>Which slices are merged with which, and in which order, depends on the numbers of the slices alone: not on when the
 * key appeared, how the watermark moved, or whether the task was restored. So floating-point results have the same bits
 * on every run. The idea is the two-stacks algorithm with flips at fixed places (van Herk 1992, Gil and Werman 1993 for
 * the blocks; Tangwongsan, Hirzel, Schneider, VLDB Journal 2021, for streams).
 */
final class Panes {
    /** A slice that takes records, with an accumulator for each origin they come from. */
    static final class Open {
        final Panes panes;
        final long slice;
        int[] origins;
        Object[] accumulators;

        /** Whether it has changed since the last commit. */
        boolean dirty;

        /** Whether a commit holds it. */
        boolean stored;

        /** Its stored form, made when it was sealed, if that form was not committed yet. */
        byte @Nullable [] encoded;

        /** Whether no window needs it any more. */
        boolean gone;

        /** What is noted of its records, for explanations; null where that is not wanted. */
        @Nullable
        WindowNotes notes;

        /** A slice with records of one origin; the array of origins may be shared, as it is never changed. */
        Open(Panes panes, long slice, int[] origins, Object accumulator) {
            this.panes = panes;
            this.slice = slice;
            this.origins = origins;
            this.accumulators = new Object[] {accumulator};
        }

        /** The accumulator for an origin, in order of the origins' numbers. */
        Object of(int origin, Aggregation<Object, Object, Object> aggregation) {
            if (origins[0] == origin) {
                return accumulators[0];
            }
            int at = Arrays.binarySearch(origins, origin);
            return at >= 0 ? accumulators[at] : insert(-1 - at, origin, aggregation.create());
        }

        private Object insert(int at, int origin, Object accumulator) {
            int length = origins.length;
            int[] newOrigins = Arrays.copyOf(origins, length + 1);
            Object[] newAccumulators = Arrays.copyOf(accumulators, length + 1);
            System.arraycopy(origins, at, newOrigins, at + 1, length - at);
            System.arraycopy(accumulators, at, newAccumulators, at + 1, length - at);
            newOrigins[at] = origin;
            newAccumulators[at] = accumulator;
            origins = newOrigins;
            accumulators = newAccumulators;
            if (notes != null) {
                notes.insert(at);
            }
            return accumulator;
        }

        /** Begins to note which records come; before the first. */
        WindowNotes takeNotes() {
            WindowNotes made = new WindowNotes();
            for (int i = 0; i < origins.length; i++) {
                made.insert(i);
            }
            notes = made;
            return made;
        }

        /** Notes a record that was added for an origin. */
        void note(WindowNotes taken, int origin, long offset, boolean isFilled) {
            taken.add(origins[0] == origin ? 0 : Arrays.binarySearch(origins, origin), offset, isFilled);
        }

        /** Takes back what was stored for one origin; called in ascending order of origins. */
        void restore(int origin, Object accumulator) {
            insert(origins.length, origin, accumulator);
        }

        /** All accumulators merged into the first, in order of origins. */
        Object merged(Aggregation<Object, Object, Object> aggregation) {
            Object merged = accumulators[0];
            for (int i = 1; i < accumulators.length; i++) {
                aggregation.merge(merged, accumulators[i]);
            }
            return merged;
        }
    }

    private static final long[] NO_SLICES = {};
    private static final Object[] NO_ACCUMULATORS = {};

    final Slot slot;

    /** The open slice that took the last record. */
    @Nullable
    Open recent;

    /** The open slices, the latest last. */
    private Open[] open = new Open[2];

    private int openCount;

    /** Whether the key is among those that may have a window to give out. */
    boolean active;

    /** Whether there is nothing in here, so that it does not count as a use of the slot. */
    boolean isSpare;

    /** The number of the slice with which the last window given out ended; {@link Long#MIN_VALUE} for none. */
    long lastEnd = Long.MIN_VALUE;

    /** Slices that a commit may hold, the oldest first; null where changes are not tracked. */
    @Nullable
    ArrayDeque<Open> tracked;

    private long block = Long.MIN_VALUE;
    private long[] currentSlices = NO_SLICES;
    private Object[] current = NO_ACCUMULATORS;
    private int currentCount;
    private @Nullable Object prefix;
    private long[] suffixSlices = NO_SLICES;
    private Object[] suffixes = NO_ACCUMULATORS;
    private int suffixHead;
    private int suffixCount;

    Panes(Slot slot) {
        this.slot = slot;
    }

    @Nullable
    Open find(long slice) {
        for (int i = openCount - 1; i >= 0; i--) {
            if (open[i].slice == slice) {
                return open[i];
            }
        }
        return null;
    }

    void add(Open added) {
        if (openCount == open.length) {
            open = Arrays.copyOf(open, openCount * 2);
        }
        open[openCount++] = added;
        recent = added;
    }

    void remove(Open removed) {
        for (int i = openCount - 1; i >= 0; i--) {
            if (open[i] == removed) {
                System.arraycopy(open, i + 1, open, i, openCount - i - 1);
                openCount--;
                break;
            }
        }
        if (recent == removed) {
            recent = null;
        }
    }

    boolean hasOpen() {
        return openCount > 0;
    }

    Open open(int index) {
        return open[index];
    }

    int openCount() {
        return openCount;
    }

    /** Takes a sealed slice, later than all before it. */
    void seal(long slice, Object accumulator, int perWindow, Aggregation<Object, Object, Object> aggregation) {
        enter(Math.floorDiv(slice, perWindow), aggregation);
        if (currentCount == currentSlices.length) {
            currentSlices = Arrays.copyOf(currentSlices, grown(currentCount));
            current = Arrays.copyOf(current, grown(currentCount));
        }
        currentSlices[currentCount] = slice;
        current[currentCount++] = accumulator;
        Object merged = prefix;
        if (merged == null) {
            merged = aggregation.create();
            prefix = merged;
        }
        aggregation.merge(merged, accumulator);
    }

    private static int grown(int length) {
        return Math.max(4, length * 2);
    }

    /** Moves on to a block. */
    private void enter(long newBlock, Aggregation<Object, Object, Object> aggregation) {
        if (newBlock == block) {
            return;
        }
        if (newBlock == block + 1 && currentCount > 0) {
            for (int i = currentCount - 2; i >= 0; i--) {
                aggregation.merge(current[i], current[i + 1]);
            }
            long[] slices = suffixSlices;
            suffixSlices = currentSlices;
            currentSlices = slices;
            Object[] accumulators = suffixes;
            suffixes = current;
            current = accumulators;
            suffixHead = 0;
            suffixCount = currentCount;
        } else {
            suffixHead = 0;
            suffixCount = 0;
            Arrays.fill(suffixes, null);
        }
        Arrays.fill(current, null);
        currentCount = 0;
        prefix = null;
        block = newBlock;
    }

    /** The merge of a window's slices, of which the last has this number; null if there is none. */
    @Nullable
    Object window(long last, int perWindow, Aggregation<Object, Object, Object> aggregation) {
        enter(Math.floorDiv(last, perWindow), aggregation);
        long first = last + 1 - perWindow;
        while (suffixHead < suffixCount && suffixSlices[suffixHead] < first) {
            suffixes[suffixHead++] = NOTHING;
        }
        Object merged = prefix;
        boolean hasSuffix = suffixHead < suffixCount;
        if (merged == null && !hasSuffix) {
            return null;
        }
        Object result = aggregation.create();
        if (hasSuffix) {
            aggregation.merge(result, suffixes[suffixHead]);
        }
        if (merged != null) {
            aggregation.merge(result, merged);
        }
        return result;
    }

    private static final Object NOTHING = new Object();

    /** The number of the newest sealed slice with records, or {@link Long#MIN_VALUE}. */
    long newest() {
        if (currentCount > 0) {
            return currentSlices[currentCount - 1];
        }
        return suffixHead < suffixCount ? suffixSlices[suffixCount - 1] : Long.MIN_VALUE;
    }

    /** Forgets the sealed slices. */
    void clearSealed() {
        block = Long.MIN_VALUE;
        Arrays.fill(current, null);
        Arrays.fill(suffixes, null);
        currentCount = 0;
        suffixHead = 0;
        suffixCount = 0;
        prefix = null;
    }

    /** Calls the visitor for each sealed slice: first the suffixes of the block before, then the current block. */
    void sealed(SealedVisitor visitor) throws java.io.IOException {
        for (int i = suffixHead; i < suffixCount; i++) {
            visitor.slice(suffixSlices[i], suffixes[i], true);
        }
        for (int i = 0; i < currentCount; i++) {
            visitor.slice(currentSlices[i], current[i], false);
        }
    }

    /** Takes a suffix back; called in ascending order, before the slices of the current block. */
    void restoreSuffix(long slice, Object accumulator, int perWindow) {
        block = Math.floorDiv(slice, perWindow) + 1;
        if (suffixCount == suffixSlices.length) {
            suffixSlices = Arrays.copyOf(suffixSlices, grown(suffixCount));
            suffixes = Arrays.copyOf(suffixes, grown(suffixCount));
        }
        suffixSlices[suffixCount] = slice;
        suffixes[suffixCount++] = accumulator;
    }

    /** Takes sealed slices. */
    interface SealedVisitor {
        /** Takes one. */
        void slice(long slice, Object accumulator, boolean isSuffix) throws java.io.IOException;
    }
}
