package io.datastream.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Bounded waiting for something that happens in another thread or process.
 *
 * <p>Each method probes at once, then again after pauses that grow from 1 to 20 ms, and ends with an
 * {@link AssertionError} that names what was awaited when the limit is reached. After a probe that takes its time, such as
 * one that asks a broker, the pause is twice as long as that, up to 100 ms: looking must not keep a processor from what is
 * looked for. The probe always runs at least once, and once more after the limit. An exception of a probe ends the wait: it
 * is rethrown, wrapped in an {@link IllegalStateException} when checked. An interrupt ends the wait with an
 * {@link IllegalStateException} and leaves the thread interrupted.
 */
public final class Await {
    private static final long FIRST_PAUSE_NANOS = 1_000_000;
    private static final long LONGEST_PAUSE_NANOS = 20_000_000;
    private static final long LONGEST_PAUSE_AFTER_SLOW_PROBE_NANOS = 100_000_000;

    private Await() {}

    /** Waits until the condition holds; {@code what} completes the sentence "awaited: ...". */
    public static void until(String what, Duration limit, Callable<Boolean> condition) {
        value(what, limit, () -> condition.call() ? Boolean.TRUE : null);
    }

    /** Waits until the probe returns something other than {@code null}, and returns that. */
    public static <T> T value(String what, Duration limit, Callable<? extends @Nullable T> probe) {
        long start = System.nanoTime();
        long limitNanos = limit.toNanos();
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            long probed = System.nanoTime();
            boolean last = probed - start >= limitNanos;
            T value = call(what, probe);
            if (value != null) {
                return value;
            }
            if (last) {
                throw new AssertionError("awaited: " + what + " (not within " + limit + ")");
            }
            long now = System.nanoTime();
            long afterProbe = Math.min(2 * (now - probed), LONGEST_PAUSE_AFTER_SLOW_PROBE_NANOS);
            long left = limitNanos - (now - start);
            LockSupport.parkNanos(Math.max(1, Math.min(Math.max(pause, afterProbe), left)));
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("interrupted while awaiting: " + what);
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /** Waits until the assertions pass; when they never do, the last failure is the cause of the error thrown. */
    public static void untilAsserted(Duration limit, Assertions assertions) {
        AssertionError[] failure = new AssertionError[1];
        try {
            until("assertions", limit, () -> {
                try {
                    assertions.check();
                    return true;
                } catch (AssertionError e) {
                    failure[0] = e;
                    return false;
                }
            });
        } catch (AssertionError e) {
            throw new AssertionError("not within " + limit + ": " + failure[0].getMessage(), failure[0]);
        }
    }

    private static <T> @Nullable T call(String what, Callable<? extends @Nullable T> probe) {
        try {
            return probe.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("awaiting " + what + ": " + e.getMessage(), e);
        }
    }

    /** Assertions that may have to be tried several times. */
    @FunctionalInterface
    public interface Assertions {
        /** Throws an {@link AssertionError} as long as they do not hold. */
        void check() throws Exception;
    }
}
