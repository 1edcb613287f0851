package io.datastream.engine;

import io.datastream.codec.Codec;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A hash of keys that is the same in every JVM. */
public final class StableHash {
    private StableHash() {}

    /** The number of the shard, from 0 to {@code shards - 1}, that a key belongs to. */
    public static int shard(Object key, @Nullable Codec<Object> codec, int shards) {
        return shards == 1 ? 0 : Math.floorMod(spread(hash(key, codec)), shards);
    }

    private static int hash(Object key, @Nullable Codec<Object> codec) {
        // the documented hash codes of these classes depend on the value alone
        if (key instanceof String || key instanceof Integer || key instanceof Long || key instanceof UUID) {
            return key.hashCode();
        }
        return of((codec == null ? PortableCodec.keys() : codec).encode(key));
    }

    /** FNV-1a over the bytes. */
    public static int of(byte[] bytes) {
        int hash = 0x811c9dc5;
        for (byte b : bytes) {
            hash = (hash ^ b) * 0x01000193;
        }
        return hash;
    }

    private static int spread(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ (mixed >>> 16);
    }
}
