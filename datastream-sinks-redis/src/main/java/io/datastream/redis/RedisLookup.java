package io.datastream.redis;

import io.datastream.codec.Decoder;
import io.datastream.lookup.Lookup;
import io.datastream.lookup.LookupLoader;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Finds values in Redis for a {@link Lookup}, which keeps them in a cache: values under keys, fields of one hash, or what
 * {@link RedisSink#latest} has written.
 *
 * <p>A lost connection is opened again once for a key; if that fails too, it is an error of the record, as is a key of
 * another kind or a value that cannot be decoded. Each task has one connection.
 *
 * @param <V> the values
 */
public final class RedisLookup<V> implements LookupLoader<String, V> {
    private static final long serialVersionUID = 1L;

    private final Place place;
    private final String name;
    private final Decoder<? extends V> value;
    private final RedisConnection connection;
    private transient @Nullable Connection open;

    private enum Place {
        VALUES,
        FIELDS,
        LATEST
    }

    private RedisLookup(Place place, String name, Decoder<? extends V> value, RedisConnection connection) {
        this.place = place;
        this.name = name;
        this.value = value;
        this.connection = connection;
    }

    /** Values under keys that begin with this prefix, which may be empty: {@code GET prefix+key}. */
    public static <V> RedisLookup<V> values(String prefix, Decoder<? extends V> value, RedisConnection connection) {
        return new RedisLookup<>(Place.VALUES, prefix, value, connection);
    }

    /** The fields of one hash: {@code HGET hash key}. */
    public static <V> RedisLookup<V> fields(String hash, Decoder<? extends V> value, RedisConnection connection) {
        return new RedisLookup<>(Place.FIELDS, hash, value, connection);
    }

    /** What a sink made by {@link RedisSink#latest} with this prefix has written. */
    public static <V> RedisLookup<V> latest(String prefix, Decoder<? extends V> value, RedisConnection connection) {
        return new RedisLookup<>(Place.LATEST, prefix, value, connection);
    }

    /** Connects, so that what is wrong shows at the start. */
    @Override
    public void open() throws Exception {
        try {
            open = connection.open();
        } catch (JedisException e) {
            throw new IOException(connection + ": " + Failures.text(e), e);
        }
    }

    @Override
    public @Nullable V load(String key) throws Exception {
        List<byte[]> words = switch (place) {
            case VALUES -> List.of(Text.utf8(name + key));
            case FIELDS -> List.of(Text.utf8(name), Text.utf8(key));
            case LATEST -> List.of(Text.utf8(name + key), Text.utf8("value"));
        };
        byte[] bytes;
        try {
            bytes = ask(words.toArray(new byte[0][]));
        } catch (JedisException e) {
            throw new IOException(connection + ", key " + Text.shown(key) + ": " + Failures.text(e), e);
        }
        return bytes == null ? null : value.decode(bytes);
    }

    private byte @Nullable [] ask(byte[][] words) {
        try {
            return askOnce(words);
        } catch (JedisConnectionException e) {
            close();
            return askOnce(words);
        }
    }

    private byte @Nullable [] askOnce(byte[][] words) {
        Connection current = open;
        if (current == null) {
            current = connection.open();
            open = current;
        }
        current.sendCommand(place == Place.VALUES ? Command.GET : Command.HGET, words);
        return current.getBinaryBulkReply();
    }

    @Override
    public void close() {
        Connection last = open;
        open = null;
        if (last != null) {
            last.disconnect();
        }
    }

    /** Where it looks, without secrets. */
    @Override
    public String toString() {
        return "RedisLookup[" + place + " " + name + " of " + connection + "]";
    }
}
