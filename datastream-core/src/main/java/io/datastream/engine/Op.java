package io.datastream.engine;

import org.jspecify.annotations.Nullable;

/** A running step: takes records and calls the steps after it directly. Used by one thread. */
abstract class Op {
    /**
     * Takes a record.
     *
     * @param key the key, in a source stage; the {@link Slot}, in a keyed stage; null where there is none
     */
    abstract void process(long time, @Nullable Object key, Object value);

    /** The key as users know it. */
    static @Nullable Object plain(@Nullable Object key) {
        return key instanceof Slot slot ? slot.key : key;
    }

    /** Passes each record to several steps, in order. */
    static final class FanOut extends Op {
        private final Op[] targets;

        FanOut(Op[] targets) {
            this.targets = targets;
        }

        @Override
        void process(long time, @Nullable Object key, Object value) {
            for (Op target : targets) {
                target.process(time, key, value);
            }
        }
    }

    /** Takes what nobody wants, such as a side output that is not read. */
    static final class Nowhere extends Op {
        @Override
        void process(long time, @Nullable Object key, Object value) {}
    }
}
