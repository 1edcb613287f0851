package io.datastream.lookup;

import java.util.concurrent.atomic.LongAdder;

/** Counts what a cache does, for all threads. */
final class LookupCounts {
    final LongAdder hits = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder evictions = new LongAdder();

    LookupStatistics statistics() {
        return new LookupStatistics(hits.sum(), loads.sum(), failures.sum(), evictions.sum());
    }
}
