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
 * @param starts of the windows that end at these times, null where the line is broken; left out where there are none
 * @param values null where the line is broken
 * @param lower and {@code upper}: the band, null where it has a hole; left out where there is none
 * @param filled which of the times have a value that was filled in; left out where none has
 * @param marks what is to be seen
 * @param kept how many values there are, before they were made fewer
 */
record Curve(
        List<Double> times,
        @Nullable List<@Nullable Double> starts,
        List<@Nullable Double> values,
        @Nullable List<@Nullable Double> lower,
        @Nullable List<@Nullable Double> upper,
        @Nullable List<Integer> filled,
        List<MarkView> marks,
        int kept) {
    /**
     * Something to be seen.
     *
     * @param kind left out for marks of the tap itself
     */
    record MarkView(
            double time, @Nullable Double value, @Nullable String kind, String text) {}

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
            marks.add(new MarkView(
                    millis(mark.time()),
                    number(mark.value()),
                    mark.kind().isEmpty() ? null : mark.kind(),
                    mark.text()));
        }
        return new Curve(
                drawing.times,
                drawing.starts,
                drawing.values,
                drawing.lower,
                drawing.upper,
                drawing.filled.isEmpty() ? null : drawing.filled,
                marks,
                count);
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
        final @Nullable List<@Nullable Double> starts;
        final List<@Nullable Double> values = new ArrayList<>();
        final @Nullable List<@Nullable Double> lower;
        final @Nullable List<@Nullable Double> upper;
        final List<Integer> filled = new ArrayList<>();
        private final Ring.Points points;
        private final long gap;
        private int last = -1;

        Drawing(Ring.Points points, @Nullable Duration gap) {
            this.points = points;
            this.gap = gap == null ? Long.MAX_VALUE : EventTime.nanos(gap);
            this.starts = points.starts().length > 0 ? new ArrayList<>() : null;
            this.lower = points.lower().length > 0 ? new ArrayList<>() : null;
            this.upper = points.upper().length > 0 ? new ArrayList<>() : null;
        }

        void add(int at) {
            // between neighbours, not between those that were chosen
            if (last >= 0 && isBroken(last, at)) {
                times.add(millis(points.times()[last] / 2 + points.times()[at] / 2));
                values.add(null);
                put(starts, null);
                put(lower, null);
                put(upper, null);
            }
            if (points.filled().get(at)) {
                filled.add(times.size());
            }
            times.add(millis(points.times()[at]));
            values.add(number(points.values()[at]));
            put(starts, starts == null ? null : (Double) millis(points.starts()[at]));
            put(lower, lower == null ? null : number(points.lower()[at]));
            put(upper, upper == null ? null : number(points.upper()[at]));
            last = at;
        }

        private static void put(@Nullable List<@Nullable Double> list, @Nullable Double value) {
            if (list != null) {
                list.add(value);
            }
        }

        private boolean isBroken(int from, int to) {
            for (int i = from; i < to; i++) {
                if (points.times()[i + 1] - points.times()[i] > gap) {
                    return true;
                }
            }
            return false;
        }
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
