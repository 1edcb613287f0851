package io.datastream.log;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last keys of batches, and what was kept for them. */
final class KeyMemory {
    /** What was kept: where, how much, and a fingerprint of it. */
    record Kept(long offset, int count, long fingerprint) {}

    private final int limit;
    private final LinkedHashMap<String, Kept> known = new LinkedHashMap<>();

    KeyMemory(int limit) {
        this.limit = limit;
    }

    @Nullable
    Kept find(String key) {
        return known.get(key);
    }

    void add(String key, Kept kept) {
        known.remove(key);
        known.put(key, kept);
        if (known.size() > limit) {
            Map.Entry<String, Kept> oldest = known.entrySet().iterator().next();
            known.remove(oldest.getKey());
        }
    }
}
