package io.datastream.trace;

import io.datastream.topic.RecordHeader;
import java.util.List;

/** The trace that a record belongs to. Used by one thread at a time. */
public interface Trace {
    /**
     * The headers of records that this one leads to. A function of this record's headers and of nothing else: a run that
     * is repeated must write the same bytes, so no id of a new span may be in it.
     */
    List<RecordHeader> headers();

    /** Begins a span for work on the record, which is the current one of this thread until it ends. */
    TraceSpan begin(TracedWork work);
}
