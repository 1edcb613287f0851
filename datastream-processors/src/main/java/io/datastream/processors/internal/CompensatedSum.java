package io.datastream.processors.internal;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A sum held as the unevaluated sum of two doubles.
 *
 * <p>Each addition keeps the rounding error of the one before it, so the relative error of n additions is below
 * {@code n * 2^-104} of the sum of magnitudes: the result is the correctly rounded sum unless that much cancels.
 * Infinities and NaN behave as in plain addition. A sum beyond 1.8e308 is infinite.
 *
 * <p>References: (1) T. J. Dekker, A floating-point technique for extending the available precision, Numerische
 * Mathematik 18, 1971. (2) M. Joldes, J.-M. Muller, V. Popescu, Tight and rigorous error bounds for basic building blocks
 * of double-word arithmetic, ACM TOMS 44(2), 2017, algorithms 4 and 6.
 */
public final class CompensatedSum {
    private double high;
    private double low;

    /** Adds a number. */
    public void add(double x) {
        double sum = high + x;
        if (!Double.isFinite(sum)) {
            high = sum;
            low = 0;
            return;
        }
        double part = sum - high;
        double error = (high - (sum - part)) + (x - part);
        normalize(sum, low + error);
    }

    /** Adds a number given as the unevaluated sum of two. */
    public void add(double otherHigh, double otherLow) {
        double sum = high + otherHigh;
        if (!Double.isFinite(sum)) {
            high = sum;
            low = 0;
            return;
        }
        double part = sum - high;
        double error = (high - (sum - part)) + (otherHigh - part);
        double lows = low + otherLow;
        double lowPart = lows - low;
        double lowError = (low - (lows - lowPart)) + (otherLow - lowPart);
        normalize(sum, error + lows);
        normalize(high, low + lowError);
    }

    /** Adds the product of two numbers without rounding it. */
    public void addProduct(double a, double b) {
        double product = a * b;
        add(product, Double.isFinite(product) ? Math.fma(a, b, -product) : 0);
    }

    /** Adds another sum. */
    public void add(CompensatedSum other) {
        add(other.high, other.low);
    }

    private void normalize(double large, double small) {
        double sum = large + small;
        low = small - (sum - large);
        high = sum;
    }

    /** The sum, rounded once. */
    public double value() {
        return high;
    }

    /** What is missing from {@link #value}: at most half a unit in its last place. */
    public double rest() {
        return low;
    }

    /** Becomes a sum of nothing. */
    public void clear() {
        high = 0;
        low = 0;
    }

    /** Becomes the same as another. */
    public void set(CompensatedSum other) {
        set(other.high, other.low);
    }

    /** Becomes the sum of these two, the first being their rounded sum. */
    public void set(double high, double low) {
        this.high = high;
        this.low = low;
    }

    /** Writes the sum. */
    public void write(DataOutput out) throws IOException {
        out.writeDouble(high);
        out.writeDouble(low);
    }

    /** Becomes what was written. */
    public void read(DataInput in) throws IOException {
        high = in.readDouble();
        low = in.readDouble();
    }
}
