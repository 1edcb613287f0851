package io.datastream.lookup;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@link Lookup} finds what it does not have in its cache. A lambda is a loader; a class may also open and close
 * what it needs, such as a connection.
 *
 * <p>Each task works on a copy of its own, made by serialization, so an instance is used by one thread only.
 *
 * @param <K> what is looked for
 * @param <V> what is found
 */
@FunctionalInterface
public interface LookupLoader<K, V> extends Serializable {
    /**
     * Finds the value of a key. It may take its time: its task waits.
     *
     * @return the value, which is kept and handed to other threads, so it must not be changed; null if there is none
     * @throws Exception if that cannot be told now: an error of the record, which the step's error policy treats
     */
    @Nullable
    V load(K key) throws Exception;

    /** Called once before the first key. */
    default void open() throws Exception {}

    /** Called once after the last key, also after a failure. */
    default void close() throws Exception {}
}
