package io.datastream.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * The one connection of a writer, with its script in the server: opened when it is needed, thrown away after an error, and
 * then opened again.
 */
final class Link {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private final RedisConnection source;
    private final String script;
    private @Nullable Connection connection;
    private byte[] scriptHash = new byte[0];
    private long opened;

    Link(RedisConnection source, String script) {
        this.source = source;
        this.script = script;
    }

    /** Connects, if it is not connected. */
    Connection connected() {
        Connection current = connection;
        if (current == null) {
            current = source.open();
            try {
                current.sendCommand(Command.SCRIPT, "LOAD", script);
                scriptHash = current.getBinaryBulkReply();
            } catch (RuntimeException e) {
                end(current);
                throw e;
            }
            connection = current;
            if (opened++ > 0) {
                LOG.info("{}: connected again", source);
            }
        }
        return current;
    }

    /**
     * Runs the script.
     *
     * @param keys its keys
     * @param arguments its arguments
     * @return what it answers
     */
    List<Object> run(List<byte[]> keys, List<byte[]> arguments) {
        Connection current = connected();
        List<byte[]> words = new ArrayList<>(2 + keys.size() + arguments.size());
        words.add(scriptHash);
        words.add(Form.number(keys.size()));
        words.addAll(keys);
        words.addAll(arguments);
        current.sendCommand(Command.EVALSHA, words.toArray(new byte[0][]));
        return current.getObjectMultiBulkReply();
    }

    /** Gives the connection up. */
    void discard() {
        Connection lost = connection;
        connection = null;
        if (lost != null) {
            end(lost);
        }
    }

    private void end(Connection lost) {
        try {
            lost.disconnect();
        } catch (JedisConnectionException e) {
            LOG.debug("{}: giving up a connection", source, e);
        }
    }
}
