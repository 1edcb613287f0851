package io.datastream.runtime;

import io.datastream.error.PipelineException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state of a started pipeline and who waits for its end: a part of controllers. Safe for use by several threads. */
public final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private final String pipeline;
    private final CountDownLatch ended = new CountDownLatch(1);
    private PipelineState state = PipelineState.STARTING;
    private @Nullable Throwable failure;
    private @Nullable Throwable lastError;
    private int restarts;

    /** The life of a pipeline of this name, which is starting. */
    public Lifecycle(String pipeline) {
        this.pipeline = pipeline;
    }

    /** The state. */
    public synchronized PipelineState state() {
        return state;
    }

    /**
     * Moves to another state, if it may follow.
     *
     * @return whether it did
     */
    public synchronized boolean become(PipelineState next) {
        if (!state.mayBecome(next)) {
            return false;
        }
        LOG.info("pipeline {}: {} -> {}", pipeline, state, next);
        state = next;
        if (next.isFinal()) {
            ended.countDown();
        }
        return true;
    }

    /** Fails for good. The first cause is kept. */
    public synchronized void fail(Throwable cause) {
        lastError = cause;
        if (failure == null && !state.isFinal()) {
            failure = cause;
            LOG.error("pipeline {} failed", pipeline, cause);
            become(PipelineState.FAILED);
        }
    }

    /** Notes a failure after which the pipeline goes on. */
    public synchronized void restartAfter(Throwable cause) {
        lastError = cause;
        restarts++;
        LOG.warn(
                "pipeline {}: goes on from its last commit after a failure, for the {}. time",
                pipeline,
                restarts,
                cause);
        become(PipelineState.RESTARTING);
    }

    /** How often the pipeline went on after a failure. */
    public synchronized int restarts() {
        return restarts;
    }

    /** The first cause of a failed pipeline. */
    public synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** The last failure, also one after which the pipeline went on; null if there was none. */
    public synchronized @Nullable String lastError() {
        return lastError == null ? null : lastError.toString();
    }

    /** Waits for the end, and throws a {@link PipelineException} if the pipeline failed. */
    public void await() throws InterruptedException {
        ended.await();
        throwIfFailed();
    }

    /** Waits for the end, at most this long, and throws a {@link PipelineException} if the pipeline failed. */
    public boolean await(Duration limit) throws InterruptedException {
        boolean done = ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        if (done) {
            throwIfFailed();
        }
        return done;
    }

    private void throwIfFailed() {
        Throwable cause = failure().orElse(null);
        if (cause != null) {
            throw new PipelineException("pipeline " + pipeline + " failed: " + cause.getMessage(), cause);
        }
    }
}
