package io.datastream.runtime;

import io.datastream.codec.CodecException;
import io.datastream.engine.SinkResult;
import io.datastream.engine.UnwritableException;
import io.datastream.error.Masking;
import io.datastream.error.PipelineException;
import io.datastream.sink.Receipt;
import io.datastream.sink.SinkException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the writer of a sink refuses. A runtime says around each call of the writer what it does, and applies the error
 * policies afterwards, when the writer has returned. Used by one thread at a time.
 */
public final class Refusals {
    private static final int MOST_TOLD = 5;

    private final String step;
    private final List<Refused> refused = new ArrayList<>();
    private @Nullable Supplier<? extends SinkResult> current;
    private boolean calling;

    /** What the writer was handed over last: what it throws is told without what is masked in that. */
    private @Nullable Object last;

    private record Refused(SinkResult result, Exception error) {}

    /** Refusals of the sink of this step. */
    public Refusals(String step) {
        this.step = step;
    }

    /** The receipts for the writer's context. */
    public Supplier<Receipt> receipts() {
        return this::receipt;
    }

    private Receipt receipt() {
        Supplier<? extends SinkResult> writing = current;
        if (writing == null) {
            throw new IllegalStateException(
                    "step \"" + step + "\": a receipt was asked for outside of write (expected: within it)");
        }
        SinkResult result = writing.get();
        return error -> refuse(result, error);
    }

    private void refuse(SinkResult result, Exception error) {
        if (!calling) {
            throw new IllegalStateException("step \"" + step
                    + "\": a result was refused outside of write and flush (expected: within them): " + error);
        }
        refused.add(new Refused(result, error));
    }

    /** Calls the writer to take this result. A {@link CodecException} says that it cannot be written, and ends here. */
    public void whileWriting(Object value, Supplier<? extends SinkResult> result, Runnable write) {
        current = result;
        last = value;
        calling = true;
        try {
            write.run();
        } catch (CodecException e) {
            refused.add(new Refused(result.get(), e));
        } catch (RuntimeException e) {
            throw told(e);
        } finally {
            calling = false;
            current = null;
        }
    }

    /** Calls the writer to flush. What a call refuses that throws is refused nevertheless. */
    public void whileFlushing(Runnable flush) {
        calling = true;
        try {
            calling(flush);
        } finally {
            calling = false;
        }
    }

    /** Calls the writer to do something else, such as to note a commit. */
    public void calling(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            throw told(e);
        }
    }

    private RuntimeException told(RuntimeException error) {
        Object value = last;
        if (value == null) {
            return error;
        }
        if (!(error instanceof SinkException sink)) {
            return (RuntimeException) Masking.refused(error, value);
        }
        Throwable told = Masking.stopped(sink, value);
        return told == sink ? sink : like(sink, String.valueOf(told.getMessage()), told.getCause());
    }

    @SuppressWarnings("NullAway") // an exception without cause
    private static SinkException like(SinkException sink, String message, @Nullable Throwable cause) {
        SinkException like =
                sink.isRetryable() ? SinkException.retryable(message, cause) : SinkException.fatal(message, cause);
        like.setStackTrace(sink.getStackTrace());
        return like;
    }

    /**
     * Applies the policy of each result that was refused since the last call.
     *
     * @return whether there were any
     * @throws PipelineException with the first result whose policy is to fail, after all have been looked at
     */
    public boolean apply() {
        if (refused.isEmpty()) {
            return false;
        }
        List<Refused> all = List.copyOf(refused);
        refused.clear();
        PipelineException first = null;
        int failed = 0;
        for (Refused each : all) {
            try {
                each.result().refused(each.error());
            } catch (PipelineException e) {
                if (first == null) {
                    first = e;
                } else if (failed < MOST_TOLD) {
                    first.addSuppressed(e);
                }
                failed++;
            }
        }
        if (first == null) {
            return true;
        }
        if (failed == 1 && !(first instanceof UnwritableException)) {
            throw first;
        }
        // never as an UnwritableException: that would be taken for one of the result that is being written
        throw new PipelineException(
                first.getMessage() + (failed == 1 ? "" : " (and " + (failed - 1) + " more refused)"), first);
    }
}
