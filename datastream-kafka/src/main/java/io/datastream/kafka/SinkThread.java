package io.datastream.kafka;

import io.datastream.engine.SinkResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The thread on which a worker's sinks are opened, written and closed, so that one that takes long does not keep the worker
 * from its group. It is never interrupted: some databases close what they have open then.
 *
 * <p>Only the worker adds results and asks for a round, so a round that is done and leaves nothing has made all durable.
 */
final class SinkThread {
    private static final Duration WORTH_TELLING = Duration.ofSeconds(1);

    private final Clock clock;
    private final ExecutorService executor;
    private final LinkedBlockingDeque<Result> pending = new LinkedBlockingDeque<>();
    private @Nullable Future<?> round;
    private volatile @Nullable Call call;
    private volatile String lastStep = "";

    /** A call of a writer that is under way. */
    private record Call(String step, Instant since) {}

    /** A result that waits. No record: two that are equal are two results, and only the one that was written is removed. */
    private static final class Result {
        final PartitionTask from;
        final SinkTarget target;
        final long time;
        final Object value;
        final SinkResult kept;

        Result(PartitionTask from, SinkTarget target, long time, Object value, SinkResult kept) {
            this.from = from;
            this.target = target;
            this.time = time;
            this.value = value;
            this.kept = kept;
        }

        void write() {
            target.refusals()
                    .whileWriting(value, () -> kept, () -> target.writer().write(time, value));
        }
    }

    SinkThread(String name, Clock clock) {
        this.clock = clock;
        this.executor = Executors.newSingleThreadExecutor(action -> {
            Thread thread = new Thread(action, name);
            thread.setDaemon(true); // a sink that never returns must not keep the program
            return thread;
        });
    }

    /** Does something on the thread and waits for it, however long it takes. */
    <T> T await(Callable<T> action) {
        Future<T> future = executor.submit(action);
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("a sink was at work", e);
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    /**
     * Takes a result.
     *
     * @param kept told if the sink refuses it, see {@link SinkTarget#refusals()}
     */
    void add(PartitionTask from, SinkTarget target, long time, Object value, SinkResult kept) {
        pending.add(new Result(from, target, time, value, kept));
    }

    /** The partition is not ours any more. A result that is just being written is written. */
    void forget(PartitionTask task) {
        pending.removeIf(result -> result.from == task);
    }

    /** Does something after what is under way, and does not wait for it. */
    void later(Runnable action) {
        executor.execute(action);
    }

    int pendingResults() {
        return pending.size();
    }

    /** Whether a round has not been awaited to its end. */
    boolean isBusy() {
        return round != null;
    }

    /**
     * Writes all results and flushes the sinks, or goes on with that.
     *
     * @return whether that was done within the limit
     * @throws RuntimeException what a sink has thrown; the result it was given is still there
     */
    boolean write(List<SinkTarget> targets, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        do {
            if (round == null) {
                round = executor.submit(() -> round(targets));
            }
            if (!isDone(round, end - System.nanoTime())) {
                return false;
            }
        } while (!pending.isEmpty());
        return true;
    }

    private boolean isDone(Future<?> current, long nanos) {
        try {
            current.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            round = null;
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("a sink was writing", e);
        } catch (ExecutionException e) {
            round = null;
            throw unchecked(e);
        }
    }

    private void round(List<SinkTarget> targets) {
        try {
            Instant since = clock.instant();
            for (SinkTarget target : targets) {
                begin(target, since);
                target.settle();
            }
            Result next = pending.peek();
            while (next != null) {
                begin(next.target, since);
                next.write();
                pending.remove(next);
                next = pending.peek();
            }
            for (SinkTarget target : targets) {
                begin(target, since);
                target.flush();
            }
        } finally {
            call = null;
        }
    }

    private void begin(SinkTarget target, Instant since) {
        lastStep = target.step();
        call = new Call(target.step(), since);
    }

    /** The step whose sink was called last: the one that has thrown, if one has. */
    String lastStep() {
        return lastStep;
    }

    private static RuntimeException unchecked(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
    }

    /** Which sink takes long, and since when; null if none does. */
    @Nullable
    String slow() {
        Call now = call;
        if (now == null || Duration.between(now.since(), clock.instant()).compareTo(WORTH_TELLING) < 0) {
            return null;
        }
        return "step \"" + now.step() + "\" waits for its sink, which has been writing since "
                + now.since().truncatedTo(ChronoUnit.SECONDS) + ", and " + pending.size() + " results wait";
    }

    /** Does a last thing and ends. Returns whether that was done within the limit; if not, it will be. */
    boolean close(Runnable last, Duration limit) {
        executor.execute(last);
        executor.shutdown();
        try {
            return executor.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
