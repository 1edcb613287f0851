package io.datastream.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Gives a target one document after the other, on a thread of its own, and watches time and memory. A document depends on its
 * seed alone, so each can be had again without those before it.
 */
final class FuzzRun {
    /** How long one document may take on a processor; a machine that is busy with other things takes longer. */
    static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(20);

    /** By how much longer than on a processor a document may take in all. One that waits for ever is found then. */
    private static final int BUSY = 15;

    private static final long POLL_MILLIS = 100;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Target target;
    private final long firstSeed;
    private final long count;
    private final Duration patience;
    private final Mutator mutator;
    private volatile Attempt current;
    private volatile @Nullable Throwable problem;
    private long whole;
    private long longestNanos;
    private long mostBytes;

    FuzzRun(Target target, long firstSeed, long count) {
        this(target, firstSeed, count, DEFAULT_PATIENCE);
    }

    FuzzRun(Target target, long firstSeed, long count, Duration patience) {
        this.target = target;
        this.firstSeed = firstSeed;
        this.count = count;
        this.patience = patience;
        this.mutator = new Mutator(target.documents(), target.tokens());
        this.current = new Attempt(firstSeed, new byte[0], 0);
    }

    /** The document of a seed. */
    byte[] document(long seed) {
        return mutator.document(new SplittableRandom(seed));
    }

    Figures run() throws FuzzException, InterruptedException {
        long start = System.nanoTime();
        Thread worker = new Thread(this::work, "fuzz-" + target.name());
        worker.setDaemon(true); // one that hangs must not keep the JVM
        worker.start();
        while (worker.isAlive()) {
            worker.join(POLL_MILLIS);
            Attempt attempt = current;
            if (worker.isAlive() && isOver(attempt, worker)) {
                IllegalStateException where = new IllegalStateException("where it is");
                where.setStackTrace(worker.getStackTrace());
                throw failure(attempt, "not done after " + patience + " (expected: an end)", where);
            }
        }
        Throwable found = problem;
        if (found != null) {
            String message = found instanceof WrongException
                    ? String.valueOf(found.getMessage())
                    : found + " (expected: a CodecException or an IOException)";
            throw failure(current, message, found);
        }
        return new Figures(
                target.name(),
                count,
                whole,
                Duration.ofNanos(System.nanoTime() - start),
                Duration.ofNanos(longestNanos),
                mostBytes);
    }

    private boolean isOver(Attempt attempt, Thread worker) {
        long onProcessor = THREADS.getThreadCpuTime(worker.getId()) - attempt.processorStart;
        return onProcessor > patience.toNanos()
                || System.nanoTime() - attempt.start
                        > patience.multipliedBy(BUSY).toNanos();
    }

    private FuzzException failure(Attempt attempt, String message, Throwable cause) {
        return new FuzzException(target.name(), attempt.seed, attempt.document, message, cause);
    }

    private void work() {
        long thread = Thread.currentThread().getId();
        try {
            for (byte[] document : target.documents()) {
                current = new Attempt(-1, document, THREADS.getCurrentThreadCpuTime());
                if (!target.read(document)) {
                    throw new WrongException("a whole document is refused (expected: read)");
                }
            }
            for (long i = 0; i < count; i++) {
                byte[] document = document(firstSeed + i);
                long start = System.nanoTime();
                current = new Attempt(firstSeed + i, document, THREADS.getCurrentThreadCpuTime());
                long before = THREADS.getThreadAllocatedBytes(thread);
                if (target.read(document)) {
                    whole++;
                }
                long bytes = THREADS.getThreadAllocatedBytes(thread) - before;
                if (bytes > target.memoryBytes()) {
                    throw new WrongException("takes " + bytes + " bytes of memory for " + document.length
                            + " (expected: at most " + target.memoryBytes() + ")");
                }
                mostBytes = Math.max(mostBytes, bytes);
                longestNanos = Math.max(longestNanos, System.nanoTime() - start);
            }
        } catch (WrongException | RuntimeException | Error e) { // whatever it is, it is told
            problem = e;
        }
    }

    /** A document that is being read. */
    private static final class Attempt {
        private final long seed;
        private final byte[] document;
        private final long start = System.nanoTime();
        private final long processorStart;

        Attempt(long seed, byte[] document, long processorStart) {
            this.seed = seed;
            this.document = document;
            this.processorStart = processorStart;
        }
    }
}
