package io.datastream.monitor;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Interrupts threads that take too long to read from or write to a client. An interrupt closes the client's channel, so
 * that nobody who reads slowly, or sends slowly, keeps a thread.
 */
final class Deadlines {
    private final Set<Deadline> running = ConcurrentHashMap.newKeySet();

    /** What the calling thread does now, until the deadline is met. */
    final class Deadline implements AutoCloseable {
        private final Thread thread = Thread.currentThread();
        private final long end;
        private boolean met;

        private Deadline(long end) {
            this.end = end;
        }

        private synchronized void look(long now) {
            if (!met && now - end > 0) {
                thread.interrupt();
            }
        }

        @Override
        public void close() {
            synchronized (this) {
                met = true;
            }
            running.remove(this);
            Thread.interrupted(); // was meant for what is over now
        }
    }

    /** Starts a deadline for the calling thread, which closes it when it is done. */
    Deadline start(long millis) {
        Deadline deadline = new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
        running.add(deadline);
        return deadline;
    }

    /** To be called now and then. */
    void look() {
        long now = System.nanoTime();
        running.forEach(deadline -> deadline.look(now));
    }
}
