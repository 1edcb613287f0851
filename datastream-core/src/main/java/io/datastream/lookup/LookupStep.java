package io.datastream.lookup;

import io.datastream.function.BiFn;
import io.datastream.function.Fn;
import io.datastream.processor.Processor;
import io.datastream.processor.ProcessorContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Joins records with what a lookup finds. */
final class LookupStep<T, K, V, R> implements Processor<T, R> {
    private static final long serialVersionUID = 1L;

    private final Lookup<K, V> lookup;
    private final Fn<? super T, ? extends K> key;
    private final BiFn<? super T, Optional<V>, ? extends R> join;
    private transient @Nullable LookupCache<K, V> cache;

    LookupStep(Lookup<K, V> lookup, Fn<? super T, ? extends K> key, BiFn<? super T, Optional<V>, ? extends R> join) {
        this.lookup = lookup;
        this.key = key;
        this.join = join;
    }

    @Override
    public void open(ProcessorContext context) throws Exception {
        lookup.loader().open();
        cache = LookupCaches.acquire(lookup);
    }

    @Override
    public @Nullable R process(T data) throws Exception {
        K wanted = key.apply(data);
        if (wanted == null) {
            throw new IllegalArgumentException("lookup key: null (expected: a key; filter records without one before)");
        }
        if (cache == null) {
            throw new IllegalStateException("lookup: not open (expected: open() before process())");
        }
        return join.apply(data, cache.get(wanted, lookup.loader()));
    }

    @Override
    public void close() throws Exception {
        if (cache != null) {
            cache = null;
            LookupCaches.release(lookup.id());
        }
        lookup.loader().close();
    }
}
