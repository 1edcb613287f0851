package io.datastream.jdbc;

import io.datastream.jdbc.internal.PostgresTls;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.SinkException;
import java.io.Serializable;
import java.security.cert.CertificateException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
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
    private static final String POSTGRESQL = "jdbc:postgresql:";

    /** With one of these in its URL, pgjdbc would not do what {@link #withTls} says. */
    private static final List<String> POSTGRESQL_TLS_SETTINGS =
            List.of("ssl", "sslmode", "sslfactory", "sslfactoryarg");

    private final @Nullable String url;
    private final @Nullable String user;
    private final @Nullable Password password;
    private final @Nullable Tls tls;
    private final @Nullable JdbcDialect dialect;
    private final transient @Nullable DataSource dataSource;

    private JdbcConnection(
            @Nullable String url,
            @Nullable String user,
            @Nullable Password password,
            @Nullable Tls tls,
            @Nullable JdbcDialect dialect,
            @Nullable DataSource dataSource) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.tls = tls;
        this.dialect = dialect;
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
        return new JdbcConnection(checked(url), null, null, null, null, null);
    }

    /**
     * A database that asks for a password.
     *
     * @param url a JDBC URL, such as {@code jdbc:postgresql://localhost:5432/metrics}
     * @param password asked for whenever a connection is opened
     */
    public static JdbcConnection of(String url, String user, Password password) {
        return new JdbcConnection(checked(url), user, password, null, null, null);
    }

    /**
     * A database that asks for a password, which is in the environment, in a file, or wherever the source says.
     *
     * @param url a JDBC URL, such as {@code jdbc:postgresql://localhost:5432/metrics}
     * @param password looked up whenever a connection is opened
     */
    public static JdbcConnection of(String url, String user, SecretSource password) {
        return of(url, user, password::reveal);
    }

    /** Connections of a data source of this JVM, such as a pool. A writer holds one until it is closed. */
    public static JdbcConnection of(DataSource dataSource) {
        return new JdbcConnection(null, null, null, null, null, dataSource);
    }

    /**
     * The same over TLS, for PostgreSQL with pgjdbc: without a server that this trusts there is no connection. Drivers of
     * other databases take their settings of TLS in the URL.
     *
     * @throws IllegalStateException if this is no connection to PostgreSQL by a URL, or the URL sets TLS already
     */
    public JdbcConnection withTls(Tls tls) {
        if (url == null || !url.startsWith(POSTGRESQL)) {
            throw new IllegalStateException(
                    this + ": withTls() (expected: a URL of jdbc:postgresql, or the settings of the driver)");
        }
        for (String setting : url.substring(url.indexOf('?') + 1).split("&", -1)) {
            int equals = setting.indexOf('=');
            String name = equals < 0 ? setting : setting.substring(0, equals);
            if (POSTGRESQL_TLS_SETTINGS.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalStateException(
                        this + ": withTls(), and \"" + name + "\" in the URL (expected: one of both)");
            }
        }
        return new JdbcConnection(url, user, password, tls, dialect, dataSource);
    }

    /** The same for a database that the sink does not know by itself. */
    public JdbcConnection withDialect(JdbcDialect dialect) {
        return new JdbcConnection(url, user, password, tls, dialect, dataSource);
    }

    /**
     * The dialect of an open connection.
     *
     * @throws IllegalArgumentException if none is known for its database
     */
    Dialect dialect(Connection connection) throws SQLException {
        return dialect == null ? Dialects.of(connection) : new GivenDialect(dialect);
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
        if (url.startsWith(POSTGRESQL)) { // defaults that the URL overrides
            properties.setProperty("loginTimeout", Integer.toString(Math.max(1, timeoutMillis / 1000)));
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("ApplicationName", "datastream");
            properties.setProperty("logServerErrorDetail", "false"); // it holds all values of a refused row
        }
        if (tls != null) {
            secure(properties, tls);
        }
        try {
            Connection connection = driver.connect(url, properties);
            if (connection == null) {
                throw noDriver(url);
            }
            return connection;
        } catch (SQLException e) {
            SQLException clean = secrets.clean(e);
            CertificateException untrusted = untrusted(e);
            if (untrusted != null) { // which no other try changes
                throw Failures.fatal(this + ": TLS: " + untrusted.getMessage(), clean);
            }
            throw clean;
        }
    }

    /** Has pgjdbc leave all checks to {@link PostgresTls}. */
    private void secure(Properties properties, Tls trusted) {
        try {
            trusted.context(); // for what is wrong with its files, which the driver would hide
        } catch (IllegalStateException e) {
            throw Failures.fatal(this + ": " + e.getMessage(), e);
        }
        properties.setProperty("sslmode", "require");
        properties.setProperty("sslfactory", PostgresTls.class.getName());
        properties.setProperty("sslfactoryarg", PostgresTls.setting(trusted));
    }

    private static @Nullable CertificateException untrusted(SQLException error) {
        int depth = 0;
        for (Throwable at = error; at != null && depth < 16; at = at.getCause(), depth++) {
            if (at instanceof CertificateException refused) {
                return refused;
            }
        }
        return null;
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
