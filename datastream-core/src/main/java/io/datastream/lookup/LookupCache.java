package io.datastream.lookup;

import io.datastream.error.OneLine;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/**
 * The values of keys used last, shared by several threads.
 *
 * <p>The lock guards the two maps and is never held while a loader runs. Invariant: a key is in {@code loading} exactly
 * while one thread loads it, and that thread completes its future, come what may.
 */
final class LookupCache<K, V> {
    private static final int LONGEST_SHOWN = 60;

    private final int capacity;
    private final long timeToLive;
    private final long missingTimeToLive;
    private final LongSupplier nanoTime;
    private final LookupCounts counts;
    private final Object lock = new Object();
    private final LinkedHashMap<K, Entry<V>> entries =
            new LinkedHashMap<>(16, 0.75f, true); // least recently used first
    private final Map<K, CompletableFuture<Optional<V>>> loading = new HashMap<>();

    private record Entry<V>(Optional<V> value, long loadedNanos) {}

    LookupCache(int capacity, long timeToLive, long missingTimeToLive, LongSupplier nanoTime, LookupCounts counts) {
        this.capacity = capacity;
        this.timeToLive = timeToLive;
        this.missingTimeToLive = missingTimeToLive;
        this.nanoTime = nanoTime;
        this.counts = counts;
    }

    /** The value of a key, from the cache, from another thread that is loading it, or from the loader. */
    Optional<V> get(K key, LookupLoader<K, V> loader) throws Exception {
        CompletableFuture<Optional<V>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<V>> others;
        synchronized (lock) {
            Entry<V> entry = entries.get(key);
            if (entry != null && isFresh(entry)) {
                counts.hits.increment();
                return entry.value();
            }
            others = loading.putIfAbsent(key, mine);
        }
        return others == null ? load(key, loader, mine) : await(key, others);
    }

    private boolean isFresh(Entry<V> entry) {
        long age = nanoTime.getAsLong() - entry.loadedNanos();
        return age < (entry.value().isPresent() ? timeToLive : missingTimeToLive);
    }

    private Optional<V> load(K key, LookupLoader<K, V> loader, CompletableFuture<Optional<V>> mine) throws Exception {
        try {
            long before = nanoTime.getAsLong(); // a value is as old as the question
            Optional<V> value = Optional.ofNullable(loader.load(key));
            counts.loads.increment();
            synchronized (lock) {
                loading.remove(key);
                keep(key, new Entry<>(value, before));
            }
            mine.complete(value);
            return value;
        } catch (Throwable e) {
            counts.failures.increment();
            synchronized (lock) {
                loading.remove(key);
            }
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private void keep(K key, Entry<V> entry) {
        boolean full = entries.put(key, entry) == null && entries.size() > capacity;
        if (full) {
            entries.remove(entries.keySet().iterator().next());
            counts.evictions.increment();
        }
    }

    private Optional<V> await(K key, CompletableFuture<Optional<V>> others) throws Exception {
        try {
            Optional<V> value = others.get();
            counts.hits.increment();
            return value;
        } catch (ExecutionException e) {
            String shown = OneLine.of(String.valueOf(key), LONGEST_SHOWN);
            throw new IllegalStateException("lookup of " + shown + ": failed in another task: " + e.getCause(), e);
        }
    }
}
