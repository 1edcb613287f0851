package io.datastream.redis;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The kit on Redis 6.2, which comes as a Maven artifact. */
class RedisSinkKitIT extends RedisSinkKit {
    private static RedisServer server;

    @BeforeAll
    static void start() {
        server = RedisServer.start(RedisServer.embedded(), OPTIONS.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    RedisConnection server() {
        return server.connection();
    }

    @Override
    Asking asking() {
        return server.asking();
    }

    @Override
    RedisServer restartable() {
        return server;
    }
}
