package io.datastream.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Number, mean and variance of values that come one by one, in one pass.
 *
 * <p>The variance stays exact to about {@code sqrt(n)} units in the last place however far the values lie from zero:
 * readings of 1e15 plus some eighths are no harder than the eighths alone. Use {@link CompensatedSum} divided by the
 * number of values where the last bits of the mean count as well.
 *
 * <p>NaN is not skipped: it makes mean and variance NaN. With infinite values the mean is that infinity (NaN with both)
 * and the variance NaN; so is it, like the mean, if two values lie further apart than the largest double. Squares beyond
 * the range of a double make the variance infinite.
 *
 * <p>Belongs to one thread. Four words of state, 48 bytes on the heap, 1 to 33 bytes stored; adding allocates nothing and
 * costs one division.
 *
 * <p>Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4,
 * 1962; merging from T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for computing
 * sample variances", 1979. Both work here on distances to the first value, which the same authors recommend ("Algorithms
 * for computing the sample variance", The American Statistician 37, 1983, shifted data).
 */
public final class Moments {
    private long count;

    // The first value. Infinite or NaN as soon as the mean is.
    private double origin;

    // Mean of the distances to the origin.
    private double offset;

    // Sum of squared distances to the mean.
    private double squares;

    /** Moments of no values. */
    public Moments() {}

    /** Adds a value. */
    public void add(double value) {
        count++;
        if (count == 1) {
            origin = value;
            squares = Double.isFinite(value) ? 0 : Double.NaN;
            return;
        }
        double distance = value - origin;
        if (!(Math.abs(distance) <= Double.MAX_VALUE)) {
            poison(value);
            return;
        }
        double delta = distance - offset;
        offset += delta / count;
        squares += delta * (distance - offset);
    }

    /** Adds what another holds, which stays as it is. Merging with moments of no values changes nothing. */
    public void merge(Moments other) {
        if (other.count == 0) {
            return;
        }
        if (count == 0) {
            count = other.count;
            origin = other.origin;
            offset = other.offset;
            squares = other.squares;
            return;
        }
        double distance = other.origin - origin;
        double delta = distance + (other.offset - offset);
        double mine = count;
        count += other.count;
        if (!(Math.abs(delta) <= Double.MAX_VALUE)) {
            poison(other.origin);
            return;
        }
        double share = other.count / (double) count;
        offset += delta * share;
        squares += other.squares + delta * (delta * (mine * share));
    }

    private void poison(double value) {
        origin = Double.isFinite(origin) && Double.isFinite(value) ? Double.NaN : origin + value;
        offset = 0;
        squares = Double.NaN;
    }

    /** The number of values. */
    public long count() {
        return count;
    }

    /** The mean; NaN of no values. */
    public double mean() {
        return count == 0 ? Double.NaN : origin + offset;
    }

    /** The variance of a sample, with divisor n - 1; NaN of fewer than two values. */
    public double varianceSample() {
        return count < 2 ? Double.NaN : squares / (count - 1);
    }

    /** The variance of a population, with divisor n; NaN of no values, 0.0 of one. */
    public double variancePopulation() {
        return count == 0 ? Double.NaN : squares / count;
    }

    /** The square root of {@link #varianceSample()}. */
    public double standardDeviationSample() {
        return Math.sqrt(varianceSample());
    }

    /** The square root of {@link #variancePopulation()}. */
    public double standardDeviationPopulation() {
        return Math.sqrt(variancePopulation());
    }

    /** Makes these moments of no values again. */
    public void clear() {
        count = 0;
        origin = 0;
        offset = 0;
        squares = 0;
    }

    /** Writes the moments, 1 to 33 bytes, from which {@link #read} makes some that go on with the same bits. */
    public void write(DataOutput out) throws IOException {
        Compact.writeLong(count, out);
        if (count > 0) {
            out.writeDouble(origin);
        }
        if (count > 1) {
            out.writeDouble(offset);
            out.writeDouble(squares);
        }
    }

    /** Reads what {@link #write} wrote. */
    public static Moments read(DataInput in) throws IOException {
        Moments read = new Moments();
        read.count = Compact.readLong(in);
        if (read.count > 0) {
            read.origin = in.readDouble();
            read.squares = Double.isFinite(read.origin) ? 0 : Double.NaN;
        }
        if (read.count > 1) {
            read.offset = in.readDouble();
            read.squares = in.readDouble();
        }
        return read;
    }

    @Override
    public String toString() {
        return "Moments[count=" + count + ", mean=" + mean() + ", varianceSample=" + varianceSample() + "]";
    }
}
