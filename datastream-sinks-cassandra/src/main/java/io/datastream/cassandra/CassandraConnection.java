package io.datastream.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.auth.PlainTextAuthProviderBase;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.metadata.EndPoint;
import com.datastax.oss.driver.api.core.ssl.ProgrammaticSslEngineFactory;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a Cassandra cluster. All writers of this JVM that use the same connection share one session of the driver,
 * which is closed with the last of them.
 *
 * <p>One made of addresses can be shipped to another JVM with the pipeline; secrets are looked up there, each time a
 * connection is opened, and appear in no message. One made of a {@link CqlSession} stays in this JVM: the session is not
 * serialized, and a shipped sink that has lost it says so when it is opened. Immutable: each method gives a changed copy.
 */
public final class CassandraConnection implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The port of addresses that name none: {@value}. */
    public static final int DEFAULT_PORT = 9042;

    /** How long an answer may take, unless {@link #withTimeout} says otherwise: 10 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private static final int MOST_REQUESTS = 32_768; // what the protocol has room for
    private static final Duration FIRST_RECONNECTION = Duration.ofMillis(200);
    private static final Duration LONGEST_RECONNECTION = Duration.ofSeconds(5);

    private final String id = UUID.randomUUID().toString(); // the same in shipped copies
    private final String datacenter;
    private final ArrayList<String> addresses;
    private final @Nullable String user;
    private final @Nullable SecretSource password;
    private final @Nullable Tls tls;
    private final Duration timeout;
    private final transient @Nullable CqlSession given;

    private CassandraConnection(
            String datacenter,
            List<String> addresses,
            @Nullable String user,
            @Nullable SecretSource password,
            @Nullable Tls tls,
            Duration timeout,
            @Nullable CqlSession given) {
        this.datacenter = datacenter;
        this.addresses = new ArrayList<>(addresses);
        this.user = user;
        this.password = password;
        this.tls = tls;
        this.timeout = timeout;
        this.given = given;
    }

    /**
     * A cluster.
     *
     * @param datacenter the datacenter whose nodes are written to, as {@code nodetool status} shows it
     * @param addresses some of its nodes, by which the others are found: {@code host} or {@code host:port}, at least one
     */
    public static CassandraConnection inDatacenter(String datacenter, String... addresses) {
        if (datacenter.isBlank()) {
            throw new IllegalArgumentException("datacenter: blank (expected: a name, as nodetool status shows it)");
        }
        if (addresses.length == 0) {
            throw new IllegalArgumentException("addresses: none (expected: at least one host)");
        }
        List<String> list = List.of(addresses);
        list.forEach(CassandraConnection::address);
        return new CassandraConnection(datacenter, list, null, null, null, DEFAULT_TIMEOUT, null);
    }

    /** A session of this JVM, with settings of its own; it is not closed. */
    public static CassandraConnection of(CqlSession session) {
        return new CassandraConnection("", List.of(), null, null, null, DEFAULT_TIMEOUT, session);
    }

    /** The same as a user with a password. */
    public CassandraConnection withUser(String user, SecretSource password) {
        requireAddresses("user");
        return new CassandraConnection(datacenter, addresses, user, password, tls, timeout, null);
    }

    /** The same over TLS. */
    public CassandraConnection withTls(Tls tls) {
        requireAddresses("TLS");
        return new CassandraConnection(datacenter, addresses, user, password, tls, timeout, null);
    }

    /** The same with another time that an answer may take: from 100 ms to an hour. */
    public CassandraConnection withTimeout(Duration timeout) {
        requireAddresses("timeout");
        if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: from 100 ms to an hour)");
        }
        return new CassandraConnection(datacenter, addresses, user, password, tls, timeout, null);
    }

    private void requireAddresses(String what) {
        if (addresses.isEmpty()) {
            throw new IllegalStateException(what + ": of a session that exists (expected: set when that was built)");
        }
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        boolean portGiven = colon >= 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        String host = portGiven ? text.substring(0, colon) : text;
        if (host.isBlank()) {
            throw new IllegalArgumentException("address: \"" + text + "\" (expected: host or host:port)");
        }
        int port = DEFAULT_PORT;
        if (portGiven) {
            try {
                port = Integer.parseInt(text.substring(colon + 1));
            } catch (NumberFormatException e) {
                port = 0;
            }
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException(
                        "address: \"" + text + "\" (expected: host:port with a port from 1 to 65535)");
            }
        }
        return InetSocketAddress.createUnresolved(host, port); // resolved each time that it is connected to
    }

    String id() {
        return id;
    }

    /** The session that the user gave; null if one is to be opened. */
    @Nullable
    CqlSession given() {
        return given;
    }

    /**
     * Opens a session of the driver with these settings, for queries of your own. The caller closes it.
     *
     * @throws DriverException if no node can be reached, or none lets it in
     * @throws IllegalStateException if this connection was made of a session
     */
    public CqlSession openSession() {
        if (given != null) {
            throw new IllegalStateException("session: exists already (expected: use the one that was given)");
        }
        return open();
    }

    CqlSession open() {
        if (addresses.isEmpty()) {
            throw Failures.fatal(
                    "session: lost, as the sink was shipped to another JVM (expected: a sink made with"
                            + " CassandraConnection.inDatacenter())",
                    null);
        }
        DriverConfigLoader config = DriverConfigLoader.programmaticBuilder()
                .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, timeout)
                .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, timeout)
                .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, timeout)
                .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, timeout)
                .withDuration(DefaultDriverOption.METADATA_SCHEMA_REQUEST_TIMEOUT, timeout)
                .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, FIRST_RECONNECTION)
                .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, LONGEST_RECONNECTION)
                // the writers of a JVM share a connection for each node, and each has up to 1,024 under way
                .withInt(DefaultDriverOption.CONNECTION_MAX_REQUESTS, MOST_REQUESTS)
                .withBoolean(DefaultDriverOption.NETTY_DAEMON, true)
                // no seconds of waiting for late tasks when the last writer of a pipeline is closed
                .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                .build();
        CqlSessionBuilder session =
                CqlSession.builder().withConfigLoader(config).withLocalDatacenter(datacenter);
        addresses.forEach(text -> session.addContactPoint(address(text)));
        if (user != null && password != null) {
            session.withAuthProvider(new Login(user, password));
        }
        if (tls != null) {
            session.withSslEngineFactory(
                    new ProgrammaticSslEngineFactory(tls.context(), null, tls.isHostNameChecked()));
        }
        return session.build();
    }

    /** Asks for the password each time a connection is opened. */
    private static final class Login extends PlainTextAuthProviderBase {
        private final String user;
        private final SecretSource password;

        Login(String user, SecretSource password) {
            super("datastream");
            this.user = user;
            this.password = password;
        }

        @Override
        protected Credentials getCredentials(EndPoint endPoint, String serverAuthenticator) {
            return new Credentials(user.toCharArray(), password.reveal().toCharArray());
        }
    }

    /** Where the cluster is; without user and password. */
    @Override
    public String toString() {
        if (given != null) {
            return "cassandra session " + given.getName();
        }
        return addresses.isEmpty()
                ? "a cassandra session of another JVM"
                : "cassandra " + String.join(", ", addresses) + " (" + datacenter + ")";
    }
}
