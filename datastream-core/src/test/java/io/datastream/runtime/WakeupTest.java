package io.datastream.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WakeupTest {
    private static final long LONG = TimeUnit.DAYS.toNanos(1);

    private final Wakeup wakeup = new Wakeup();

    @Test
    void aCallBeforeTheWaitEndsIt() throws InterruptedException {
        wakeup.call();
        wakeup.await(LONG);
    }

    @Test
    void aCallDuringTheWaitEndsIt() throws InterruptedException {
        Thread waiting = Thread.currentThread();
        Thread caller = new Thread(() -> {
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            wakeup.call();
        });
        caller.start();
        wakeup.await(LONG);
        caller.join();
    }

    @Test
    void aCallEndsOneWaitOnly() throws InterruptedException {
        wakeup.call();
        wakeup.await(LONG);
        long start = System.nanoTime();
        wakeup.await(TimeUnit.MILLISECONDS.toNanos(5));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(5));
    }
}
