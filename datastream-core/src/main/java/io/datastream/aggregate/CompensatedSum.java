package io.datastream.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A sum of doubles that keeps what rounding cuts off, and adds it back at the end.
 *
 * <p>For n values the error is at most about {@code u |sum| + n² u² Σ|value|} with {@code u = 1.1e-16}, where plain
 * addition loses up to {@code n u Σ|value|}: ten times 0.1 is exactly 1.0, and 1 + 1e100 + 1 - 1e100 is 2.
 *
 * <p>Infinities are values: the sum is that infinity, or NaN if both were added. Finite values whose partial sum leaves
 * the range of a double count as that infinity from then on. NaN is not skipped: it makes the sum NaN. The sum of no
 * values is 0.0, and the sum is never -0.0.
 *
 * <p>Belongs to one thread. Two words of state, 32 bytes on the heap, 16 bytes stored; adding allocates nothing.
 *
 * <p>Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54, 1974,
 * algorithm IV.
 */
public final class CompensatedSum {
    private double sum;

    // Garbage as soon as the sum is not finite, and not looked at then.
    private double lost;

    /** A sum of no values. */
    public CompensatedSum() {}

    /** Adds a value. */
    public void add(double value) {
        double total = sum + value;
        lost += lost(sum, value, total);
        sum = total;
    }

    /** Adds what another sum holds, which stays as it is. Merging with a sum of no values changes nothing. */
    public void merge(CompensatedSum other) {
        double total = sum + other.sum;
        lost += lost(sum, other.sum, total) + other.lost;
        sum = total;
    }

    /** The sum. */
    public double value() {
        return value(sum, lost);
    }

    /** Makes this a sum of no values again. */
    public void clear() {
        sum = 0;
        lost = 0;
    }

    /** Writes the sum, 16 bytes, from which {@link #read} makes one that goes on with the same bits. */
    public void write(DataOutput out) throws IOException {
        write(sum, lost, out);
    }

    /** Reads what {@link #write} wrote. */
    public static CompensatedSum read(DataInput in) throws IOException {
        CompensatedSum read = new CompensatedSum();
        read.sum = in.readDouble();
        read.lost = in.readDouble();
        return read;
    }

    @Override
    public String toString() {
        return Double.toString(value());
    }

    /** What {@code total}, the rounded sum of both, lacks of their exact sum. */
    static double lost(double sum, double value, double total) {
        return Math.abs(sum) >= Math.abs(value) ? (sum - total) + value : (value - total) + sum;
    }

    /** The value of a sum and of what it lost. */
    static double value(double sum, double lost) {
        return Double.isFinite(sum) ? sum + lost : sum;
    }

    static void write(double sum, double lost, DataOutput out) throws IOException {
        out.writeDouble(sum);
        out.writeDouble(Double.isFinite(sum) ? lost : 0);
    }
}
