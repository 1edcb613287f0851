package io.datastream.processors.internal;

import io.datastream.time.EventTime;
import java.io.IOException;
import java.time.Duration;

/** Checks of operator arguments, and of stored state against them. */
public final class Arguments {
    private Arguments() {}

    /** A duration of more than zero, in nanoseconds. */
    public static long positive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: more than zero)");
        }
        return EventTime.nanos(duration);
    }

    /** A number of at least {@code least}. */
    public static int atLeast(int least, String name, int number) {
        if (number < least) {
            throw new IllegalArgumentException(name + ": " + number + " (expected: at least " + least + ")");
        }
        return number;
    }

    /** A finite number of more than zero. */
    public static double positive(String name, double number) {
        if (!(number > 0 && number < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": " + number + " (expected: more than zero and finite)");
        }
        return number;
    }

    /** Fails if the window of a stored state has another size than the step's. */
    public static void sameRows(int stored, int expected) throws IOException {
        if (stored != expected) {
            throw new IOException("stored window: " + stored + " rows (expected: " + expected
                    + "; a step whose window has changed needs another name)");
        }
    }
}
