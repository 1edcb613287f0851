package io.datastream.redis;

import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;

/** A connection that can send what it has without waiting for an answer. */
final class Wire extends Connection {
    Wire(JedisSocketFactory sockets, JedisClientConfig config) {
        super(sockets, config);
    }

    /** Sends what lies in the buffer. */
    void push() {
        flush();
    }
}
