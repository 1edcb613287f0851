package io.datastream.aggregate;

/**
 * What an exact quantile is where it falls between two values. With n sorted values and the quantile q, the position is
 * {@code h = (n - 1) q}, counted from 0; a whole position is that value with every method.
 *
 * <p>For 1, 2, 4, 8 and q = 0.5, h is 1.5: {@code LINEAR} and {@code MIDPOINT} give 3, {@code LOWER} 2, {@code HIGHER}
 * and {@code NEAREST} 4.
 *
 * <p>The methods have the names and the results they have in {@code numpy.quantile}. Source: R. J. Hyndman, Y. Fan,
 * "Sample quantiles in statistical packages", The American Statistician 50, 1996; {@code LINEAR} is their type 7.
 */
public enum QuantileMethod {
    /** On the straight line between both neighbours. */
    LINEAR {
        @Override
        double between(double lower, double higher, double fraction, int index) {
            return line(lower, higher, fraction);
        }
    },
    /** The lower neighbour. */
    LOWER {
        @Override
        double between(double lower, double higher, double fraction, int index) {
            return lower;
        }
    },
    /** The higher neighbour. */
    HIGHER {
        @Override
        double between(double lower, double higher, double fraction, int index) {
            return higher;
        }
    },
    /** The nearer neighbour; half way between, the one with the even position. */
    NEAREST {
        @Override
        double between(double lower, double higher, double fraction, int index) {
            return fraction < 0.5 || fraction == 0.5 && index % 2 == 0 ? lower : higher;
        }
    },
    /** Half way between both neighbours. */
    MIDPOINT {
        @Override
        double between(double lower, double higher, double fraction, int index) {
            return line(lower, higher, 0.5);
        }
    };

    /** The quantile between the value at {@code index} and the next one. */
    abstract double between(double lower, double higher, double fraction, int index);

    /** The quantile of the first {@code size} values, which are sorted; NaN of none. */
    double of(double[] sorted, int size, double q) {
        if (size == 0) {
            return Double.NaN;
        }
        double position = (size - 1) * q;
        int index = (int) position;
        double fraction = position - index;
        if (fraction == 0 || sorted[index] == sorted[index + 1]) {
            return sorted[index];
        }
        return between(sorted[index], sorted[index + 1], fraction, index);
    }

    /**
     * Computed from the nearer end, so that it never leaves the interval, and without overflow. Between a number and an
     * infinity everything is that infinity.
     */
    private static double line(double lower, double higher, double fraction) {
        double distance = higher - lower;
        if (distance == Double.POSITIVE_INFINITY) {
            return Double.isFinite(lower) && Double.isFinite(higher)
                    ? lower * (1 - fraction) + higher * fraction
                    : lower + higher;
        }
        return fraction < 0.5 ? lower + distance * fraction : higher - distance * (1 - fraction);
    }
}
