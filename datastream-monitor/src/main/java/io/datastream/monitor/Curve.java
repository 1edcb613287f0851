package io.datastream.monitor;

import io.datastream.time.EventTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a series as a chart draws them. Where there are more than a chart has room for, the least and the greatest
 * value of each slice of time stand for all of it, so that no peak is lost.
 *
 * @param times milliseconds since the epoch, in order
 * @param starts of the windows that end at these times; left out where there are none
 * @param values null where the line is broken
 * @param marks what is to be seen
 * @param kept how many values there are, before they were made fewer
 */
record Curve(
        List<Double> times,
        @Nullable List<Double> starts,
        List<@Nullable Double> values,
        List<MarkView> marks,
        int kept) {
    /** Something to be seen. */
    record MarkView(double time, @Nullable Double value, String text) {}

    /** The curve of values, at most about {@code most} of them. */
    static Curve of(Ring.Points points, @Nullable Duration gap, int most) {
        int count = points.times().length;
        Drawing drawing = new Drawing(points, gap);
        if (count <= most) {
            for (int i = 0; i < count; i++) {
                drawing.add(i);
            }
        } else {
            makeFewer(points, Math.max(1, most / 2), drawing);
        }
        List<MarkView> marks = new ArrayList<>();
        for (Ring.Mark mark : points.marks()) {
            marks.add(new MarkView(millis(mark.time()), number(mark.value()), mark.text()));
        }
        return new Curve(drawing.times, drawing.starts, drawing.values, marks, count);
    }

    private static void makeFewer(Ring.Points points, int slices, Drawing drawing) {
        long[] times = points.times();
        double first = times[0];
        double width = Math.max(1, ((double) times[times.length - 1] - first) / slices);
        int from = 0;
        while (from < times.length) {
            long slice = (long) ((times[from] - first) / width);
            int to = from;
            int least = from;
            int greatest = from;
            while (to < times.length && (long) ((times[to] - first) / width) == slice) {
                double value = points.values()[to];
                least = value < points.values()[least] || Double.isNaN(points.values()[least]) ? to : least;
                greatest = value > points.values()[greatest] || Double.isNaN(points.values()[greatest]) ? to : greatest;
                to++;
            }
            drawing.add(Math.min(least, greatest));
            if (least != greatest) {
                drawing.add(Math.max(least, greatest));
            }
            from = to;
        }
    }

    /** Collects values and breaks the line where one is too far from the one before. */
    private static final class Drawing {
        final List<Double> times = new ArrayList<>();
        final @Nullable List<Double> starts;
        final List<@Nullable Double> values = new ArrayList<>();
        private final Ring.Points points;
        private final long gap;
        private int last = -1;

        Drawing(Ring.Points points, @Nullable Duration gap) {
            this.points = points;
            this.gap = gap == null ? Long.MAX_VALUE : EventTime.nanos(gap);
            this.starts = points.starts().length > 0 ? new ArrayList<>() : null;
        }

        void add(int at) {
            long time = points.times()[at];
            // between neighbours, not between those that were chosen
            if (last >= 0 && isBroken(last, at)) {
                put(points.times()[last] / 2 + time / 2, time, Double.NaN);
            }
            put(time, points.starts().length > 0 ? points.starts()[at] : time, points.values()[at]);
            last = at;
        }

        private boolean isBroken(int from, int to) {
            for (int i = from; i < to; i++) {
                if (points.times()[i + 1] - points.times()[i] > gap) {
                    return true;
                }
            }
            return false;
        }

        private void put(long time, long start, double value) {
            times.add(millis(time));
            values.add(number(value));
            if (starts != null) {
                starts.add(millis(start));
            }
        }
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
