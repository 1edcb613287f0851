package io.datastream.engine;

import io.datastream.function.Condition;
import io.datastream.time.EventTime;
import io.datastream.time.Window;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one task remembers of the windows of one step, for explanations: which records they were made from, which were left
 * out, and when they closed. Results do not depend on it, and it is no part of the state.
 *
 * <p>It remembers slices rather than windows, so its cost does not grow with overlap; what belongs to a window is put
 * together when somebody asks. It is written by the task's thread, once for each slice of a key that is sealed and once for
 * each move of the watermark, and may be asked by any thread, whether the task works, waits or has ended.
 */
public final class WindowJournal {
    private final String step;
    private final @Nullable Slices slices;
    private final int limit;
    private final JournalRows closed;
    private final JournalRows missed;
    private final ArrayDeque<Close> closes = new ArrayDeque<>();
    private Close now = new Close(EventTime.MIN, EventTime.MIN, -1, false, EventTime.MIN);
    private long reached = EventTime.MIN;
    private long restoredUpTo = EventTime.MIN;

    /** Windows that start before this may have had records before a restart. */
    private long beganBefore = EventTime.MIN;

    private @Nullable String filledFailure;

    /**
     * When and why windows closed.
     *
     * @param end the end of the windows
     * @param watermark where the task's watermark stood
     * @param origin the slowest of the origins, which decided that; -1 if there is none yet
     * @param idle whether that origin was idle, so that time moved it and not a record
     * @param clock the time of day; {@link EventTime#MIN} if the runtime does not tell
     */
    public record Close(long end, long watermark, int origin, boolean idle, long clock) {
        Close at(long newEnd) {
            return new Close(newEnd, watermark, origin, idle, clock);
        }
    }

    /**
     * What one origin gave.
     *
     * @param lowest offset of its records
     * @param highest offset of its records; negative if they have none
     * @param extra how many were filled in; for late ones the watermark that the first was behind of
     */
    public record Part(int origin, long lowest, long highest, long count, long extra) {}

    /** What became of a window. */
    public enum Outcome {
        /** It has a result, made from records. */
        CLOSED,
        /** It has a result, though there were no records. */
        EMPTY,
        /** The watermark has not passed its end. */
        OPEN,
        /** There were no records, so there is no result. */
        NOTHING,
        /** It was closed too long ago, or before a restart. */
        FORGOTTEN
    }

    /**
     * What is known of a window of a key.
     *
     * @param used what it was made from
     * @param late what came too late for it
     * @param failed what the aggregation could not take
     * @param close when and why it closed; where it is open, how far the watermark is; null if that is not known
     * @param isPartly whether some of its records may be forgotten
     * @param isRestored whether some of its records came before a restart, so that nothing is known of them
     * @param mayMiss whether there may have been more late and failed records, which are forgotten
     */
    public record Finding(
            Outcome outcome,
            List<Part> used,
            List<Part> late,
            List<Part> failed,
            @Nullable Close close,
            boolean isPartly,
            boolean isRestored,
            boolean mayMiss) {}

    /**
     * A journal.
     *
     * @param slices for this journal alone; null if windows are of their records' making
     * @param limit the most rows
     */
    WindowJournal(String step, @Nullable Slices slices, int limit) {
        this.step = step;
        this.slices = slices;
        this.limit = limit;
        this.closed = new JournalRows(limit);
        this.missed = new JournalRows(limit);
    }

    /** The name of the step. */
    public String step() {
        return step;
    }

    // what the step tells

    /** A slice of a key, or a window without slices, takes no records any more. */
    synchronized void sealed(Object key, long start, long end, int[] origins, WindowNotes notes) {
        boolean leads = true;
        for (int i = 0; i < origins.length; i++) {
            if (notes.count(i) == 0 && !(notes.isRestored && i == 0)) {
                continue; // its only records have failed
            }
            int at = add(closed, JournalRows.USED, key, start, end, origins[i], notes.filled(i));
            closed.lowest[at] = notes.lowest(i);
            closed.highest[at] = notes.highest(i);
            closed.counts[at] = notes.count(i);
            closed.leads[at] = leads;
            closed.restored[at] = notes.isRestored;
            leads = false;
        }
    }

    /** A slice of a key that was sealed before a restart is a part of windows to come. */
    synchronized void takenBack(Object key, long start, long end) {
        int at = add(closed, JournalRows.USED, key, start, end, -1, 0);
        closed.restored[at] = true;
    }

    /** A window without records is given out. */
    synchronized void empty(Object key, long start, long end, long broughtOutBy) {
        add(closed, JournalRows.EMPTY, key, start, end, -1, broughtOutBy);
    }

    /** Adds a row without records. */
    private static int add(JournalRows rows, byte kind, Object key, long start, long end, int origin, long extra) {
        int at = rows.add();
        rows.keys[at] = key;
        rows.starts[at] = start;
        rows.ends[at] = end;
        rows.origins[at] = origin;
        rows.kinds[at] = kind;
        rows.lowest[at] = Long.MAX_VALUE;
        rows.highest[at] = -1;
        rows.counts[at] = 0;
        rows.extras[at] = extra;
        rows.leads[at] = true;
        rows.restored[at] = false;
        return at;
    }

    /** A record is left out, because it came too late. */
    synchronized void late(Object key, long start, long end, int origin, long offset, long watermark) {
        miss(JournalRows.LATE, key, start, end, origin, offset, watermark);
    }

    /** A record is left out, because the aggregation has failed. */
    synchronized void failed(Object key, long start, long end, int origin, long offset) {
        miss(JournalRows.FAILED, key, start, end, origin, offset, 0);
    }

    private void miss(byte kind, Object key, long start, long end, int origin, long offset, long extra) {
        int newest = missed.size() - 1;
        int at = newest < 0 ? -1 : missed.at(newest);
        if (at < 0
                || missed.kinds[at] != kind
                || missed.starts[at] != start
                || missed.ends[at] != end
                || missed.origins[at] != origin
                || !key.equals(missed.keys[at])) {
            at = add(missed, kind, key, start, end, origin, extra);
        }
        missed.counts[at]++;
        if (offset >= 0) {
            missed.lowest[at] = Math.min(missed.lowest[at], offset);
            missed.highest[at] = Math.max(missed.highest[at], offset);
        }
    }

    /** Windows that end here close. */
    synchronized void close(Close close) {
        if (!closes.isEmpty() && closes.getLast().end() == close.end()) {
            return;
        }
        if (closes.size() == limit) {
            closes.removeFirst();
        }
        closes.addLast(close);
    }

    /** Whether a step before has filled a record in. What that test throws changes no result: then it counts as not. */
    boolean isFilled(@Nullable Condition<Object> filled, Object value) {
        if (filled == null) {
            return false;
        }
        try {
            return filled.test(value);
        } catch (Exception e) {
            filledFailed(e);
            return false;
        }
    }

    private synchronized void filledFailed(Exception e) {
        if (filledFailure == null) {
            filledFailure = e.toString();
        }
    }

    /**
     * All that is due has happened.
     *
     * @param own the watermark in the step's own time
     */
    synchronized void advanced(Close current, long own) {
        now = current;
        reached = own;
    }

    /**
     * The task goes on from a commit, at which it stood here; what was sealed before is not known.
     *
     * @param seen no record before the commit had this time or a later one, in the step's own time
     */
    synchronized void restored(Close current, long own, long seen) {
        now = current;
        reached = own;
        restoredUpTo = own;
        beganBefore = seen;
    }

    // what others ask

    /** Why the test for filled records has failed for the first time; null if it has not. */
    public synchronized @Nullable String filledFailure() {
        return filledFailure;
    }

    /**
     * Looks for a window.
     *
     * @param key which keys are meant
     * @throws IllegalArgumentException if the step has no such window
     */
    public synchronized Finding find(Predicate<Object> key, Window window) {
        check(window);
        TreeMap<Integer, Part> used = new TreeMap<>();
        boolean isEmpty = false;
        boolean isWhole = false;
        boolean isRestored = false;
        long closedBy = window.endNanos();
        for (int row = 0; row < closed.size(); row++) {
            int at = closed.at(row);
            if (!isWithin(closed, at, window, key)) {
                continue;
            }
            boolean isExact = closed.starts[at] == window.startNanos() && closed.ends[at] == window.endNanos();
            if (closed.kinds[at] == JournalRows.EMPTY) {
                isEmpty = true;
                closedBy = closed.extras[at];
            } else if (isExact || slices != null) {
                isWhole |= isExact && closed.leads[at];
                isRestored |= closed.restored[at];
                if (closed.counts[at] > 0) {
                    used.merge(closed.origins[at], part(closed, at), WindowJournal::sum);
                }
            }
        }
        boolean isPartly = window.startNanos() < closed.forgotten && !isWhole && !isEmpty;
        Close close = closeAt(closedBy);
        Outcome outcome;
        if (isEmpty) {
            outcome = Outcome.EMPTY;
        } else if (close == null && window.endNanos() > reached) {
            outcome = Outcome.OPEN;
        } else if (!used.isEmpty() || (isRestored && window.endNanos() > restoredUpTo)) {
            outcome = Outcome.CLOSED;
        } else {
            outcome = isPartly || window.endNanos() <= restoredUpTo ? Outcome.FORGOTTEN : Outcome.NOTHING;
        }
        return new Finding(
                outcome,
                outcome == Outcome.OPEN ? List.of() : List.copyOf(used.values()),
                missed(JournalRows.LATE, key, window),
                missed(JournalRows.FAILED, key, window),
                outcome == Outcome.OPEN ? now : close,
                isPartly,
                isRestored,
                window.startNanos() < Math.max(missed.forgotten, beganBefore));
    }

    private void check(Window window) {
        Slices grid = slices;
        if (grid == null) {
            return;
        }
        long first = grid.of(window.startNanos());
        long last = grid.of(window.endNanos() - 1);
        boolean isOne = grid.start(first) == window.startNanos()
                && grid.end(last) == window.endNanos()
                && (grid.perWindow == 1 ? first == last : last - first + 1 == grid.perWindow)
                && Math.floorMod(first, grid.perStep) == 0;
        if (!isOne) {
            // the last window that starts at or before the wanted one
            long begin = grid.perStep == 1 ? first : first - Math.floorMod(first, grid.perStep);
            long end = grid.perWindow == 1 ? begin : begin + grid.perWindow - 1;
            throw new IllegalArgumentException("window: " + window + " (expected: a window of step \"" + step
                    + "\", such as " + new Window(grid.start(begin), grid.end(end)) + ")");
        }
    }

    private static boolean isWithin(JournalRows rows, int at, Window window, Predicate<Object> key) {
        if (rows.starts[at] < window.startNanos() || rows.ends[at] > window.endNanos()) {
            return false;
        }
        Object found = rows.keys[at];
        return found != null && key.test(found);
    }

    private static Part part(JournalRows rows, int at) {
        return new Part(rows.origins[at], rows.lowest[at], rows.highest[at], rows.counts[at], rows.extras[at]);
    }

    private static Part sum(Part a, Part b) {
        return new Part(
                a.origin(),
                Math.min(a.lowest(), b.lowest()),
                Math.max(a.highest(), b.highest()),
                a.count() + b.count(),
                a.extra() + b.extra());
    }

    private List<Part> missed(byte kind, Predicate<Object> key, Window window) {
        TreeMap<Integer, Part> found = new TreeMap<>();
        for (int row = 0; row < missed.size(); row++) {
            int at = missed.at(row);
            if (missed.kinds[at] == kind && isWithin(missed, at, window, key)) {
                // rows are in the order of arrival: the watermark stays that of the first
                found.merge(missed.origins[at], part(missed, at), (a, b) -> {
                    Part both = sum(a, b);
                    return new Part(both.origin(), both.lowest(), both.highest(), both.count(), a.extra());
                });
            }
        }
        return List.copyOf(found.values());
    }

    private @Nullable Close closeAt(long end) {
        for (Iterator<Close> newestFirst = closes.descendingIterator(); newestFirst.hasNext(); ) {
            Close close = newestFirst.next();
            if (close.end() == end) {
                return close;
            }
            if (close.end() < end && slices != null) {
                return null; // those of a grid are in order
            }
        }
        return null;
    }

    /**
     * The closed windows of a key that have a result, the latest first.
     *
     * @param from windows that end at or before this are left out
     * @param to windows that start after this are left out
     * @param most at most so many
     */
    public synchronized List<Window> windows(Predicate<Object> key, long from, long to, int most) {
        TreeSet<Window> found = new TreeSet<>(Comparator.comparingLong(Window::endNanos)
                .thenComparingLong(Window::startNanos)
                .reversed());
        TreeMap<Long, Long> used = new TreeMap<>();
        for (int row = 0; row < closed.size(); row++) {
            int at = closed.at(row);
            Object known = closed.keys[at];
            if (known == null || !key.test(known)) {
                continue;
            }
            Window span = new Window(closed.starts[at], closed.ends[at]);
            if (closed.kinds[at] == JournalRows.EMPTY || slices == null) {
                addWithin(found, span, from, to);
            } else {
                used.put(span.startNanos(), span.endNanos());
            }
        }
        Slices grid = slices;
        if (grid != null && !used.isEmpty()) {
            int added = 0;
            for (Iterator<Close> newestFirst = closes.descendingIterator(); newestFirst.hasNext() && added < most; ) {
                Window window = endingAt(newestFirst.next().end(), grid);
                Map.Entry<Long, Long> slice = used.ceilingEntry(window.startNanos()); // slices do not overlap
                if (slice != null && slice.getValue() <= window.endNanos() && addWithin(found, window, from, to)) {
                    added++;
                }
            }
        }
        return found.stream().limit(most).toList();
    }

    private static boolean addWithin(TreeSet<Window> found, Window window, long from, long to) {
        return window.endNanos() > from && window.startNanos() <= to && found.add(window);
    }

    private static Window endingAt(long end, Slices grid) {
        long last = grid.of(end - 1);
        return new Window(grid.start(grid.perWindow == 1 ? last : last + 1 - grid.perWindow), end);
    }
}
