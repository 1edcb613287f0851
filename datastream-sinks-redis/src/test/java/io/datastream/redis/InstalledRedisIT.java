package io.datastream.redis;

import org.junit.jupiter.api.BeforeAll;

/** The contract on the Redis of this machine, where there is one. */
class InstalledRedisIT extends RedisContract {
    @BeforeAll
    static void start() {
        startServer(RedisServer.installed());
    }
}
