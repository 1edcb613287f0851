package io.datastream.monitor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The latest values of a series. Grows up to its limit, then the oldest value makes room. */
final class Ring {
    private static final int FIRST_SIZE = 16;
    private static final int MOST_MARKS = 50;
    private static final int LONGEST_MARK = 200;

    private final int limit;
    private long[] times;
    private long[] starts;
    private double[] values;
    private int size;
    private int next;
    private long lastAdded;
    private @Nullable Deque<Mark> marks;

    /** Something to be seen at a time. */
    record Mark(long time, double value, String text) {}

    /** Values in the order of their times. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Points(long[] times, long[] starts, double[] values, List<Mark> marks) {}

    Ring(int limit, boolean hasWindows) {
        this.limit = limit;
        int first = Math.min(FIRST_SIZE, limit);
        this.times = new long[first];
        this.starts = new long[hasWindows ? first : 0];
        this.values = new double[first];
    }

    synchronized void add(long time, long start, double value, @Nullable String mark) {
        if (size == times.length && size < limit) {
            grow();
        }
        times[next] = time;
        values[next] = value;
        if (starts.length > 0) {
            starts[next] = start;
        }
        next = next + 1 == times.length && times.length == limit ? 0 : next + 1;
        size = Math.min(limit, size + 1);
        lastAdded = System.nanoTime();
        if (mark != null) {
            mark(time, value, mark);
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
    }

    private void mark(long time, double value, String text) {
        Deque<Mark> known = marks;
        if (known == null) {
            known = new ArrayDeque<>();
            marks = known;
        }
        if (known.size() == MOST_MARKS) {
            known.removeFirst();
        }
        known.addLast(
                new Mark(time, value, text.length() <= LONGEST_MARK ? text : text.substring(0, LONGEST_MARK) + "..."));
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
        double[] v = new double[count];
        for (int i = 0; i < count; i++) {
            t[i] = times[order.get(i)];
            v[i] = values[order.get(i)];
            if (s.length > 0) {
                s[i] = starts[order.get(i)];
            }
        }
        List<Mark> seen = new ArrayList<>();
        if (marks != null) {
            for (Mark mark : marks) {
                if (mark.time() >= from && count > 0 && mark.time() >= t[0]) {
                    seen.add(mark);
                }
            }
        }
        return new Points(t, s, v, seen);
    }
}
