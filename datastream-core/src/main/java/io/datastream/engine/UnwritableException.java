package io.datastream.engine;

import io.datastream.error.Masking;
import io.datastream.error.PipelineException;

/**
 * A sink cannot turn a result into bytes. Thrown by {@link TaskOutput.ResultTarget#result}; the error policy of the sink's
 * step then says what becomes of the result.
 */
public final class UnwritableException extends PipelineException {
    private static final long serialVersionUID = 1L;

    private final Exception error;

    /** A result of a step that failed with this error, which is told without what is masked in the result. */
    public UnwritableException(String step, Exception error, Object result) {
        this(step, Masking.refused(error, result));
    }

    private UnwritableException(String step, Exception error) {
        super("step \"" + step + "\": a result cannot be written: " + error.getMessage(), error);
        this.error = error;
    }

    /** What the sink threw. */
    Exception error() {
        return error;
    }
}
