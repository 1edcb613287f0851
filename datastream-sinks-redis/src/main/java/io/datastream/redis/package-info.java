/**
 * Results into Redis, and lookups in it: start with {@link io.datastream.redis.RedisSink} and
 * {@link io.datastream.redis.RedisLookup}.
 */
@NullMarked
package io.datastream.redis;

import org.jspecify.annotations.NullMarked;
