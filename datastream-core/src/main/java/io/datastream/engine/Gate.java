package io.datastream.engine;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Lets one of those through that come within a minute, the first at once, so that the log grows with time. Of one thread at a time. */
final class Gate {
    static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;
    private boolean wasOpen;
    private long lastOpen;

    Gate(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether it is open, and then closed for the next minute. */
    boolean opens() {
        long now = nanoTime.getAsLong();
        if (wasOpen && now - lastOpen < INTERVAL_NANOS) {
            return false;
        }
        wasOpen = true;
        lastOpen = now;
        return true;
    }
}
