package io.datastream.runtime;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting that ends early when a pipeline is stopped. */
final class Pauses {
    private static final long LOOK_EVERY = 10_000_000L;

    private Pauses() {}

    static void park(Duration pause, BooleanSupplier stopped) {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0 && !stopped.getAsBoolean(); left = end - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, LOOK_EVERY));
        }
    }
}
