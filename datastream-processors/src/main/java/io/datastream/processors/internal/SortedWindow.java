package io.datastream.processors.internal;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The last rows of a series and exact order statistics of them. A missing number (NaN) occupies a row and counts for
 * nothing else.
 *
 * <p>The numbers are kept in an array in order; a row costs a search and a move of at most the whole array, which for the
 * windows these operators use (up to some thousand rows) is less than a tree would cost. 16 bytes a row.
 */
public final class SortedWindow {
    private final double[] rows;
    private final double[] sorted;
    private int oldest;
    private int size;
    private int count;

    /** A window of this many rows, empty. */
    public SortedWindow(int rows) {
        this.rows = new double[rows];
        this.sorted = new double[rows];
    }

    /** Adds a row; the oldest leaves if the window is full. */
    public void add(double x) {
        if (size == rows.length) {
            remove(rows[oldest]);
            rows[oldest] = x;
            oldest = oldest + 1 == rows.length ? 0 : oldest + 1;
        } else {
            rows[slot(size)] = x;
            size++;
        }
        if (!Double.isNaN(x)) {
            int found = Arrays.binarySearch(sorted, 0, count, x);
            int at = found < 0 ? -found - 1 : found;
            System.arraycopy(sorted, at, sorted, at + 1, count - at);
            sorted[at] = x;
            count++;
        }
    }

    private void remove(double x) {
        if (!Double.isNaN(x)) {
            int at = Arrays.binarySearch(sorted, 0, count, x);
            System.arraycopy(sorted, at + 1, sorted, at, count - at - 1);
            count--;
        }
    }

    private int slot(int row) {
        int slot = oldest + row;
        return slot < rows.length ? slot : slot - rows.length;
    }

    /** How many numbers there are, missing ones left out. */
    public int count() {
        return count;
    }

    /** Whether the window holds as many rows as it can. */
    public boolean isFull() {
        return size == rows.length;
    }

    /** The middle number, or the mean of the two in the middle; NaN for none. */
    public double median() {
        if (count == 0) {
            return Double.NaN;
        }
        int middle = count / 2;
        return count % 2 == 1 ? sorted[middle] : mean(sorted[middle - 1], sorted[middle]);
    }

    /**
     * The quantile between 0 and 1 by linear interpolation at {@code (count - 1) * p} (type 7 of Hyndman and Fan, 1996);
     * NaN for no numbers.
     */
    public double quantile(double p) {
        if (count == 0) {
            return Double.NaN;
        }
        double place = (count - 1) * p;
        int below = (int) place;
        double part = place - below;
        double value = sorted[below];
        return part == 0 ? value : value + part * (sorted[below + 1] - value);
    }

    /** The median of the distances from a center, without factor; NaN for no numbers. */
    public double medianDistance(double center) {
        if (count == 0) {
            return Double.NaN;
        }
        int found = Arrays.binarySearch(sorted, 0, count, center);
        int split = found < 0 ? -found - 1 : found;
        double distance = distance(center, split, count / 2);
        return count % 2 == 1 ? distance : mean(distance(center, split, count / 2 - 1), distance);
    }

    /**
     * The distance that {@code rank} others are not above. Below the split distances grow to the left, from it on to the
     * right; a binary search finds how many of the least ones lie on the left.
     */
    private double distance(double center, int split, int rank) {
        int taken = rank + 1;
        int left = Math.max(0, taken - (count - split));
        int most = Math.min(taken, split);
        while (left < most) {
            int middle = (left + most) >>> 1;
            if (down(center, split, middle) < up(center, split, taken - middle - 1)) {
                left = middle + 1;
            } else {
                most = middle;
            }
        }
        int right = taken - left;
        double down = left > 0 ? down(center, split, left - 1) : 0;
        double up = right > 0 ? up(center, split, right - 1) : 0;
        return Math.max(down, up);
    }

    private double down(double center, int split, int place) {
        return Math.abs(sorted[split - 1 - place] - center);
    }

    private double up(double center, int split, int place) {
        return Math.abs(sorted[split + place] - center);
    }

    private static double mean(double a, double b) {
        double sum = a + b;
        return Double.isInfinite(sum) ? a / 2 + b / 2 : sum / 2;
    }

    /** Writes the rows: 8 bytes and 8 a row. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(rows.length);
        out.writeInt(size);
        for (int row = 0; row < size; row++) {
            out.writeDouble(rows[slot(row)]);
        }
    }

    /** Makes a new window what was written. */
    public void read(DataInput in) throws IOException {
        Arguments.sameRows(in.readInt(), rows.length);
        int stored = in.readInt();
        for (int row = 0; row < stored; row++) {
            add(in.readDouble());
        }
    }
}
