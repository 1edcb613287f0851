package io.datastream.redis;

import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * How to reach a Redis server. Each writing task and each looking up task opens one connection and keeps it.
 *
 * <p>It can be shipped to another JVM with the pipeline; secrets are looked up there, each time a connection is opened, and
 * appear in no message. Immutable: each method gives a changed copy.
 */
public final class RedisConnection implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The port, unless {@link #at(String, int)} says otherwise: {@value}. */
    public static final int DEFAULT_PORT = 6379;

    /** How long the server may be silent, unless {@link #withTimeout} says otherwise: 10 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private final String host;
    private final int port;
    private final int database;
    private final @Nullable String user;
    private final @Nullable SecretSource password;
    private final @Nullable Tls tls;
    private final int timeoutMillis;

    private RedisConnection(
            String host,
            int port,
            int database,
            @Nullable String user,
            @Nullable SecretSource password,
            @Nullable Tls tls,
            int timeoutMillis) {
        this.host = host;
        this.port = port;
        this.database = database;
        this.user = user;
        this.password = password;
        this.tls = tls;
        this.timeoutMillis = timeoutMillis;
    }

    /** A server on the usual port. */
    public static RedisConnection at(String host) {
        return at(host, DEFAULT_PORT);
    }

    /** A server. */
    public static RedisConnection at(String host, int port) {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: blank (expected: a name or an address)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: from 1 to 65535)");
        }
        return new RedisConnection(host, port, 0, null, null, null, (int) DEFAULT_TIMEOUT.toMillis());
    }

    /** The same with the password of the default user. */
    public RedisConnection withPassword(SecretSource password) {
        return new RedisConnection(host, port, database, null, password, tls, timeoutMillis);
    }

    /** The same as a user of the server's access control list. */
    public RedisConnection withUser(String user, SecretSource password) {
        return new RedisConnection(host, port, database, user, password, tls, timeoutMillis);
    }

    /** The same with the database of this number instead of 0. */
    public RedisConnection withDatabase(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("database: " + number + " (expected: 0 or more)");
        }
        return new RedisConnection(host, port, number, user, password, tls, timeoutMillis);
    }

    /** The same over TLS. */
    public RedisConnection withTls(Tls tls) {
        return new RedisConnection(host, port, database, user, password, tls, timeoutMillis);
    }

    /**
     * The same with another time that the server may be silent, or need to accept a connection, before the connection
     * counts as lost: from 100 ms to a day.
     */
    public RedisConnection withTimeout(Duration timeout) {
        if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: from 100 ms to a day)");
        }
        return new RedisConnection(host, port, database, user, password, tls, (int) timeout.toMillis());
    }

    /** Opens a connection. */
    Wire open() {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .resp2()
                .database(database)
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED); // one right less that a user needs
        if (password != null) {
            SecretSource secret = password;
            config.credentialsProvider(() -> new DefaultRedisCredentials(user, secret.reveal()));
        }
        return new Wire(this::socket, config.build());
    }

    private Socket socket() {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.setSoTimeout(timeoutMillis);
            socket.connect(new InetSocketAddress(host, port), timeoutMillis); // resolves the name each time
            return tls == null ? socket : secured(socket, tls);
        } catch (IOException e) {
            closeAfter(e, socket);
            throw new JedisConnectionException("cannot connect", e);
        } catch (RuntimeException e) {
            closeAfter(e, socket);
            throw e;
        }
    }

    private Socket secured(Socket plain, Tls tls) throws IOException {
        SSLSocket socket = (SSLSocket) tls.context().getSocketFactory().createSocket(plain, host, port, true);
        socket.setSSLParameters(tls.parameters());
        socket.startHandshake();
        return socket;
    }

    private static void closeAfter(Exception error, Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            error.addSuppressed(e);
        }
    }

    /** Where the server is; without user and password. */
    @Override
    public String toString() {
        return "redis " + host + ":" + port + (database == 0 ? "" : "/" + database);
    }
}
