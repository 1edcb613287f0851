package io.datastream.source;

import io.datastream.error.ErrorPolicy;
import io.datastream.function.Fn;
import io.datastream.function.ToLongFn;
import io.datastream.time.EventTime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a pipeline's records come from, and which time they have. Made by {@link SourceConnector#eventTime}.
 *
 * <p>Each partition has its own watermark: the highest time seen less {@link #disorderUpTo}. A record with a time before
 * it is behind; steps that can no longer use it hand it to their late stream.
 *
 * @param <T> the records
 */
public final class Source<T> {
    /** How far a record may be dated ahead of its log's time: a day. */
    public static final Duration DEFAULT_MAX_FUTURE = Duration.ofDays(1);

    private final SourceConnector<T> connector;
    private final @Nullable ToLongFn<? super T> time;
    private final long disorderNanos;
    private final long maxFutureNanos;
    private final @Nullable Duration idleAfter;
    private final ErrorPolicy onError;
    private final String name;

    private Source(
            SourceConnector<T> connector,
            @Nullable ToLongFn<? super T> time,
            long disorderNanos,
            long maxFutureNanos,
            @Nullable Duration idleAfter,
            ErrorPolicy onError,
            String name) {
        this.connector = connector;
        this.time = time;
        this.disorderNanos = disorderNanos;
        this.maxFutureNanos = maxFutureNanos;
        this.idleAfter = idleAfter;
        this.onError = onError;
        this.name = name;
    }

    static <T> Source<T> of(SourceConnector<T> connector, @Nullable ToLongFn<? super T> time) {
        return new Source<>(
                connector, time, 0, EventTime.nanos(DEFAULT_MAX_FUTURE), null, ErrorPolicy.fail(), connector.name());
    }

    static <T> ToLongFn<T> nanos(Fn<? super T, Instant> time) {
        return value -> {
            Instant instant = time.apply(value);
            if (instant == null) {
                throw new IllegalArgumentException("event time: null (expected: an instant)");
            }
            return EventTime.nanos(instant);
        };
    }

    /** The same source, with records of a partition at most this much older than the newest before them. Default: 0. */
    public Source<T> disorderUpTo(Duration disorder) {
        if (disorder.isNegative()) {
            throw new IllegalArgumentException("disorder: " + disorder + " (expected: not negative)");
        }
        long nanos = EventTime.nanos(disorder);
        return new Source<>(connector, time, nanos, maxFutureNanos, idleAfter, onError, name);
    }

    /**
     * The same source, with records dated further ahead of their log's time than this refused as errors of the source,
     * without moving the watermark. Default: {@link #DEFAULT_MAX_FUTURE}. Sources that read old data at leisure, such as
     * files, have the time of reading as log time.
     */
    public Source<T> maxFuture(Duration maxFuture) {
        if (maxFuture.isNegative()) {
            throw new IllegalArgumentException("maxFuture: " + maxFuture + " (expected: not negative)");
        }
        long nanos = EventTime.nanos(maxFuture);
        return new Source<>(connector, time, disorderNanos, nanos, idleAfter, onError, name);
    }

    /**
     * The same source, with a partition that has been read to its end and quiet for this long no longer holding back
     * the others. Default: never. Bounded sources do not need it: they end.
     */
    public Source<T> idleAfter(Duration quiet) {
        if (quiet.isNegative() || quiet.isZero()) {
            throw new IllegalArgumentException("idleAfter: " + quiet + " (expected: more than zero)");
        }
        return new Source<>(connector, time, disorderNanos, maxFutureNanos, quiet, onError, name);
    }

    /** The same source with another treatment of records that cannot be decoded or dated. Default: the pipeline fails. */
    public Source<T> onError(ErrorPolicy policy) {
        return new Source<>(connector, time, disorderNanos, maxFutureNanos, idleAfter, policy, name);
    }

    /** The same source under another name. Default: the connector's. */
    public Source<T> named(String name) {
        return new Source<>(connector, time, disorderNanos, maxFutureNanos, idleAfter, onError, name);
    }

    /** What is read. */
    public SourceConnector<T> connector() {
        return connector;
    }

    /** Reads the event time from a record; null if the log's time counts. */
    public @Nullable ToLongFn<? super T> time() {
        return time;
    }

    /** The disorder bound in nanoseconds. */
    public long disorderNanos() {
        return disorderNanos;
    }

    /** The bound on the future in nanoseconds. */
    public long maxFutureNanos() {
        return maxFutureNanos;
    }

    /** After how long a quiet partition counts as idle; null for never. */
    public @Nullable Duration idleAfter() {
        return idleAfter;
    }

    /** What is done with records that cannot be decoded or dated. */
    public ErrorPolicy errorPolicy() {
        return onError;
    }

    /** The name of the source within its pipeline. */
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return "Source[" + name + "]";
    }
}
