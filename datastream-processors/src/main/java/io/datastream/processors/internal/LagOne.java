package io.datastream.processors.internal;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The sum of products of neighbouring deviations, in one pass.
 *
 * <p>With deviations d from the first value, which are exact as sums of two doubles, and d their mean,
 * {@code sum((d_i - d)(d_(i+1) - d)) = sum(d_i d_(i+1)) - d * (2 * sum(d_i) - d_1 - d_n) + (n - 1) * d^2}. All sums keep
 * about 100 bits, so what cancels here does not matter until the mean is some 1e10 deviations away from the first value.
 */
public final class LagOne {
    private long count;
    private double first;
    private double lastHigh;
    private double lastLow;
    private final CompensatedSum sum = new CompensatedSum();
    private final CompensatedSum products = new CompensatedSum();

    /** Adds a value that is not NaN. */
    public void add(double x) {
        if (count == 0) {
            first = x;
        }
        double high = x - first;
        double part = high - x;
        double low = (x - (high - part)) - (first + part);
        if (count > 0) {
            products.addProduct(high, lastHigh);
            products.add(high * lastLow + low * lastHigh);
        }
        sum.add(high);
        sum.add(low);
        lastHigh = high;
        lastLow = low;
        count++;
    }

    /** The sum of products of neighbouring deviations from the mean; 0 for less than two values. */
    public double value() {
        if (count < 2) {
            return 0;
        }
        double meanHigh = sum.value() / count;
        double meanLow = (Math.fma(-meanHigh, count, sum.value()) + sum.rest()) / count;
        CompensatedSum ends = new CompensatedSum();
        ends.set(sum);
        ends.add(sum);
        ends.add(-lastHigh);
        ends.add(-lastLow);
        CompensatedSum result = new CompensatedSum();
        result.set(products);
        result.addProduct(-meanHigh, ends.value());
        result.add(-(meanHigh * ends.rest() + meanLow * ends.value()));
        double square = meanHigh * meanHigh;
        double squareLow = Math.fma(meanHigh, meanHigh, -square) + 2 * meanHigh * meanLow;
        result.addProduct(square, count - 1);
        result.add(squareLow * (count - 1));
        return result.value();
    }

    /** Writes the sums. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(count);
        out.writeDouble(first);
        out.writeDouble(lastHigh);
        out.writeDouble(lastLow);
        sum.write(out);
        products.write(out);
    }

    /** Becomes what was written. */
    public void read(DataInput in) throws IOException {
        count = in.readLong();
        first = in.readDouble();
        lastHigh = in.readDouble();
        lastLow = in.readDouble();
        sum.read(in);
        products.read(in);
    }
}
