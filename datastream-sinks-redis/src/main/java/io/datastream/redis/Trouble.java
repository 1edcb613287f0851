package io.datastream.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What went wrong with results of a key.
 *
 * @param key the key
 * @param items the results
 * @param error what the server says; null if a stream has newer ones
 */
record Trouble(String key, List<Form.Item> items, @Nullable JedisDataException error) {}
