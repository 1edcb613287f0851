package io.datastream.formats.csv;

/**
 * Numbers straight from bytes, where that is simple and exact; everything else is left to slower and stricter readers.
 *
 * <p>A fraction of at most 15 digits is a whole number below 2^53 divided by a power of ten of at most 10^22. Both are
 * exact doubles, so the one rounding of the division gives the double nearest to the text (W. D. Clinger, How to read
 * floating point numbers accurately, PLDI 1990).
 */
final class CsvNumbers {
    /** No simple whole number. */
    static final long NO_WHOLE = Long.MIN_VALUE;

    private static final int MOST_WHOLE_DIGITS = 18;
    private static final int MOST_FRACTION_DIGITS = 15;
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private CsvNumbers() {}

    /** The value of digits with or without a minus sign; {@link #NO_WHOLE} for all else. */
    static long whole(byte[] bytes, int from, int to) {
        int i = from;
        boolean negative = i < to && bytes[i] == '-';
        if (negative) {
            i++;
        }
        if (i == to || to - i > MOST_WHOLE_DIGITS) {
            return NO_WHOLE;
        }
        long value = 0;
        for (; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return NO_WHOLE;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    /** The value of digits with or without a minus sign and a point between them; NaN for all else. */
    static double fraction(byte[] bytes, int from, int to) {
        int i = from;
        boolean negative = i < to && bytes[i] == '-';
        if (negative) {
            i++;
        }
        int first = i;
        int point = -1;
        long value = 0;
        for (; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit >= 0 && digit <= 9) {
                if (i - first > MOST_FRACTION_DIGITS) {
                    return Double.NaN;
                }
                value = value * 10 + digit;
            } else if (bytes[i] == '.' && point < 0 && i > first) {
                point = i;
            } else {
                return Double.NaN;
            }
        }
        int digits = to - first - (point < 0 ? 0 : 1);
        int decimals = point < 0 ? 0 : to - point - 1;
        if (digits == 0 || digits > MOST_FRACTION_DIGITS || (point >= 0 && decimals == 0)) {
            return Double.NaN;
        }
        double quotient = value / POWERS[decimals];
        return negative ? -quotient : quotient;
    }
}
