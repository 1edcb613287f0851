package io.datastream.push;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a server, each with a limit of time for what it does. The JDK's server reads headers and bodies on the
 * thread it is given, without an end, and its own limits are those of the whole process. Here a thread that is over its
 * limit is interrupted, which closes the connection it reads from or writes to, because that is an interruptible channel.
 */
final class Workers implements Executor {
    private static final ThreadLocal<Limit> CURRENT = new ThreadLocal<>();

    private final ThreadPoolExecutor pool;
    private final ScheduledThreadPoolExecutor watch;
    private final Duration headerTime;
    final AtomicLong refused = new AtomicLong();
    final AtomicLong overtime = new AtomicLong();

    Workers(String name, int threads, int waiting, Duration headerTime) {
        AtomicInteger number = new AtomicInteger();
        this.headerTime = headerTime;
        this.pool = new ThreadPoolExecutor(
                threads,
                threads,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(waiting),
                task -> daemon(task, name + "-" + number.getAndIncrement()));
        pool.allowCoreThreadTimeOut(true);
        this.watch = new ScheduledThreadPoolExecutor(1, task -> daemon(task, name + "-watch"));
        watch.setRemoveOnCancelPolicy(true);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Throws if there is no room; the JDK's server closes the connection then. */
    @Override
    public void execute(Runnable exchange) {
        try {
            pool.execute(() -> run(exchange));
        } catch (RejectedExecutionException e) {
            refused.incrementAndGet();
            throw e;
        }
    }

    private void run(Runnable exchange) {
        Limit limit = new Limit(Thread.currentThread());
        CURRENT.set(limit);
        limit.set(headerTime);
        try {
            exchange.run();
        } finally {
            CURRENT.remove();
            limit.end();
        }
    }

    /** The limit of the request that this thread works at. */
    static Limit current() {
        return CURRENT.get();
    }

    int waiting() {
        return pool.getQueue().size();
    }

    /** Ends all threads; those that are at work are interrupted. */
    void close() {
        pool.shutdownNow();
        watch.shutdownNow();
    }

    /** A limit of time for a thread. */
    final class Limit {
        private final Thread thread;
        private int setting;
        private @Nullable ScheduledFuture<?> timer;

        Limit(Thread thread) {
            this.thread = thread;
        }

        /** From now on. */
        synchronized void set(Duration time) {
            lift();
            int mine = setting;
            try {
                timer = watch.schedule(() -> expire(mine), time.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException closing) {
                thread.interrupt(); // the server is being closed
            }
        }

        synchronized void lift() {
            setting++;
            if (timer != null) {
                timer.cancel(false);
                timer = null;
            }
        }

        private synchronized void expire(int which) {
            if (which == setting) {
                overtime.incrementAndGet();
                thread.interrupt();
            }
        }

        synchronized void end() {
            lift();
            Thread.interrupted(); // not for the next request
        }
    }
}
