package io.datastream.runtime;

import io.datastream.engine.LogFields;
import io.datastream.plan.Plan;
import io.datastream.time.EventTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a pipeline on threads of this JVM: starts its workers, makes commits, and starts them again after a failure. */
final class LocalController implements PipelineController, Runnable {
    /** How often it is looked whether the last records have arrived, once there are no more to read. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Plan plan;
    private final LocalRuntime runtime;
    private final Lifecycle lifecycle;
    private final @Nullable CheckpointFolder folder;
    private final Timer commits;
    private final Thread thread;
    private final Wakeup wakeup = new Wakeup();
    private volatile boolean stopRequested;
    private volatile boolean drainRequested;
    private volatile boolean paused;
    private volatile @Nullable LocalExecution execution;
    private @Nullable Checkpoint last;

    LocalController(Plan plan, LocalRuntime runtime) {
        this.plan = plan;
        this.runtime = runtime;
        this.lifecycle = new Lifecycle(plan.name());
        Checkpoints checkpoints = runtime.checkpoints();
        this.folder = checkpoints == null || checkpoints.folder() == null
                ? null
                : new CheckpointFolder(checkpoints.folder(), plan.name());
        this.commits = runtime.meters().timer("datastream.commit.duration", "pipeline", plan.name());
        this.thread = new Thread(this, "datastream-" + plan.name() + "-controller");
    }

    /** Opens everything on the calling thread, so that what cannot be opened is told to the caller. */
    void start() {
        if (folder != null) {
            last = folder.read();
        }
        LocalExecution first = new LocalExecution(plan, runtime, last, List.of(), wakeup);
        execution = first;
        try {
            first.start();
        } catch (RuntimeException e) {
            first.stop();
            throw e;
        }
        lifecycle.become(PipelineState.RUNNING);
        thread.start();
    }

    @Override
    public void run() {
        LogFields.pipeline(plan.name());
        try {
            LocalExecution current = execution;
            while (current != null) {
                current = attempt(current);
            }
        } catch (Throwable e) { // whatever it is, those who wait for the pipeline must learn of it
            LocalExecution current = execution;
            if (current != null) {
                current.stop();
            }
            lifecycle.fail(e);
        }
    }

    /** Looks after an execution until it ends. Returns the one to go on with after a failure, or null. */
    private @Nullable LocalExecution attempt(LocalExecution current) throws InterruptedException {
        RestartPolicy policy = runtime.restartPolicy();
        long started = System.nanoTime();
        long nextCommit = started + interval();
        boolean looksAgain = false;
        while (true) {
            wakeup.await(isAtItsEnd(current) ? LOOK_NANOS : nextCommit - System.nanoTime());
            Throwable failure = current.failure();
            if (failure != null) {
                return restart(current, failure, policy, System.nanoTime() - started);
            }
            if (drainRequested && !looksAgain) {
                looksAgain = true; // the last look may be from before what was added just before
                current.lookAgain();
            }
            try {
                if (stopRequested || (drainRequested && current.isCaughtUp())) {
                    finish(current, false);
                    return null;
                }
                if (current.isFinished()) {
                    finish(current, true);
                    return null;
                }
                if (runtime.checkpoints() != null && System.nanoTime() >= nextCommit) {
                    commit(current);
                    nextCommit = System.nanoTime() + interval();
                }
            } catch (RuntimeException e) {
                current.failed(e);
            }
        }
    }

    /** Whether what ends the execution is not told by a call. */
    private boolean isAtItsEnd(LocalExecution current) {
        return drainRequested || current.hasReadAll();
    }

    private long interval() {
        Checkpoints checkpoints = runtime.checkpoints();
        return checkpoints == null ? Long.MAX_VALUE / 4 : EventTime.nanos(checkpoints.interval());
    }

    private int restartsInARow;

    private @Nullable LocalExecution restart(
            LocalExecution failed, Throwable failure, RestartPolicy policy, long lived) {
        failed.stop();
        if (lived > policy.healthyAfter().toNanos()) {
            restartsInARow = 0;
        }
        if (runtime.checkpoints() == null || restartsInARow >= policy.limit() || stopRequested) {
            lifecycle.fail(failure);
            return null;
        }
        restartsInARow++;
        lifecycle.restartAfter(failure);
        Pauses.park(policy.pause(restartsInARow), () -> stopRequested);
        LocalExecution next = new LocalExecution(plan, runtime, last, failed.reports(), wakeup);
        next.pause(paused);
        execution = next;
        try {
            next.start();
        } catch (RuntimeException e) {
            next.failed(e);
            return next;
        }
        lifecycle.become(paused ? PipelineState.PAUSED : PipelineState.RUNNING);
        return next;
    }

    private void commit(LocalExecution current) {
        long start = System.nanoTime();
        if (!current.hold()) {
            return;
        }
        Checkpoint checkpoint = current.snapshot();
        if (folder != null) {
            folder.write(checkpoint);
        }
        last = checkpoint;
        current.publishStaged();
        current.committed();
        current.release();
        commits.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }

    private void finish(LocalExecution current, boolean complete) {
        lifecycle.become(complete ? lifecycle.state() : PipelineState.STOPPING);
        if (runtime.checkpoints() != null) {
            commit(current);
        } else if (current.hold()) {
            current.flushSinks();
        }
        Throwable failure = current.failure();
        if (failure == null && complete) {
            current.completeSinks();
            if (folder != null) {
                folder.delete();
            }
        }
        current.stop();
        failure = current.failure();
        if (failure != null) {
            lifecycle.fail(failure);
        } else {
            lifecycle.become(complete ? PipelineState.COMPLETED : PipelineState.STOPPED);
        }
    }

    @Override
    public String name() {
        return plan.name();
    }

    @Override
    public Plan plan() {
        return plan;
    }

    @Override
    public PipelineState state() {
        return lifecycle.state();
    }

    @Override
    public void pause() {
        paused = true;
        forward();
        lifecycle.become(PipelineState.PAUSED);
    }

    @Override
    public void resume() {
        paused = false;
        forward();
        if (lifecycle.state() == PipelineState.PAUSED) {
            lifecycle.become(PipelineState.RUNNING);
        }
    }

    private void forward() {
        LocalExecution current = execution;
        if (current != null) {
            current.pause(paused);
        }
    }

    @Override
    public void drain() {
        paused = false;
        forward();
        lifecycle.become(PipelineState.DRAINING);
        drainRequested = true;
        wakeup.call();
        awaitEnd();
    }

    @Override
    public void stop() {
        stopRequested = true;
        wakeup.call();
        awaitEndQuietly();
    }

    private void awaitEnd() {
        try {
            lifecycle.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEndQuietly() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void awaitTermination() throws InterruptedException {
        lifecycle.await();
    }

    @Override
    public boolean awaitTermination(Duration limit) throws InterruptedException {
        return lifecycle.await(limit);
    }

    @Override
    public Optional<Throwable> failure() {
        return lifecycle.failure();
    }

    @Override
    public PipelineStatus status() {
        LocalExecution current = execution;
        if (current == null) {
            return new PipelineStatus(
                    plan.name(), lifecycle.state(), List.of(), List.of(), List.of(), List.of(), 0, null);
        }
        return current.status(plan.name(), lifecycle.state(), lifecycle.restarts(), lifecycle.lastError());
    }

    @Override
    public Explanations explanations() {
        return new Explanations(plan, () -> {
            LocalExecution current = execution;
            return current == null ? List.of() : current.journals();
        });
    }

    @Override
    public MeterRegistry meters() {
        return runtime.meters();
    }

    @Override
    public void close() {
        stop();
    }
}
