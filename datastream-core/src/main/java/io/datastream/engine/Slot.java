package io.datastream.engine;

import io.datastream.codec.Codec;
import io.datastream.time.EventTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** All that a task keeps for one key: the state of each of its steps, and their timers. */
final class Slot {
    final Object key;
    /** By step; null for none. A step may leave an object without any state here, which does not count as a use. */
    final @Nullable Object[] states;

    /** When the timer of each step fires next, by step; {@link Long#MAX_VALUE} for never. */
    final long[] timers;

    /** The earliest time for which each step has the slot in its queue of timers. */
    final long[] queued;

    /** The time of the last record that each step got for the key. */
    final long[] last;

    /** How many steps have a state here, plus how many records wait in the sorter. */
    int uses;

    /** Whether it is kept for the next record of its key only: no step has a state here. */
    boolean isSpare;

    /** Whether it is in the queue of slots that are dropped when there are too many spare ones. */
    boolean isQueued;

    /** Which steps have changed state since the last commit, by bit. */
    long dirty;

    private byte @Nullable [] bytes;

    Slot(Object key, int steps) {
        this.key = key;
        this.states = new Object[steps];
        this.timers = new long[steps];
        this.queued = new long[steps];
        this.last = new long[steps];
        Arrays.fill(queued, Long.MAX_VALUE);
        Arrays.fill(timers, Long.MAX_VALUE);
        Arrays.fill(last, EventTime.MIN);
    }

    /**
     * Makes it as good as new, but for what steps keep to use again. A queue of timers may still have it, so what says
     * for which time stays.
     */
    void reset() {
        Arrays.fill(timers, Long.MAX_VALUE);
        Arrays.fill(last, EventTime.MIN);
    }

    byte[] bytes(Codec<Object> codec) {
        byte[] known = bytes;
        if (known == null) {
            known = codec.encode(key);
            bytes = known;
        }
        return known;
    }
}
