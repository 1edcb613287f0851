package io.datastream.engine;

import io.datastream.time.EventTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a journal remembers: a ring of rows in arrays, of which the oldest goes when there is no room. A row says what one
 * origin gave to one span of time of one key. It takes 59 bytes and makes no garbage.
 */
final class JournalRows {
    static final byte USED = 0;
    static final byte EMPTY = 1;
    static final byte LATE = 2;
    static final byte FAILED = 3;

    private static final int FIRST_ROOM = 64;

    private final int limit;

    @Nullable
    Object[] keys = new Object[FIRST_ROOM];

    long[] starts = new long[FIRST_ROOM];
    long[] ends = new long[FIRST_ROOM];
    int[] origins = new int[FIRST_ROOM];
    byte[] kinds = new byte[FIRST_ROOM];

    /** The lowest and the highest offset of its records; the latter is negative if they have none. */
    long[] lowest = new long[FIRST_ROOM];

    long[] highest = new long[FIRST_ROOM];
    long[] counts = new long[FIRST_ROOM];

    /** How many were filled in; for late ones the watermark that the first was behind of. */
    long[] extras = new long[FIRST_ROOM];

    /** Whether the rows after it, up to the next such one, tell the rest of the same span. */
    boolean[] leads = new boolean[FIRST_ROOM];

    /** Whether there were records of which nothing is known, because they came before a restart. */
    boolean[] restored = new boolean[FIRST_ROOM];

    private int head;
    private int size;

    /** Spans that end later than this have all their rows. */
    long forgotten = EventTime.MIN;

    JournalRows(int limit) {
        this.limit = limit;
    }

    int size() {
        return size;
    }

    /** The place of a row in the arrays; row 0 is the oldest. */
    int at(int row) {
        int at = head + row;
        return at < keys.length ? at : at - keys.length;
    }

    /** Makes room for a row, and returns its place; all its columns are to be set. */
    int add() {
        if (size == limit) {
            forgotten = Math.max(forgotten, ends[head]);
            head = head + 1 == keys.length ? 0 : head + 1;
            size--;
        } else if (size == keys.length) {
            grow(Math.min(limit, size * 2));
        }
        return at(size++);
    }

    private void grow(int room) {
        // the ring is full and has never been at its limit, so its oldest row is the first
        keys = Arrays.copyOf(keys, room);
        starts = Arrays.copyOf(starts, room);
        ends = Arrays.copyOf(ends, room);
        origins = Arrays.copyOf(origins, room);
        kinds = Arrays.copyOf(kinds, room);
        lowest = Arrays.copyOf(lowest, room);
        highest = Arrays.copyOf(highest, room);
        counts = Arrays.copyOf(counts, room);
        extras = Arrays.copyOf(extras, room);
        leads = Arrays.copyOf(leads, room);
        restored = Arrays.copyOf(restored, room);
    }
}
