package io.datastream.lookup;

import java.util.HashMap;
import java.util.Map;

/** The caches of this JVM that tasks use at present, one for each lookup, and what each has done so far. */
final class LookupCaches {
    private static final Map<String, Shared> IN_USE = new HashMap<>();
    private static final Map<String, LookupCounts> COUNTS = new HashMap<>(); // a few longs for each lookup of a program

    private LookupCaches() {}

    private static final class Shared {
        final LookupCache<?, ?> cache;
        int users;

        Shared(LookupCache<?, ?> cache) {
            this.cache = cache;
        }
    }

    /** The cache of a lookup, to be released once. */
    @SuppressWarnings("unchecked") // under the id of a lookup there are its own keys and values
    static synchronized <K, V> LookupCache<K, V> acquire(Lookup<K, V> lookup) {
        LookupCounts counts = COUNTS.computeIfAbsent(lookup.id(), id -> new LookupCounts());
        Shared shared = IN_USE.computeIfAbsent(
                lookup.id(),
                id -> new Shared(new LookupCache<K, V>(
                        lookup.capacity(),
                        lookup.timeToLive().toNanos(),
                        lookup.missingTimeToLive().toNanos(),
                        System::nanoTime,
                        counts)));
        shared.users++;
        return (LookupCache<K, V>) shared.cache;
    }

    static synchronized void release(String id) {
        Shared shared = IN_USE.get(id);
        if (shared != null && --shared.users == 0) {
            IN_USE.remove(id);
        }
    }

    static synchronized LookupStatistics statistics(String id) {
        LookupCounts counts = COUNTS.get(id);
        return counts == null ? new LookupStatistics(0, 0, 0, 0) : counts.statistics();
    }
}
