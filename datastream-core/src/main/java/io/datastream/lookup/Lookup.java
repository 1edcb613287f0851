package io.datastream.lookup;

import io.datastream.function.BiFn;
import io.datastream.function.Fn;
import io.datastream.processor.Processor;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Data that lies elsewhere, such as the master data of sensors in a database, looked up by key through a cache.
 *
 * <pre>{@code
 * Lookup<String, Device> devices = Lookup.of(loader).withTimeToLive(Duration.ofMinutes(1));
 *
 * readings.process(devices.join(Reading::sensor, (reading, device) -> new Located(reading, device.orElse(UNKNOWN))))
 * }</pre>
 *
 * <p><b>What goes in and out.</b> A step made by {@link #join} gives one result for each record, or none where its function
 * returns null, at the record's time and in the records' order: it looks up one record after the other.
 *
 * <p><b>The cache</b> holds at most {@link #withCapacity} values, those used last. A value is looked up again when it is
 * older than {@link #withTimeToLive}; that there is none is remembered as well, for {@link #withMissingTimeToLive}. All tasks
 * of this JVM that use the same {@code Lookup} share one cache, and a key that several of them miss at the same moment
 * is loaded once; it goes when the last of them ends, and starts empty.
 *
 * <p><b>Errors.</b> A loader that fails is an error of the record, also for those tasks that waited for the same key, and
 * is not remembered; {@code onError(ErrorPolicy.retry(...))} tries again. A key that is null is an error too.
 *
 * <p><b>Not reproducible.</b> What a record meets depends on when it is processed. A pipeline that is run again, or goes on
 * after a crash, may join the same record with newer data, so results need not be the same bytes as before; they are as
 * far as the data did not change. Where that matters, bring the changes in as a stream of their own.
 *
 * <p><b>Cost.</b> A hit takes well under a microsecond. A miss takes as long as the loader, and its task stands still
 * meanwhile, as nothing may overtake: with a loader of 1 ms and no hits a task passes at most 1,000 records a second.
 * Memory is that of the values and keys, and about 100 bytes for each.
 *
 * <p>Immutable: each method gives a changed copy, which has a cache of its own.
 *
 * @param <K> what is looked for; with {@code equals} and {@code hashCode}
 * @param <V> what is found; never changed by anyone, as threads share it
 */
public final class Lookup<K, V> implements Serializable {
    private static final long serialVersionUID = 1L;

    /** How many keys the cache holds, unless {@link #withCapacity} says otherwise: {@value}. */
    public static final int DEFAULT_CAPACITY = 10_000;

    /** How long a value is used before it is looked up again, unless {@link #withTimeToLive} says otherwise: 5 minutes. */
    public static final Duration DEFAULT_TIME_TO_LIVE = Duration.ofMinutes(5);

    /** How long a missing value is taken for missing, unless {@link #withMissingTimeToLive} says otherwise: 30 s. */
    public static final Duration DEFAULT_MISSING_TIME_TO_LIVE = Duration.ofSeconds(30);

    private final String id = UUID.randomUUID().toString(); // the same in all copies that tasks make
    private final LookupLoader<K, V> loader;
    private final int capacity;
    private final Duration timeToLive;
    private final Duration missingTimeToLive;

    private Lookup(LookupLoader<K, V> loader, int capacity, Duration timeToLive, Duration missingTimeToLive) {
        this.loader = loader;
        this.capacity = capacity;
        this.timeToLive = timeToLive;
        this.missingTimeToLive = missingTimeToLive;
    }

    /** A cache over a loader. */
    public static <K, V> Lookup<K, V> of(LookupLoader<K, V> loader) {
        return new Lookup<>(loader, DEFAULT_CAPACITY, DEFAULT_TIME_TO_LIVE, DEFAULT_MISSING_TIME_TO_LIVE);
    }

    /** The same with at most this many keys in its cache, found or missing; at least one. */
    public Lookup<K, V> withCapacity(int keys) {
        if (keys < 1) {
            throw new IllegalArgumentException("capacity: " + keys + " (expected: at least 1)");
        }
        return new Lookup<>(loader, keys, timeToLive, missingTimeToLive);
    }

    /** The same with values used for this long; zero looks up each time. */
    public Lookup<K, V> withTimeToLive(Duration time) {
        return new Lookup<>(loader, capacity, checked("time to live", time), missingTimeToLive);
    }

    /** The same with missing values taken for missing for this long; zero looks up each time. */
    public Lookup<K, V> withMissingTimeToLive(Duration time) {
        return new Lookup<>(loader, capacity, timeToLive, checked("time to live of what is missing", time));
    }

    private static Duration checked(String what, Duration time) {
        if (time.isNegative() || time.compareTo(Duration.ofDays(36_500)) > 0) {
            throw new IllegalArgumentException(what + ": " + time + " (expected: from 0 to 100 years)");
        }
        return time;
    }

    /**
     * A step that joins each record with what its key finds.
     *
     * @param key the key of a record
     * @param join the result for a record and the value of its key, empty if there is none; null for no result
     */
    public <T, R> Processor<T, R> join(Fn<? super T, ? extends K> key, BiFn<? super T, Optional<V>, ? extends R> join) {
        return new LookupStep<>(this, key, join);
    }

    /** What the cache of this JVM has done so far, summed over all times that it was in use. */
    public LookupStatistics statistics() {
        return LookupCaches.statistics(id);
    }

    String id() {
        return id;
    }

    LookupLoader<K, V> loader() {
        return loader;
    }

    int capacity() {
        return capacity;
    }

    Duration timeToLive() {
        return timeToLive;
    }

    Duration missingTimeToLive() {
        return missingTimeToLive;
    }
}
