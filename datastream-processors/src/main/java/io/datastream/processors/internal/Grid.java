package io.datastream.processors.internal;

import io.datastream.time.EventTime;

/** Times at a fixed distance, and distances of times that may lie further apart than a {@code long} can say. */
public final class Grid {
    private Grid() {}

    /** The first {@code offset + k * step} at or after a time; {@link EventTime#MAX} if it is out of range. */
    public static long atOrAfter(long time, long step, long offset) {
        long past = Math.floorMod(Math.floorMod(time, step) - Math.floorMod(offset, step), step);
        return past == 0 ? time : EventTime.plus(time, step - past);
    }

    /** Nanoseconds from one time to a later one. */
    public static double distance(long from, long to) {
        long difference = to - from;
        return difference >= 0 ? difference : difference + 0x1p64;
    }

    /** Whether a later time lies more than {@code limit} after a time. */
    public static boolean isFurther(long from, long to, long limit) {
        return Long.compareUnsigned(to - from, limit) > 0;
    }
}
