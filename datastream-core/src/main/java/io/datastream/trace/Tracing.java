package io.datastream.trace;

import io.datastream.topic.RecordHeader;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the trace that a record belongs to, in its headers. For tracers; users take the one of the module
 * datastream-tracing.
 *
 * <p>Called by several threads, for each record that has one of the headers. An exception is counted and logged, and the
 * record goes on without a trace.
 */
public interface Tracing {
    /** The names of the headers in which a record says its trace. Asked once; a record without any of them has none. */
    Collection<String> headerNames();

    /**
     * The trace of a record; null if there is none, or it is not sampled. A function of the headers and of nothing else.
     *
     * @param headers those with a name of {@link #headerNames}, each once, and none of an unusual length
     */
    @Nullable
    Trace trace(List<RecordHeader> headers);
}
