package io.datastream.monitor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The latest values of a series. Grows up to its limit, then the oldest value makes room. */
final class Ring {
    private static final int FIRST_SIZE = 16;

    /** Of each kind, so that one that comes often does not hide another. */
    private static final int MOST_MARKS = 50;

    private static final int LONGEST_MARK = 200;
    private static final double[] NONE = {};

    private final int limit;
    private long[] times;
    private long[] starts;
    private double[] values;
    private double[] lower;
    private double[] upper;
    private int size;
    private int next;
    private long lastAdded = System.nanoTime();
    private @Nullable BitSet filled;
    private @Nullable Map<String, Deque<Mark>> marks;

    /** What rings of a tap hold. */
    record Shape(int limit, boolean hasWindows, boolean hasBand) {}

    /**
     * A value.
     *
     * @param start of its window, or its time
     * @param lower and {@code upper}: the band, or NaN
     * @param filled whether it was made up and not measured
     */
    record Point(long time, long start, double value, double lower, double upper, boolean filled) {}

    /**
     * Something to be seen at a time.
     *
     * @param kind empty for marks of the tap itself
     */
    record Mark(long time, double value, String kind, String text) {}

    /**
     * Values in the order of their times.
     *
     * @param starts of windows; empty if there are none
     * @param lower and {@code upper}: the band; empty if there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Points(
            long[] times,
            long[] starts,
            double[] values,
            double[] lower,
            double[] upper,
            BitSet filled,
            List<Mark> marks) {}

    Ring(Shape shape) {
        this.limit = shape.limit();
        int first = Math.min(FIRST_SIZE, limit);
        this.times = new long[first];
        this.starts = new long[shape.hasWindows() ? first : 0];
        this.values = new double[first];
        this.lower = shape.hasBand() ? new double[first] : NONE;
        this.upper = shape.hasBand() ? new double[first] : NONE;
    }

    synchronized void add(Point point) {
        if (size == times.length && size < limit) {
            grow();
        }
        times[next] = point.time();
        values[next] = point.value();
        if (starts.length > 0) {
            starts[next] = point.start();
        }
        if (lower.length > 0) {
            lower[next] = point.lower();
            upper[next] = point.upper();
        }
        fill(next, point.filled());
        next = next + 1 == times.length && times.length == limit ? 0 : next + 1;
        size = Math.min(limit, size + 1);
        lastAdded = System.nanoTime();
    }

    private void fill(int at, boolean isFilled) {
        BitSet known = filled;
        if (known == null && isFilled) {
            known = new BitSet();
            filled = known;
        }
        if (known != null) {
            known.set(at, isFilled);
        }
    }

    /** Before it is full for the first time, values lie from 0 to {@code next}. */
    private void grow() {
        int length = Math.min(limit, 2 * times.length);
        times = Arrays.copyOf(times, length);
        values = Arrays.copyOf(values, length);
        if (starts.length > 0) {
            starts = Arrays.copyOf(starts, length);
        }
        if (lower.length > 0) {
            lower = Arrays.copyOf(lower, length);
            upper = Arrays.copyOf(upper, length);
        }
    }

    synchronized void mark(Mark mark) {
        Map<String, Deque<Mark>> known = marks;
        if (known == null) {
            known = new TreeMap<>();
            marks = known;
        }
        Deque<Mark> kind = known.computeIfAbsent(mark.kind(), any -> new ArrayDeque<>());
        if (kind.size() == MOST_MARKS) {
            kind.removeFirst();
        }
        String text = mark.text();
        kind.addLast(
                text.length() <= LONGEST_MARK
                        ? mark
                        : new Mark(mark.time(), mark.value(), mark.kind(), text.substring(0, LONGEST_MARK) + "..."));
    }

    synchronized long lastAdded() {
        return lastAdded;
    }

    /** The values from a time on. Those at the same time stay in the order in which they came. */
    synchronized Points points(long spanNanos) {
        long last = Long.MIN_VALUE;
        for (int i = 0; i < size; i++) {
            last = Math.max(last, times[i]);
        }
        long from = spanNanos <= 0 || last < Long.MIN_VALUE + spanNanos ? Long.MIN_VALUE : last - spanNanos;
        List<Integer> order = new ArrayList<>(size);
        int first = size < limit ? 0 : next;
        for (int i = 0; i < size; i++) {
            int at = (first + i) % times.length;
            if (times[at] >= from) {
                order.add(at);
            }
        }
        long[] sorted = times;
        order.sort((a, b) -> Long.compare(sorted[a], sorted[b])); // records come out of order within their bound
        int count = order.size();
        long[] t = new long[count];
        long[] s = new long[starts.length > 0 ? count : 0];
        BitSet f = new BitSet();
        for (int i = 0; i < count; i++) {
            t[i] = times[order.get(i)];
            if (s.length > 0) {
                s[i] = starts[order.get(i)];
            }
            f.set(i, filled != null && filled.get(order.get(i)));
        }
        return new Points(
                t,
                s,
                inOrder(values, order),
                inOrder(lower, order),
                inOrder(upper, order),
                f,
                count == 0 ? List.of() : marksFrom(t[0]));
    }

    private static double[] inOrder(double[] all, List<Integer> order) {
        return all.length == 0
                ? NONE
                : order.stream().mapToDouble(at -> all[at]).toArray();
    }

    /** Marks in the order of their times. */
    private List<Mark> marksFrom(long from) {
        List<Mark> seen = new ArrayList<>();
        if (marks != null) {
            marks.values()
                    .forEach(kind ->
                            kind.stream().filter(mark -> mark.time() >= from).forEach(seen::add));
        }
        seen.sort((a, b) -> Long.compare(a.time(), b.time()));
        return seen;
    }
}
