package io.datastream.source;

import io.datastream.function.Fn;
import io.datastream.function.ToLongFn;
import java.io.Serializable;
import java.time.Instant;

/**
 * Something records come from, before it is said which time they have. Connectors implement {@link ReadableSource} or
 * {@link TopicSource}.
 *
 * @param <T> the records
 */
public interface SourceConnector<T> extends Serializable {
    /** A name for plans, places and metrics, such as the topic's. */
    String name();

    /** A source whose records carry their event time. */
    default Source<T> eventTime(Fn<? super T, Instant> time) {
        return Source.of(this, Source.nanos(time));
    }

    /** A source whose records carry their event time as nanoseconds since the epoch. */
    default Source<T> eventTimeNanos(ToLongFn<? super T> nanos) {
        return Source.of(this, nanos);
    }

    /**
     * A source whose event time is the log's own: a topic's record time, the arrival time of sources that have none.
     */
    default Source<T> logTime() {
        return Source.of(this, null);
    }
}
