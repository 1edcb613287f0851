package io.datastream.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Means, squares and products of deviations of pairs: {@link Moments} in two dimensions, on distances to the first pair.
 * Infinite numbers, and numbers further apart than the largest double, leave nothing but NaN; squares beyond the range of a
 * double are infinite.
 */
final class PairMoments {
    private long count;
    private double originX;
    private double originY;
    private double offsetX;
    private double offsetY;
    private double squaresX;
    private double squaresY;
    private double products;

    void add(double x, double y) {
        count++;
        if (count == 1) {
            originX = x;
            originY = y;
            poisonUnlessFinite(x, y);
            return;
        }
        double distanceX = x - originX;
        double distanceY = y - originY;
        double deltaX = distanceX - offsetX;
        double deltaY = distanceY - offsetY;
        offsetX += deltaX / count;
        offsetY += deltaY / count;
        double restX = distanceX - offsetX;
        double restY = distanceY - offsetY;
        squaresX += deltaX * restX;
        squaresY += deltaY * restY;
        products += deltaX * restY;
        poisonUnlessFinite(distanceX, distanceY);
    }

    /** What is NaN once stays NaN. */
    private void poisonUnlessFinite(double x, double y) {
        if (!(Math.abs(x) <= Double.MAX_VALUE && Math.abs(y) <= Double.MAX_VALUE)) {
            squaresX = Double.NaN;
            squaresY = Double.NaN;
            products = Double.NaN;
        }
    }

    /** Adds what a later one holds, whose x counts from another zero: {@code shift} has to be added to it. */
    void merge(PairMoments later, double shift) {
        if (later.count == 0) {
            return;
        }
        if (count == 0) {
            count = later.count;
            // -0.0 + 0.0 would be another number
            originX = shift == 0 ? later.originX : later.originX + shift;
            originY = later.originY;
            offsetX = later.offsetX;
            offsetY = later.offsetY;
            squaresX = later.squaresX;
            squaresY = later.squaresY;
            products = later.products;
            return;
        }
        double deltaX = (later.originX + shift - originX) + (later.offsetX - offsetX);
        double deltaY = (later.originY - originY) + (later.offsetY - offsetY);
        double mine = count;
        count += later.count;
        double share = later.count / (double) count;
        offsetX += deltaX * share;
        offsetY += deltaY * share;
        double weight = mine * share;
        squaresX += later.squaresX + deltaX * (deltaX * weight);
        squaresY += later.squaresY + deltaY * (deltaY * weight);
        products += later.products + deltaX * (deltaY * weight);
        poisonUnlessFinite(deltaX, deltaY);
    }

    long count() {
        return count;
    }

    double covarianceSample() {
        return count < 2 ? Double.NaN : products / (count - 1);
    }

    double covariancePopulation() {
        return count == 0 ? Double.NaN : products / count;
    }

    /** From -1 to 1, which rounding would leave at times; NaN where one side does not vary. */
    double correlation() {
        if (squaresX == 0 || squaresY == 0) {
            return Double.NaN;
        }
        double product = squaresX * squaresY;
        boolean inRange = product >= Double.MIN_NORMAL && product <= Double.MAX_VALUE;
        double scale = inRange ? Math.sqrt(product) : Math.sqrt(squaresX) * Math.sqrt(squaresY);
        return Math.max(-1, Math.min(1, products / scale));
    }

    /** The square of the correlation, without the roundings of its root. */
    double correlationSquared() {
        if (squaresX == 0 || squaresY == 0) {
            return Double.NaN;
        }
        return Math.min(1, products / squaresX * (products / squaresY));
    }

    /** How y rises with x; NaN where x does not vary. */
    double slope() {
        return squaresX == 0 ? Double.NaN : products / squaresX;
    }

    /** The value at x of the line of least squares. */
    double at(double x) {
        return originY + (offsetY + slope() * (x - originX - offsetX));
    }

    void write(DataOutput out) throws IOException {
        Compact.writeLong(count, out);
        if (count > 0) {
            out.writeDouble(originX);
            out.writeDouble(originY);
        }
        if (count > 1) {
            out.writeDouble(offsetX);
            out.writeDouble(offsetY);
            out.writeDouble(squaresX);
            out.writeDouble(squaresY);
            out.writeDouble(products);
        }
    }

    static PairMoments read(DataInput in) throws IOException {
        PairMoments read = new PairMoments();
        long count = Compact.readLong(in);
        if (count > 0) {
            read.add(in.readDouble(), in.readDouble());
        }
        if (count > 1) {
            read.offsetX = in.readDouble();
            read.offsetY = in.readDouble();
            read.squaresX = in.readDouble();
            read.squaresY = in.readDouble();
            read.products = in.readDouble();
        }
        read.count = count;
        return read;
    }
}
