package io.datastream.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The one connection of a writer, with its script in the server: opened when it is needed, thrown away after an error, and
 * then opened again.
 */
final class Link {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private static final byte[] LAST = {'+'};
    private static final byte[] FIRST = {'-'};
    private static final byte[] COUNT = {'C', 'O', 'U', 'N', 'T'};
    private static final byte[] ONE = {'1'};

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

    /**
     * Reads the newest entries of streams, and has the next {@link #exchange} that is together not run if one of the streams
     * changes in between.
     *
     * @return for each stream a list of at most one entry, or a {@link JedisDataException}
     */
    List<Object> watch(List<byte[]> streams) {
        Connection current = connected();
        current.sendCommand(Command.WATCH, streams.toArray(new byte[0][]));
        for (byte[] stream : streams) {
            current.sendCommand(Command.XREVRANGE, stream, LAST, FIRST, COUNT, ONE);
        }
        List<Object> replies = current.getMany(1 + streams.size());
        if (replies.get(0) instanceof JedisDataException error) {
            throw error;
        }
        return replies.subList(1, replies.size());
    }

    /** Takes {@link #watch} back. */
    void unwatch() {
        Connection current = connected();
        current.sendCommand(Command.UNWATCH);
        current.getStatusCodeReply();
    }

    /**
     * Runs commands that do not wait for each other's replies.
     *
     * @param command all of them
     * @param calls the arguments of each
     * @param together whether none or all are run, with nothing in between
     * @return a reply for each; a {@link JedisDataException} where it was refused; null if none was run, as something that
     *     is watched has changed
     */
    @Nullable
    List<?> exchange(Command command, List<byte[][]> calls, boolean together) {
        Connection current = connected();
        if (together) {
            current.sendCommand(Command.MULTI);
        }
        for (byte[][] arguments : calls) {
            current.sendCommand(command, arguments);
        }
        if (!together) {
            return current.getMany(calls.size());
        }
        current.sendCommand(Command.EXEC);
        List<Object> replies = current.getMany(calls.size() + 2);
        for (Object reply : replies) {
            if (reply instanceof JedisDataException error) {
                throw error; // one of them was not accepted, so none was run
            }
        }
        return (List<?>) replies.get(calls.size() + 1);
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
