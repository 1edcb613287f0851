package io.datastream.processors.internal;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The last rows of a series and their moments, minimum and maximum. A missing number (NaN) occupies a row and counts for
 * nothing else.
 *
 * <p>Nothing is ever subtracted: numbers that have left the window leave no trace. The window is two stacks: the newer
 * rows are one aggregate that rows are added to, the older rows hold at each row the aggregate of it and all newer ones
 * of their stack. When the older stack is empty it takes over all rows. A row costs one addition and, later, one more:
 * constant on average, proportional to the rows at a takeover. About 56 bytes a row.
 *
 * <p>Reference: K. Tangwongsan, M. Hirzel, S. Schneider, In-order sliding-window aggregation in worst-case constant
 * time, VLDB Journal 30, 2021, section 3 (two stacks).
 */
public final class RollingWindow {
    private final double[] values;
    private final long[] counts;
    private final double[] sums;
    private final double[] sumRests;
    private final double[] squares;
    private final double[] minima;
    private final double[] maxima;
    private final Moments newer = new Moments();
    private final Moments all = new Moments();
    private double newerMinimum = Double.NaN;
    private double newerMaximum = Double.NaN;
    private int oldest;
    private int size;
    private int older;

    /** A window of this many rows, empty. */
    public RollingWindow(int rows) {
        values = new double[rows];
        counts = new long[rows];
        sums = new double[rows];
        sumRests = new double[rows];
        squares = new double[rows];
        minima = new double[rows];
        maxima = new double[rows];
    }

    /** Adds a row; the oldest leaves if the window is full. */
    public void add(double x) {
        if (size == values.length) {
            if (older == 0) {
                takeOver(size);
            }
            oldest = slot(1);
            size--;
            older--;
        }
        append(x);
    }

    private void append(double x) {
        values[slot(size)] = x;
        size++;
        if (!Double.isNaN(x)) {
            newer.add(x);
            newerMinimum = lesser(newerMinimum, x);
            newerMaximum = greater(newerMaximum, x);
        }
    }

    /** Makes the oldest {@code rows} rows, which have only just been in the newer stack, the older stack. */
    private void takeOver(int rows) {
        all.clear();
        double minimum = Double.NaN;
        double maximum = Double.NaN;
        for (int row = rows - 1; row >= 0; row--) {
            int slot = slot(row);
            double x = values[slot];
            if (!Double.isNaN(x)) {
                all.add(x);
                minimum = lesser(minimum, x);
                maximum = greater(maximum, x);
            }
            counts[slot] = all.count();
            sums[slot] = all.sum();
            sumRests[slot] = all.sumRest();
            squares[slot] = all.squares();
            minima[slot] = minimum;
            maxima[slot] = maximum;
        }
        older = rows;
        newer.clear();
        newerMinimum = Double.NaN;
        newerMaximum = Double.NaN;
    }

    private int slot(int row) {
        int slot = oldest + row;
        return slot < values.length ? slot : slot - values.length;
    }

    private static double lesser(double a, double b) {
        return b < a || Double.isNaN(a) ? b : a;
    }

    private static double greater(double a, double b) {
        return b > a || Double.isNaN(a) ? b : a;
    }

    /** Whether the window holds as many rows as it can. */
    public boolean isFull() {
        return size == values.length;
    }

    /** The moments of the numbers in the window, valid until the next call. */
    public Moments moments() {
        if (older == 0) {
            return newer;
        }
        all.set(counts[oldest], sums[oldest], sumRests[oldest], squares[oldest]);
        all.add(newer);
        return all;
    }

    /** The least number; NaN for none. */
    public double minimum() {
        return older == 0 ? newerMinimum : lesser(minima[oldest], newerMinimum);
    }

    /** The greatest number; NaN for none. */
    public double maximum() {
        return older == 0 ? newerMaximum : greater(maxima[oldest], newerMaximum);
    }

    /** Writes the rows and where the stacks meet: 12 bytes and 8 a row. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(values.length);
        out.writeInt(size);
        out.writeInt(older);
        for (int row = 0; row < size; row++) {
            out.writeDouble(values[slot(row)]);
        }
    }

    /** Makes a new window what was written, to the last bit: aggregates are made again in the same order. */
    public void read(DataInput in) throws IOException {
        Arguments.sameRows(in.readInt(), values.length);
        int rows = in.readInt();
        int olderRows = in.readInt();
        for (int row = 0; row < rows; row++) {
            append(in.readDouble());
            if (row == olderRows - 1) {
                takeOver(olderRows);
            }
        }
    }
}
