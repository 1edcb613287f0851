package io.datastream.processors.internal;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Count, sum, mean and sum of squared deviations.
 *
 * <p>The sum of squared deviations is updated as by Welford (1) and merged as by Chan, Golub and LeVeque (2). Unlike
 * there, the mean is a sum of two doubles, so that deviations are right to the last place however large the mean is:
 * the relative error of the variance is below {@code 2 * n * 2^-53} whatever the condition of the data. Equal numbers
 * have a variance of exactly zero.
 *
 * <p>References: (1) B. P. Welford, Note on a method for calculating corrected sums of squares and products,
 * Technometrics 4(3), 1962. (2) T. F. Chan, G. H. Golub, R. J. LeVeque, Updating formulae and a pairwise algorithm for
 * computing sample variances, COMPSTAT 1982.
 */
public final class Moments {
    private final CompensatedSum sum = new CompensatedSum();
    private long count;
    private double squares;
    private double meanHigh = Double.NaN;
    private double meanLow;

    /** Adds a number that is not NaN. */
    public void add(double x) {
        if (count == 0) {
            count = 1;
            sum.set(x, 0);
            squares = Double.isInfinite(x) ? Double.NaN : 0;
            meanHigh = x;
            meanLow = 0;
            return;
        }
        double before = deviation(x);
        count++;
        sum.add(x);
        updateMean();
        squares += before * deviation(x);
    }

    /** Adds what another holds. */
    public void add(Moments other) {
        add(other.count, other.sum.value(), other.sum.rest(), other.squares);
    }

    /** Adds moments given by their parts. */
    void add(long otherCount, double sumHigh, double sumLow, double otherSquares) {
        if (otherCount == 0) {
            return;
        }
        if (count == 0) {
            set(otherCount, sumHigh, sumLow, otherSquares);
            return;
        }
        double high = meanHigh;
        double low = meanLow;
        long ours = count;
        double oursSquares = squares;
        double oursHigh = sum.value();
        double oursLow = sum.rest();
        set(otherCount, sumHigh, sumLow, otherSquares);
        double distance = (meanHigh - high) + (meanLow - low);
        count += ours;
        sum.add(oursHigh, oursLow);
        updateMean();
        squares = oursSquares + otherSquares + distance * distance * (ours * ((double) otherCount / count));
    }

    void set(long newCount, double sumHigh, double sumLow, double newSquares) {
        count = newCount;
        sum.set(sumHigh, sumLow);
        squares = newSquares;
        updateMean();
    }

    private void updateMean() {
        double total = sum.value();
        double high = total / count;
        if (!Double.isFinite(high)) {
            meanHigh = high;
            meanLow = 0;
            return;
        }
        double low = (Math.fma(-high, count, total) + sum.rest()) / count;
        // a mean of -0.0 stays: what was read back has the bits of what was written
        meanHigh = low == 0 ? high : high + low;
        meanLow = low - (meanHigh - high);
    }

    /** Becomes moments of nothing. */
    public void clear() {
        set(0, 0, 0, 0);
    }

    /** How many numbers there are. */
    public long count() {
        return count;
    }

    /** Their sum; 0 for none. */
    public double sum() {
        return sum.value();
    }

    double sumRest() {
        return sum.rest();
    }

    double squares() {
        return squares;
    }

    /** Their mean; NaN for none. */
    public double mean() {
        return meanHigh;
    }

    /** What is missing from {@link #mean}. */
    public double meanRest() {
        return meanLow;
    }

    /** How far a number is above the mean. */
    public double deviation(double x) {
        return (x - meanHigh) - meanLow;
    }

    /** The sum of squared deviations divided by the count less {@code ddof}; NaN if that is not positive. */
    public double variance(int ddof) {
        return count > ddof ? squares / (count - ddof) : Double.NaN;
    }

    /** The square root of the variance. */
    public double standardDeviation(int ddof) {
        return Math.sqrt(variance(ddof));
    }

    /** Writes the moments. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(count);
        sum.write(out);
        out.writeDouble(squares);
    }

    /** Becomes what was written. */
    public void read(DataInput in) throws IOException {
        count = in.readLong();
        sum.read(in);
        squares = in.readDouble();
        updateMean();
    }
}
