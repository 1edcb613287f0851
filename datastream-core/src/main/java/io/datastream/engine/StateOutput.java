package io.datastream.engine;

import org.jspecify.annotations.Nullable;

/** Takes entries of state: the whole of it, or what has changed since it was asked last. */
public interface StateOutput {
    /**
     * Takes an entry, which replaces an earlier one of the same step, key and part.
     *
     * @param step name of the step
     * @param key bytes of the key
     * @param part which part of the step's state for the key, such as the number of a slice
     * @param value the entry, or null if there is none any more
     */
    void entry(String step, byte[] key, long part, byte @Nullable [] value);
}
