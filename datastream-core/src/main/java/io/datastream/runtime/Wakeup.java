package io.datastream.runtime;

import java.util.concurrent.TimeUnit;

/** Where a thread waits until another calls it, or for a time. A call that comes while it does not wait ends its next wait. */
final class Wakeup {
    private boolean called;

    synchronized void call() {
        called = true;
        notifyAll();
    }

    /** Waits for a call since the last wait, at most this long. */
    synchronized void await(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !called; left = end - System.nanoTime()) {
            wait(TimeUnit.NANOSECONDS.toMillis(left) + 1); // 0 would be without an end
        }
        called = false;
    }
}
