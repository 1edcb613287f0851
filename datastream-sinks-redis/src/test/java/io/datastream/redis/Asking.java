package io.datastream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.function.Supplier;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A connection on which tests ask a server what it holds. */
final class Asking implements AutoCloseable {
    private final Supplier<RedisConnection> connection;
    private Connection open;

    Asking(Supplier<RedisConnection> connection) {
        this.connection = connection;
    }

    /** What the server answers to a command, with bytes as text. */
    synchronized Object ask(String command, Object... words) {
        if (open == null) {
            open = connection.get().open();
        }
        try {
            return text(send(open, command, words));
        } catch (JedisConnectionException e) {
            close();
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        if (open != null) {
            open.disconnect();
            open = null;
        }
    }

    /** What the server answers to a command. */
    static Object send(Connection connection, String command, Object... words) {
        CommandArguments arguments = new CommandArguments(() -> command.getBytes(UTF_8));
        for (Object word : words) {
            arguments.add(word instanceof byte[] bytes ? bytes : word.toString().getBytes(UTF_8));
        }
        return connection.executeCommand(arguments);
    }

    static Object text(Object reply) {
        if (reply instanceof byte[] bytes) {
            return new String(bytes, UTF_8);
        }
        return reply instanceof List<?> list ? list.stream().map(Asking::text).toList() : reply;
    }

    /** The members of a sorted set or the entries of a list reply, as texts. */
    List<String> texts(String command, Object... words) {
        return ((List<?>) ask(command, words)).stream().map(String::valueOf).toList();
    }

    /** The entries of a stream: id and fields. */
    List<String> stream(String key) {
        return texts("XRANGE", key, "-", "+");
    }
}
