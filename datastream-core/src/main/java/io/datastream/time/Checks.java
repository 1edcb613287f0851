package io.datastream.time;

import java.time.Duration;

/** Checks of window arguments. */
final class Checks {
    private Checks() {}

    static void positive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: more than zero)");
        }
        range(name, duration);
    }

    static void range(String name, Duration duration) {
        try {
            duration.toNanos();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: at most 292 years)", e);
        }
    }
}
