package io.datastream.simulate;

import io.datastream.simulate.SeriesGenerator.Season;
import io.datastream.simulate.SeriesGenerator.Shape;
import io.datastream.simulate.SeriesGenerator.Spans;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One run of a {@link SeriesGenerator}. */
final class SeriesBuild {
    private static final Comparator<Draft> BY_ARRIVAL = Comparator.comparingLong(Draft::arrival)
            .thenComparingLong(Draft::trueTime)
            .thenComparingInt(Draft::key)
            .thenComparingInt(Draft::copy);
    private static final Comparator<Draft> BY_TIME =
            Comparator.comparingLong(Draft::trueTime).thenComparingInt(Draft::key);

    private final Shape shape;
    private final Faults faults;
    private final long seed;
    private final List<Draft> arrivals = new ArrayList<>();
    private final List<Draft> clean = new ArrayList<>();
    private final List<Draft> missing = new ArrayList<>();
    private final Map<Integer, Set<Fault>> sets = new HashMap<>();

    SeriesBuild(SeriesGenerator generator) {
        this.shape = generator.shape;
        this.faults = generator.faults;
        this.seed = generator.seed;
    }

    /** What draws random numbers: each part has a stream of its own for each key, and its number is in the results. */
    private enum Part {
        NOISE(0),
        WALK(1),
        JITTER(2),
        MISSING(3),
        GAPS(4),
        DUPLICATES(5),
        LATE(6),
        STUCK(7),
        SPIKES(8),
        STEP_PLACES(9),
        STEP_SIGNS(10),
        NAN(11),
        DRIFT_PLACES(12),
        DRIFT_SIGNS(13);

        private final int number;

        Part(int number) {
            this.number = number;
        }
    }

    /** A sample before its place among the arrivals is known; {@code copy} is 1 for a duplicate. */
    private record Draft(
            int key, int index, int copy, long trueTime, long reportedTime, long arrival, double value, int faults) {}

    GeneratedSeries build() {
        for (int key = 0; key < shape.keys().size(); key++) {
            long[] times = new long[shape.points()];
            double[] values = new double[shape.points()];
            fillTruth(key, times, values);
            fillArrivals(key, times, values);
        }
        arrivals.sort(BY_ARRIVAL);
        clean.sort(BY_TIME);
        missing.sort(BY_TIME);
        return new GeneratedSeries(finish(labelLate(arrivals)), finish(clean), finish(missing));
    }

    private void fillTruth(int key, long[] times, double[] values) {
        SplitMix noise = random(key, Part.NOISE);
        SplitMix steps = random(key, Part.WALK);
        SplitMix jitter = random(key, Part.JITTER);
        double walk = 0;
        for (int i = 0; i < times.length; i++) {
            long late = shape.jitter() == 0 ? 0 : jitter.nextLong(shape.jitter());
            times[i] = Math.addExact(shape.start(), Math.addExact(Math.multiplyExact(i, shape.step()), late));
            double value = shape.level() + shape.trend() * i;
            for (Season season : shape.seasons()) {
                long phase = Math.floorMod(times[i] - shape.start(), season.period());
                value += season.amplitude() * StrictMath.sin(2 * Math.PI * ((double) phase / season.period()));
            }
            values[i] = value + walk + shape.noise() * noise.nextGaussian();
            walk += shape.walk() * steps.nextGaussian();
            clean.add(new Draft(key, i, 0, times[i], times[i], times[i], values[i], 0));
        }
    }

    private void fillArrivals(int key, long[] times, double[] values) {
        double[] reported = values.clone();
        int[] labels = new int[values.length];
        shiftLevels(key, reported);
        goAstray(key, reported, labels);
        addSpikes(key, reported, labels);
        freeze(key, reported, labels);
        for (int i : spans(key, Part.NAN, faults.nan).stream().toArray()) {
            reported[i] = Double.NaN;
            labels[i] = Fault.NAN.bit;
        }
        BitSet absent = absent(key);
        labelSteps(key, labels, absent);
        deliver(key, times, reported, labels, absent);
    }

    private void shiftLevels(int key, double[] reported) {
        SplitMix random = random(key, Part.STEP_SIGNS);
        BitSet starts = spans(key, Part.STEP_PLACES, faults.steps);
        double shift = 0;
        for (int i = 0; i < reported.length; i++) {
            if (starts.get(i)) {
                shift += random.nextBoolean() ? faults.stepSize : -faults.stepSize;
            }
            reported[i] += shift;
        }
    }

    private void goAstray(int key, double[] reported, int[] labels) {
        SplitMix random = random(key, Part.DRIFT_SIGNS);
        BitSet astray = spans(key, Part.DRIFT_PLACES, faults.drift);
        for (int i = astray.nextSetBit(0); i >= 0; i = astray.nextSetBit(i)) {
            double change = random.nextBoolean() ? faults.driftSize : -faults.driftSize;
            for (int steps = 1; astray.get(i); i++, steps++) {
                reported[i] += steps * change;
                labels[i] |= Fault.DRIFT.bit;
            }
        }
    }

    private void addSpikes(int key, double[] reported, int[] labels) {
        SplitMix random = random(key, Part.SPIKES);
        for (int i = 0; i < reported.length; i++) {
            boolean hit = random.chance(faults.spikes);
            double size = faults.spikeSize * (1 + random.nextDouble());
            boolean up = random.nextBoolean();
            if (hit) {
                reported[i] += up ? size : -size;
                labels[i] |= Fault.SPIKE.bit;
            }
        }
    }

    private void freeze(int key, double[] reported, int[] labels) {
        for (int i : spans(key, Part.STUCK, faults.stuck).stream().toArray()) {
            reported[i] = reported[i - 1];
            labels[i] = Fault.STUCK.bit;
        }
    }

    private BitSet absent(int key) {
        BitSet absent = spans(key, Part.GAPS, faults.gaps);
        SplitMix random = random(key, Part.MISSING);
        for (int i = 0; i < shape.points(); i++) {
            if (random.chance(faults.missing)) {
                absent.set(i);
            }
        }
        return absent;
    }

    /** A new level is first seen at the first sample that arrives and is neither stuck nor NaN. */
    private void labelSteps(int key, int[] labels, BitSet absent) {
        int hidden = Fault.STUCK.bit | Fault.NAN.bit;
        BitSet starts = spans(key, Part.STEP_PLACES, faults.steps);
        for (int i = starts.nextSetBit(0); i >= 0; i = starts.nextSetBit(i + 1)) {
            int seen = i;
            while (seen < labels.length && (absent.get(seen) || (labels[seen] & hidden) != 0)) {
                seen++;
            }
            if (seen < labels.length) {
                labels[seen] |= Fault.STEP.bit;
            }
        }
    }

    private void deliver(int key, long[] times, double[] reported, int[] labels, BitSet absent) {
        SplitMix late = random(key, Part.LATE);
        SplitMix duplicates = random(key, Part.DUPLICATES);
        for (int i = 0; i < times.length; i++) {
            boolean delayed = late.chance(faults.late);
            double lateBy = late.nextDouble();
            boolean twice = duplicates.chance(faults.duplicates);
            double againAfter = duplicates.nextDouble();
            if (absent.get(i)) {
                missing.add(clean(key, i, times, Fault.MISSING.bit));
                continue;
            }
            long time = drifted(times[i]);
            int faultsOf = time == times[i] ? labels[i] : labels[i] | Fault.CLOCK_DRIFT.bit;
            long delay = delayed ? between(shape.step(), faults.lateBound, lateBy) : 0;
            arrivals.add(new Draft(key, i, 0, times[i], time, times[i] + delay, reported[i], faultsOf));
            if (twice) {
                long again = between(delay, Math.max(delay, faults.lateBound), againAfter);
                int both = faultsOf | Fault.DUPLICATE.bit;
                arrivals.add(new Draft(key, i, 1, times[i], time, times[i] + again, reported[i], both));
            }
        }
    }

    private Draft clean(int key, int index, long[] times, int label) {
        Draft point = clean.get(key * shape.points() + index);
        return new Draft(key, index, 0, times[index], times[index], times[index], point.value(), label);
    }

    private long drifted(long time) {
        return time + Math.round((time - shape.start()) * (faults.clockDrift / 1e6));
    }

    private List<Draft> labelLate(List<Draft> inOrder) {
        long[] latest = new long[shape.keys().size()];
        Arrays.fill(latest, Long.MIN_VALUE);
        List<Draft> labelled = new ArrayList<>(inOrder.size());
        for (Draft draft : inOrder) {
            boolean behind = draft.reportedTime() < latest[draft.key()];
            latest[draft.key()] = Math.max(latest[draft.key()], draft.reportedTime());
            labelled.add(behind ? withLate(draft) : draft);
        }
        return labelled;
    }

    private static Draft withLate(Draft draft) {
        return new Draft(
                draft.key(),
                draft.index(),
                draft.copy(),
                draft.trueTime(),
                draft.reportedTime(),
                draft.arrival(),
                draft.value(),
                draft.faults() | Fault.LATE.bit);
    }

    private List<Sample> finish(List<Draft> drafts) {
        List<Sample> samples = new ArrayList<>(drafts.size());
        for (Draft draft : drafts) {
            samples.add(new Sample(
                    shape.keys().get(draft.key()),
                    draft.reportedTime(),
                    draft.value(),
                    sets.computeIfAbsent(draft.faults(), SeriesBuild::set),
                    draft.index(),
                    samples.size()));
        }
        return samples;
    }

    /** The points of one span in each of as many equal parts as there are spans, never the first point of a part. */
    private BitSet spans(int key, Part part, Spans spans) {
        BitSet points = new BitSet();
        SplitMix random = random(key, part);
        for (int i = 0; i < spans.count(); i++) {
            int from = (int) ((long) i * shape.points() / spans.count());
            int to = (int) ((i + 1L) * shape.points() / spans.count());
            int start = from + 1 + (int) random.nextLong(to - from - spans.length());
            points.set(start, start + spans.length());
        }
        return points;
    }

    private SplitMix random(int key, Part part) {
        return SplitMix.of(seed, key, part.number);
    }

    private static long between(long low, long high, double share) {
        return low + (long) ((high - low) * share);
    }

    private static Set<Fault> set(int bits) {
        EnumSet<Fault> set = EnumSet.noneOf(Fault.class);
        for (Fault fault : Fault.values()) {
            if ((bits & fault.bit) != 0) {
                set.add(fault);
            }
        }
        return Set.copyOf(set);
    }
}
