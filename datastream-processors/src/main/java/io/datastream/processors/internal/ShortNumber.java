package io.datastream.processors.internal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers for people, the same on every JDK. */
public final class ShortNumber {
    private static final int DIGITS = 6;
    private static final double LEAST = 1e-5;
    private static final double GREATEST = 1e12;
    private static final MathContext ROUNDING = new MathContext(DIGITS, RoundingMode.HALF_EVEN);
    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};

    private ShortNumber() {}

    /** The number with at most six significant digits. */
    public static String of(double x) {
        double size = Math.abs(x);
        if (x == 0) {
            return "0";
        }
        if (!Double.isFinite(x)) {
            return Double.toString(x);
        }
        if (size < LEAST || size >= GREATEST) {
            return new BigDecimal(x).round(ROUNDING).stripTrailingZeros().toString();
        }
        int exponent = 0;
        while (size >= POWERS[exponent + 1]) {
            exponent++;
        }
        while (exponent <= 0 && size * POWERS[-exponent] < 1) {
            exponent--;
        }
        int decimals = DIGITS - 1 - exponent;
        long digits = (long) Math.rint(decimals >= 0 ? size * POWERS[decimals] : size / POWERS[-decimals]);
        String text = decimals > 0 ? withPoint(digits, decimals) : Long.toString(digits * (long) POWERS[-decimals]);
        return x < 0 ? "-" + text : text;
    }

    private static String withPoint(long digits, int decimals) {
        long unit = (long) POWERS[decimals];
        long rest = digits % unit;
        if (rest == 0) {
            return Long.toString(digits / unit);
        }
        String fraction = Long.toString(rest + unit).substring(1);
        int end = fraction.length();
        while (fraction.charAt(end - 1) == '0') {
            end--;
        }
        return digits / unit + "." + fraction.substring(0, end);
    }
}
