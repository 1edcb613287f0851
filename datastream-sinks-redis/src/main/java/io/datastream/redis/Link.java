package io.datastream.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The one connection of a writer, with its script in the server: opened when it is needed, thrown away after an error, and
 * then opened again. Commands are sent ahead, and their replies come later in the same order.
 */
final class Link {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private final RedisConnection source;
    private final String script;
    private @Nullable Wire connection;
    private byte[] scriptHash = new byte[0];
    private long opened;

    Link(RedisConnection source, String script) {
        this.source = source;
        this.script = script;
    }

    /** Connects, if it is not connected. */
    Wire connected() {
        Wire current = connection;
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

    /** Has a command run. */
    void send(Command command, byte[][] arguments) {
        connected().sendCommand(command, arguments);
    }

    /**
     * Has the script run.
     *
     * @param keys its keys
     * @param arguments its arguments
     */
    void sendScript(List<byte[]> keys, List<byte[]> arguments) {
        Wire current = connected();
        List<byte[]> words = new ArrayList<>(2 + keys.size() + arguments.size());
        words.add(scriptHash);
        words.add(Form.number(keys.size()));
        words.addAll(keys);
        words.addAll(arguments);
        current.sendCommand(Command.EVALSHA, words.toArray(new byte[0][]));
    }

    /** Lets the server have what was sent, so that it works while other things are done here. */
    void push() {
        connected().push();
    }

    /**
     * Waits for replies.
     *
     * @return what the server answers to the next commands; a {@link JedisDataException} for each that was refused
     * @throws JedisConnectionException if the connection that they were sent on is lost
     */
    List<Object> replies(int commands) {
        Wire current = connection;
        if (current == null) {
            throw new JedisConnectionException("the connection is lost");
        }
        return current.getMany(commands);
    }

    /** Gives the connection up. */
    void discard() {
        Wire lost = connection;
        connection = null;
        if (lost != null) {
            end(lost);
        }
    }

    private void end(Wire lost) {
        try {
            lost.disconnect();
        } catch (JedisConnectionException e) {
            LOG.debug("{}: giving up a connection", source, e);
        }
    }
}
