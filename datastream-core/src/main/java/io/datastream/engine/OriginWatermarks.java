package io.datastream.engine;

import io.datastream.time.EventTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How far the origins of a task have come, and for which of them the task waits. */
final class OriginWatermarks {
    private final int[] origins;
    private final long[] watermarks;

    /** Which origins are where they are because they are idle, and which of them came last to a new watermark. */
    private final boolean[] idle;

    private int movedLast;

    /** @param origins in any order */
    OriginWatermarks(int[] origins) {
        this.origins = origins.clone();
        Arrays.sort(this.origins);
        this.watermarks = new long[origins.length];
        Arrays.fill(watermarks, EventTime.MIN);
        this.idle = new boolean[origins.length];
    }

    /** In ascending order. */
    int[] origins() {
        return origins.clone();
    }

    boolean isEmpty() {
        return origins.length == 0;
    }

    /** Takes the watermark of an origin. Returns false if there is no such origin. */
    boolean move(int origin, long watermark, boolean isIdle) {
        int at = Arrays.binarySearch(origins, origin);
        if (at < 0) {
            return false;
        }
        if (watermark > watermarks[at]) {
            watermarks[at] = watermark;
            idle[at] = isIdle;
            movedLast = at;
        }
        return true;
    }

    /** @param each in ascending order of the origins' numbers; null if all are at the same one */
    void restore(long all, long @Nullable [] each) {
        for (int i = 0; i < watermarks.length; i++) {
            watermarks[i] = each == null ? all : each[i];
        }
    }

    long of(int origin) {
        return watermarks[Arrays.binarySearch(origins, origin)];
    }

    /** The least of all; {@link EventTime#MAX} where there are no origins. */
    long least() {
        long least = EventTime.MAX;
        for (long watermark : watermarks) {
            least = Math.min(least, watermark);
        }
        return least;
    }

    /** The greatest of all; {@link EventTime#MIN} where there are no origins. */
    long greatest() {
        long greatest = EventTime.MIN;
        for (long watermark : watermarks) {
            greatest = Math.max(greatest, watermark);
        }
        return greatest;
    }

    /** The move to the least of all, which the slowest origin decides. */
    WindowJournal.Close closing(long least, long clock) {
        int slowest = slowest(least);
        return new WindowJournal.Close(EventTime.MIN, least, origins[slowest], idle[slowest], clock);
    }

    /** Whether the origin that decides about this watermark is idle. */
    boolean isIdleAt(long least) {
        return idle.length > 0 && idle[slowest(least)];
    }

    /** Of equal ones the last to come there. */
    private int slowest(long least) {
        for (int i = 0; i < watermarks.length && watermarks[movedLast] != least; i++) {
            if (watermarks[i] == least) {
                return i;
            }
        }
        return movedLast;
    }
}
