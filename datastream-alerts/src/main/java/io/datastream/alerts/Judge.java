package io.datastream.alerts;

import io.datastream.function.Condition;
import io.datastream.function.ToDoubleFn;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Reads from a record whether the condition of a rule holds.
 *
 * @param <T> the records
 */
sealed interface Judge<T> extends Serializable {
    /** How many values it keeps of a key. */
    default int memory() {
        return 1;
    }

    /**
     * What a record says. Changes the memory only when nothing can fail any more.
     *
     * @param verdict takes the value that was judged, where there is one
     */
    Level judge(long time, T record, Memory memory, Verdict verdict) throws Exception;

    /** Takes a value that was judged. */
    interface Verdict {
        void judged(double value);
    }

    /**
     * A judge of numbers.
     *
     * @param <T> the records
     */
    sealed interface OfNumbers<T> extends Judge<T> {
        Limits limits();

        OfNumbers<T> with(Limits changed);

        /** The number to judge; NaN for none. */
        double number(long time, T record, Memory memory) throws Exception;

        @Override
        default Level judge(long time, T record, Memory memory, Verdict verdict) throws Exception {
            double number = number(time, record, memory);
            if (!Double.isNaN(number)) {
                verdict.judged(number);
            }
            return limits().level(number);
        }
    }

    /**
     * Judges the number that a function reads.
     *
     * @param <T> the records
     */
    record Values<T>(ToDoubleFn<T> value, Limits limits) implements OfNumbers<T> {
        @Override
        public OfNumbers<T> with(Limits changed) {
            return new Values<>(value, changed);
        }

        @Override
        public double number(long time, T record, Memory memory) throws Exception {
            return value.applyAsDouble(record);
        }
    }

    /**
     * Judges the size of a score that a function reads.
     *
     * @param <T> the records
     */
    record Scores<T>(ToDoubleFn<T> score, Limits limits) implements OfNumbers<T> {
        @Override
        public OfNumbers<T> with(Limits changed) {
            return new Scores<>(score, changed);
        }

        @Override
        public double number(long time, T record, Memory memory) throws Exception {
            return Math.abs(score.applyAsDouble(record));
        }
    }

    /**
     * Judges how fast a number changes from one record to the next, in either direction. Of records at the same time the
     * last one counts.
     *
     * @param <T> the records
     */
    record Rates<T>(ToDoubleFn<T> value, long unitNanos, Limits limits) implements OfNumbers<T> {
        @Override
        public OfNumbers<T> with(Limits changed) {
            return new Rates<>(value, unitNanos, changed);
        }

        @Override
        public double number(long time, T record, Memory memory) throws Exception {
            double now = value.applyAsDouble(record);
            if (Double.isNaN(now)) {
                return Double.NaN;
            }
            double passed = memory.isEmpty() ? 0 : (double) time - (double) memory.lastTime();
            double rate = passed > 0 ? Math.abs(now - memory.last()) / (passed / unitNanos) : Double.NaN;
            memory.add(time, now);
            return rate;
        }
    }

    /**
     * Judges by how many robust deviations a number is away from the median of those before it.
     *
     * @param <T> the records
     */
    record Outliers<T>(ToDoubleFn<T> value, int memory, Limits limits) implements OfNumbers<T> {
        /** Makes the median distance of normally distributed values their standard deviation. */
        private static final double NORMAL_SCALE = 1.4826;

        @Override
        public OfNumbers<T> with(Limits changed) {
            return new Outliers<>(value, memory, changed);
        }

        @Override
        public double number(long time, T record, Memory before) throws Exception {
            double now = value.applyAsDouble(record);
            if (Double.isNaN(now)) {
                return Double.NaN;
            }
            double score = before.isFull() ? score(now, before.copy()) : Double.NaN;
            before.add(time, now);
            return score;
        }

        private static double score(double now, double[] before) {
            double median = median(before);
            double[] distances =
                    Arrays.stream(before).map(x -> Math.abs(x - median)).toArray();
            double distance = Math.abs(now - median);
            return distance == 0 ? 0 : distance / (NORMAL_SCALE * median(distances)); // infinite where none varied
        }

        private static double median(double[] values) {
            Arrays.sort(values);
            int middle = values.length / 2;
            return values.length % 2 == 1 ? values[middle] : values[middle - 1] / 2 + values[middle] / 2;
        }
    }

    /**
     * Time runs from each record; the next one ends it.
     *
     * @param <T> the records
     */
    record Absences<T>() implements Judge<T> {
        @Override
        public Level judge(long time, T record, Memory memory, Verdict verdict) {
            return Level.FINE_AND_ANEW;
        }
    }

    /**
     * Time runs from a first event; a second one ends it. An event that is both ends it and lets it run anew.
     *
     * @param <T> the records
     */
    record Sequences<T>(Condition<T> first, Condition<T> second) implements Judge<T> {
        @Override
        public Level judge(long time, T record, Memory memory, Verdict verdict) throws Exception {
            boolean ends = second.test(record);
            boolean begins = first.test(record);
            if (ends) {
                return begins ? Level.FINE_AND_ANEW : Level.FINE;
            }
            return begins ? Level.BAD : Level.SILENT;
        }
    }
}
