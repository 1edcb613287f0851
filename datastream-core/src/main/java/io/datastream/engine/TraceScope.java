package io.datastream.engine;

import io.datastream.error.OneLine;
import io.datastream.topic.RecordHeader;
import io.datastream.trace.Trace;
import io.datastream.trace.TraceSpan;
import io.datastream.trace.TracedWork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The trace of the record that the tasks of a partition work on. What they give out while they do belongs to that trace;
 * what they give out because time has moved on, such as the result of a window that closes, to none. Of one thread.
 *
 * <p>Only records with a trace are told to it. A record that has to wait for its turn keeps its trace, and is told again
 * when it has come.
 */
public final class TraceScope {
    private static final int LONGEST_SHOWN = 500;

    private final PipelineTracing tracing;
    private final String group;
    private final String stage;
    private final String topic;
    private final int partition;
    private @Nullable Traced current;
    private @Nullable TraceSpan span;
    private boolean isFailed;

    /** A record with its trace. */
    static final class Traced {
        private final Trace trace;
        private final long offset;
        private @Nullable List<RecordHeader> headers;

        Traced(Trace trace, long offset) {
            this.trace = trace;
            this.offset = offset;
        }
    }

    TraceScope(PipelineTracing tracing, String group, String stage, String topic, int partition) {
        this.tracing = tracing;
        this.group = group;
        this.stage = stage;
        this.topic = topic;
        this.partition = partition;
    }

    /**
     * Works on a record that was just read.
     *
     * @param found its headers that may say a trace
     * @param isReplaying whether it was worked on before, and is read again only because it waits
     */
    public void read(List<RecordHeader> found, long offset, boolean isReplaying, Runnable work) {
        Traced traced = traced(found, offset);
        if (traced == null) {
            work.run();
        } else {
            run(traced, null, !isReplaying, work);
        }
    }

    private @Nullable Traced traced(List<RecordHeader> found, long offset) {
        try {
            Trace trace = tracing.tracing.trace(found);
            return trace == null ? null : new Traced(trace, offset);
        } catch (RuntimeException | LinkageError e) {
            tracing.failed(e);
            return null;
        }
    }

    /** Works on a record that has waited for a step. */
    void resume(Traced traced, String step, Runnable work) {
        run(traced, step, true, work);
    }

    private void run(Traced traced, @Nullable String step, boolean hasSpan, Runnable work) {
        current = traced;
        isFailed = false;
        span = hasSpan ? begin(traced, step) : null;
        try {
            work.run();
        } catch (RuntimeException e) {
            failed(e.getClass().getName(), e.toString());
            throw e;
        } finally {
            TraceSpan open = span;
            current = null;
            span = null;
            if (open != null) {
                end(open);
            }
        }
    }

    private @Nullable TraceSpan begin(Traced traced, @Nullable String step) {
        try {
            return traced.trace.begin(
                    new TracedWork(tracing.pipeline, stage, step, group, topic, partition, traced.offset));
        } catch (RuntimeException | LinkageError e) {
            tracing.failed(e);
            return null;
        }
    }

    private void end(TraceSpan open) {
        try {
            open.end();
        } catch (RuntimeException | LinkageError e) {
            tracing.failed(e);
        }
    }

    /** The record that is worked on, to be kept with what waits; null for none with a trace. */
    @Nullable
    Traced current() {
        return current;
    }

    /** Does what time leads to and not the record that is worked on. */
    void apart(Runnable work) {
        Traced kept = current;
        current = null;
        work.run();
        current = kept;
    }

    /** The record that is worked on has failed; the first failure counts. */
    void failed(String error, String message) {
        TraceSpan open = span;
        if (open != null && current != null && !isFailed) {
            isFailed = true;
            try {
                open.failed(error, OneLine.of(message, LONGEST_SHOWN));
            } catch (RuntimeException | LinkageError e) {
                tracing.failed(e);
            }
        }
    }

    /** The headers of what leaves now; none if it belongs to no trace. */
    public List<RecordHeader> headers() {
        Traced traced = current;
        if (traced == null) {
            return List.of();
        }
        List<RecordHeader> known = traced.headers;
        if (known == null) {
            known = headers(traced);
            traced.headers = known;
        }
        return known;
    }

    private List<RecordHeader> headers(Traced traced) {
        try {
            return List.copyOf(traced.trace.headers());
        } catch (RuntimeException | LinkageError e) {
            tracing.failed(e);
            return List.of();
        }
    }
}
