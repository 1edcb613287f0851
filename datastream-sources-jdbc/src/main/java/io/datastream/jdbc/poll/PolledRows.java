package io.datastream.jdbc.poll;

import io.datastream.time.EventTime;
import java.time.Duration;

/**
 * Which rows are polled, and by what new ones are told.
 *
 * <p>Databases give numbers and times when a row is inserted, but show it when its transaction is committed: a row with a lower
 * number may appear after one with a higher number was read. So each poll begins a little before the highest one it has seen,
 * by the <em>overlap</em>, and remembers which rows it has given there. A row is missed that appears when one is visible already
 * that is higher by more than the overlap.
 */
public final class PolledRows {
    /** How many numbers the overlap has, unless {@link #withOverlap(long)} says otherwise: {@value}. */
    public static final long DEFAULT_OVERLAP = 1_000;

    /** How long the overlap of times is, unless {@link #withOverlap(Duration)} says otherwise: a minute. */
    public static final Duration DEFAULT_TIME_OVERLAP = Duration.ofMinutes(1);

    final String table;
    final String order;
    final String key;
    final boolean byTime;

    /** Of numbers or of nanoseconds. */
    final long overlap;

    private PolledRows(String table, String order, String key, boolean byTime, long overlap) {
        this.table = table;
        this.order = order;
        this.key = key;
        this.byTime = byTime;
        this.overlap = overlap;
    }

    /**
     * Rows by a number that is higher for newer ones, such as an identity or a sequence. Rows that are changed later are not given
     * again.
     *
     * @param table what stands after {@code FROM}: a table, a view, or a query in brackets; not from a user
     * @param id name of a column of whole numbers, unique and not null, with an index
     */
    public static PolledRows byId(String table, String id) {
        return new PolledRows(text("table", table), text("id", id), id, false, DEFAULT_OVERLAP);
    }

    /**
     * Rows by the time at which they were inserted or changed last. A row that was changed has a new time, and is given again.
     *
     * @param table what stands after {@code FROM}: a table, a view, or a query in brackets; not from a user
     * @param time name of a column of timestamps with an index, best together with the key; rows without a time are never given
     * @param key name of a column that tells rows apart, not null, of whole numbers, texts or UUIDs
     */
    public static PolledRows byTime(String table, String time, String key) {
        return new PolledRows(
                text("table", table),
                text("time", time),
                text("key", key),
                true,
                EventTime.nanos(DEFAULT_TIME_OVERLAP));
    }

    /**
     * The same with another overlap of numbers: more than are given out while a transaction is open.
     *
     * @param numbers 0 or more; so many rows are read again with each poll. Default: {@link #DEFAULT_OVERLAP}
     */
    public PolledRows withOverlap(long numbers) {
        if (byTime || numbers < 0) {
            throw new IllegalArgumentException("overlap: " + numbers + " (expected: "
                    + (byTime ? "a duration, as rows go by time)" : "at least 0)"));
        }
        return new PolledRows(table, order, key, false, numbers);
    }

    /**
     * The same with another overlap of time: longer than a transaction that writes to the table may be open, and by which clocks
     * that write times may differ.
     *
     * @param time 0 or more; the rows of this time are read again with each poll. Default: {@link #DEFAULT_TIME_OVERLAP}
     */
    public PolledRows withOverlap(Duration time) {
        if (!byTime || time.isNegative()) {
            throw new IllegalArgumentException(
                    "overlap: " + time + " (expected: " + (byTime ? "not negative)" : "a number, as rows go by one)"));
        }
        return new PolledRows(table, order, key, true, EventTime.nanos(time));
    }

    private static String text(String name, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(name + ": \"" + text + "\" (expected: a name)");
        }
        return text;
    }

    /** By what a kept position is known to be of these rows. */
    String identity() {
        return table + " by " + order + (byTime ? ", " + key : "");
    }

    @Override
    public String toString() {
        return identity();
    }
}
