package io.datastream.bench.compare;

import io.datastream.bench.compare.Readings.Mean;
import io.datastream.bench.compare.Readings.Reading;

/** What must come out: sums in a table. */
final class Reference {
    private static final long FIRST = Readings.START - Readings.WINDOW_MILLIS;

    private final double[][] sums;
    private final int[][] counts;
    private int results;

    Reference(int records) {
        int windows = records / Readings.WINDOW_MILLIS + 3;
        this.sums = new double[windows][Readings.SENSORS];
        this.counts = new int[windows][Readings.SENSORS];
        Readings.generate(records, this::add);
    }

    private void add(Reading reading) {
        int window = window(reading.time());
        int sensor = Readings.number(reading.sensor());
        sums[window][sensor] += reading.value();
        results += counts[window][sensor]++ == 0 ? 1 : 0;
    }

    private static int window(long time) {
        return (int) (Math.floorDiv(time, Readings.WINDOW_MILLIS) - Math.floorDiv(FIRST, Readings.WINDOW_MILLIS));
    }

    int results() {
        return results;
    }

    /** Takes the results of one run. */
    Check check() {
        return new Check();
    }

    /** What is wrong with results. */
    final class Check {
        private final boolean[][] seen = new boolean[counts.length][Readings.SENSORS];
        private int found;
        private int wrong;

        void take(Mean mean) {
            if (mean.sensor().equals(Readings.CLOSING)) {
                return;
            }
            int window = window(mean.start());
            int sensor = Readings.number(mean.sensor());
            double expected = sums[window][sensor] / counts[window][sensor];
            boolean isRight = !seen[window][sensor]
                    && mean.count() == counts[window][sensor]
                    && Math.abs(mean.mean() - expected) <= 1e-9 * Math.max(1, expected);
            seen[window][sensor] = true;
            found++;
            wrong += isRight ? 0 : 1;
        }

        boolean isRight() {
            return found == results && wrong == 0;
        }

        @Override
        public String toString() {
            return isRight() ? "right" : found + " results of " + results + ", " + wrong + " of them wrong or twice";
        }
    }
}
