package io.datastream.processors.internal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers for people, the same on every JDK. */
public final class ShortNumber {
    private static final MathContext SIX_DIGITS = new MathContext(6, RoundingMode.HALF_EVEN);

    private ShortNumber() {}

    /** The number with at most six significant digits. */
    public static String of(double x) {
        if (!Double.isFinite(x)) {
            return Double.toString(x);
        }
        if (x == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(x).round(SIX_DIGITS).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale();
        return exponent > 12 || exponent < -5 ? rounded.toString() : rounded.toPlainString();
    }
}
