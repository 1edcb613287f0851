package io.datastream.redis;

import org.junit.jupiter.api.BeforeAll;

/** The contract on Redis 6.2, the oldest that is supported, which comes as a Maven artifact. */
class EmbeddedRedisIT extends RedisContract {
    @BeforeAll
    static void start() {
        startServer(RedisServer.embedded());
    }
}
