package io.datastream.alert;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.regex.Pattern;

/** How alerts write numbers, durations and texts, for those who write rules and channels. */
public final class AlertText {
    /** Controls, line breaks, and characters that reorder text or cannot be seen. */
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]+");

    private static final MathContext DIGITS = new MathContext(6);
    private static final BigDecimal LEAST_PLAIN = new BigDecimal("0.0001");
    private static final BigDecimal GREATEST_PLAIN = new BigDecimal("1e15");

    private AlertText() {}

    /**
     * A number with at most six digits that count, such as {@code 93.5}, {@code 0.333333} or {@code 1.2E-9}; whole numbers
     * below 10^15 with all their digits.
     */
    public static String number(double number) {
        if (!Double.isFinite(number)) {
            return Double.toString(number);
        }
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            return Long.toString((long) number);
        }
        BigDecimal rounded = new BigDecimal(number).round(DIGITS).stripTrailingZeros();
        BigDecimal size = rounded.abs();
        boolean plain = size.compareTo(LEAST_PLAIN) >= 0 && size.compareTo(GREATEST_PLAIN) < 0;
        return plain ? rounded.toPlainString() : rounded.toString();
    }

    /** A duration in its two largest units, such as {@code 1 h 30 min}, {@code 2.5 s} or {@code 0 s}; rounded down. */
    public static String duration(Duration duration) {
        if (duration.isNegative()) {
            return "-" + duration(duration.negated());
        }
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return number(seconds + duration.toMillisPart() / 1_000.0) + " s";
        }
        if (seconds < 3_600) {
            return two(seconds / 60, "min", seconds % 60, "s");
        }
        return seconds < 86_400
                ? two(seconds / 3_600, "h", seconds % 3_600 / 60, "min")
                : two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h");
    }

    private static String two(long many, String unit, long rest, String smaller) {
        return many + " " + unit + (rest == 0 ? "" : " " + rest + " " + smaller);
    }

    /**
     * The text on one line: control characters, line breaks, and characters that reorder text or cannot be seen become
     * blanks, so that data cannot forge a line of a log or a header of a message.
     */
    public static String oneLine(String text) {
        return UNSAFE.matcher(text).replaceAll(" ").strip();
    }

    /** The text as a string of JSON, in its quotes and of ASCII alone, whatever is in it. */
    public static String json(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < ' ' || c > '~') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    /** The text, or its beginning and three dots if it is longer than this many characters. */
    public static String shortened(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Math.max(0, longest - 3);
        boolean splits = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, splits ? end - 1 : end) + "...";
    }
}
