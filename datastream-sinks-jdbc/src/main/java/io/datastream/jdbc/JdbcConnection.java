package io.datastream.jdbc;

import io.datastream.sink.SinkException;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a database. Each writer opens one connection and keeps it.
 *
 * <p>A connection made of a URL can be shipped to another JVM with the pipeline; its password is asked for there, each
 * time a connection is opened, and appears in no message. One made of a {@link DataSource} stays in this JVM: the data
 * source is not serialized, and a shipped sink that has lost it says so when it is opened.
 */
public final class JdbcConnection implements Serializable {
    private static final long serialVersionUID = 1L;

    private final @Nullable String url;
    private final @Nullable String user;
    private final @Nullable Password password;
    private final transient @Nullable DataSource dataSource;

    private JdbcConnection(
            @Nullable String url, @Nullable String user, @Nullable Password password, @Nullable DataSource dataSource) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.dataSource = dataSource;
    }

    /** Gives a password, such as one read from the environment or a file. */
    @FunctionalInterface
    public interface Password extends Serializable {
        /** The password as of now. */
        String get() throws Exception;
    }

    /** A database that asks for no password, or whose URL holds it. */
    public static JdbcConnection of(String url) {
        return new JdbcConnection(checked(url), null, null, null);
    }

    /**
     * A database that asks for a password.
     *
     * @param url a JDBC URL, such as {@code jdbc:postgresql://localhost:5432/metrics}
     * @param password asked for whenever a connection is opened
     */
    public static JdbcConnection of(String url, String user, Password password) {
        return new JdbcConnection(checked(url), user, password, null);
    }

    /** Connections of a data source of this JVM, such as a pool. A writer holds one until it is closed. */
    public static JdbcConnection of(DataSource dataSource) {
        return new JdbcConnection(null, null, null, dataSource);
    }

    private static String checked(String url) {
        if (!url.startsWith("jdbc:")) {
            throw new IllegalArgumentException(
                    "url: " + Secrets.shown(url) + " (expected: a JDBC URL, such as jdbc:postgresql://host:5432/name)");
        }
        return url;
    }

    /** Opens a connection. Its errors tell no secret. */
    Connection open(int timeoutMillis) throws SQLException {
        if (dataSource != null) {
            return dataSource.getConnection();
        }
        if (url == null) {
            throw Failures.fatal(
                    "data source: lost, as the sink was shipped to another JVM (expected: a sink made with"
                            + " JdbcConnection.of(url, user, password))",
                    null);
        }
        String secret = password == null ? null : ask(password);
        Secrets secrets = new Secrets(url, secret);
        Driver driver = driver(url);
        Properties properties = new Properties();
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (secret != null) {
            properties.setProperty("password", secret);
        }
        if (url.startsWith("jdbc:postgresql:")) { // defaults that the URL overrides
            properties.setProperty("loginTimeout", Integer.toString(Math.max(1, timeoutMillis / 1000)));
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("ApplicationName", "datastream");
            properties.setProperty("logServerErrorDetail", "false"); // it holds all values of a refused row
        }
        try {
            Connection connection = driver.connect(url, properties);
            if (connection == null) {
                throw noDriver(url);
            }
            return connection;
        } catch (SQLException e) {
            throw secrets.clean(e);
        }
    }

    private String ask(Password password) {
        try {
            return password.get();
        } catch (Exception e) {
            throw Failures.fatal("password for " + this + ": cannot be read: " + e, e);
        }
    }

    private static Driver driver(String url) {
        try {
            return DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw noDriver(url); // without the cause, whose message may hold the URL
        }
    }

    private static SinkException noDriver(String url) {
        return Failures.fatal(
                "driver for " + Secrets.shown(url)
                        + ": none (expected: a JDBC driver for it on the class path, such as org.postgresql:postgresql)",
                null);
    }

    /** Where the database is; without user, password and settings. */
    @Override
    public String toString() {
        if (url != null) {
            return Secrets.shown(url);
        }
        return dataSource == null
                ? "a data source of another JVM"
                : "data source " + dataSource.getClass().getName();
    }
}
