package io.datastream.time;

import java.time.Duration;

/** Checks of window arguments. */
final class Checks {
    private static final long MAX_SECONDS = Long.MAX_VALUE / 1_000_000_000L - 1;

    private Checks() {}

    static void positive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: more than zero)");
        }
        range(name, duration);
    }

    static void range(String name, Duration duration) {
        if (duration.toSeconds() > MAX_SECONDS || duration.toSeconds() < -MAX_SECONDS) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: at most 292 years)");
        }
    }
}
