package io.datastream.aggregate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** The slow and obvious definitions, in decimal numbers of any length. Finite values only. */
final class Exact {
    static final MathContext DIGITS = new MathContext(100);

    private Exact() {}

    static BigDecimal sum(List<Double> values) {
        return values.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    static double sumOfMagnitudes(List<Double> values) {
        return values.stream().mapToDouble(Math::abs).sum();
    }

    static BigDecimal mean(List<Double> values) {
        return sum(values).divide(BigDecimal.valueOf(values.size()), DIGITS);
    }

    /** The sum of the products of both deviations from the mean. */
    static BigDecimal products(List<Double> xs, List<Double> ys) {
        BigDecimal meanX = mean(xs);
        BigDecimal meanY = mean(ys);
        BigDecimal products = BigDecimal.ZERO;
        for (int i = 0; i < xs.size(); i++) {
            BigDecimal x = new BigDecimal(xs.get(i)).subtract(meanX);
            BigDecimal y = new BigDecimal(ys.get(i)).subtract(meanY);
            products = products.add(x.multiply(y, DIGITS));
        }
        return products;
    }

    static double variance(List<Double> values, int ddof) {
        return values.size() <= ddof
                ? Double.NaN
                : products(values, values)
                        .divide(BigDecimal.valueOf(values.size() - ddof), DIGITS)
                        .doubleValue();
    }

    static double covariance(List<Double> xs, List<Double> ys, int ddof) {
        return xs.size() <= ddof
                ? Double.NaN
                : products(xs, ys)
                        .divide(BigDecimal.valueOf(xs.size() - ddof), DIGITS)
                        .doubleValue();
    }

    static double correlation(List<Double> xs, List<Double> ys) {
        if (xs.isEmpty() || products(xs, xs).signum() == 0 || products(ys, ys).signum() == 0) {
            return Double.NaN;
        }
        BigDecimal squares = products(xs, xs).multiply(products(ys, ys));
        return products(xs, ys).divide(squares.sqrt(DIGITS), DIGITS).doubleValue();
    }

    static BigDecimal slope(List<Double> xs, List<Double> ys) {
        return products(xs, ys).divide(products(xs, xs), DIGITS);
    }

    static BigDecimal lineAt(BigDecimal x, List<Double> xs, List<Double> ys) {
        return mean(ys).add(slope(xs, ys).multiply(x.subtract(mean(xs))));
    }
}
