package io.datastream.config;

import java.time.DateTimeException;
import java.time.Duration;

/**
 * Reads and writes lengths of time as people type them: {@code 500ms}, {@code 1m}, {@code 1h30m}, and ISO-8601
 * ({@code PT1M}).
 *
 * <p>The short form is a row of whole numbers, each with its unit, units falling from {@code d} to {@code ns}, each at
 * most once. A bare number is refused because nobody can tell its unit. Nothing negative, and nothing longer than a
 * {@code long} of nanoseconds (about 292 years), the time the engine counts in.
 */
final class Durations {
    private static final String[] UNITS = {"d", "h", "m", "s", "ms", "us", "ns"};
    private static final long[] NANOS = {
        86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L, 1L
    };

    private Durations() {}

    static Duration parse(String text) throws BadValueException {
        try {
            return text.startsWith("P") || text.startsWith("p") ? parseIso(text) : parseShort(text);
        } catch (ArithmeticException tooLong) {
            throw new BadValueException("; at most 106751d");
        }
    }

    private static Duration parseIso(String text) throws BadValueException {
        Duration duration;
        try {
            duration = Duration.parse(text);
        } catch (DateTimeException malformed) {
            throw new BadValueException("");
        }
        if (duration.isNegative()) {
            throw new BadValueException("; not negative");
        }
        return Duration.ofNanos(duration.toNanos());
    }

    private static Duration parseShort(String text) throws BadValueException {
        if (text.isEmpty()) {
            throw new BadValueException("");
        }
        long nanos = 0;
        int nextUnit = 0;
        int at = 0;
        while (at < text.length()) {
            int digits = at;
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
            }
            int letters = at;
            while (at < text.length() && !isDigit(text.charAt(at))) {
                at++;
            }
            int unit = unit(text.substring(letters, at), nextUnit);
            if (digits == letters || unit < 0) {
                throw new BadValueException("");
            }
            nanos = Math.addExact(nanos, Math.multiplyExact(number(text, digits, letters), NANOS[unit]));
            nextUnit = unit + 1;
        }
        return Duration.ofNanos(nanos);
    }

    private static long number(String text, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = Math.addExact(Math.multiplyExact(number, 10L), text.charAt(i) - '0');
        }
        return number;
    }

    private static int unit(String name, int from) {
        for (int i = from; i < UNITS.length; i++) {
            if (UNITS[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The short form that {@link #parse} reads back as the same duration. */
    static String format(Duration duration) {
        if (duration.isNegative()) {
            return duration.toString();
        }
        long rest;
        try {
            rest = duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return duration.toString();
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < UNITS.length; i++) {
            if (rest >= NANOS[i]) {
                text.append(rest / NANOS[i]).append(UNITS[i]);
                rest %= NANOS[i];
            }
        }
        return text.isEmpty() ? "0s" : text.toString();
    }
}
