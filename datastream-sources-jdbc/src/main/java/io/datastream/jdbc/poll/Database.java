package io.datastream.jdbc.poll;

import io.datastream.error.OneLine;
import io.datastream.secret.SecretSource;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a database. TLS is a setting of its driver, such as {@code sslmode=verify-full} in the URL for PostgreSQL.
 *
 * <p>No message shows a password, be it that of a {@link SecretSource} or one in the URL.
 */
public final class Database {
    private static final int LONGEST_MESSAGE = 400;
    private static final String HIDDEN = "***";

    private final @Nullable String url;
    private final @Nullable String user;
    private final @Nullable SecretSource password;
    private final @Nullable DataSource dataSource;

    /** The password of the last connection, which no message may show. */
    private volatile @Nullable String revealed;

    private Database(
            @Nullable String url,
            @Nullable String user,
            @Nullable SecretSource password,
            @Nullable DataSource dataSource) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.dataSource = dataSource;
    }

    /** A database that asks for no password, or whose URL holds it. */
    public static Database at(String url) {
        return new Database(checked(url), null, null, null);
    }

    /**
     * A database that asks for a password.
     *
     * @param url a JDBC URL, such as {@code jdbc:postgresql://localhost:5432/shop}
     * @param password looked up whenever a connection is opened
     */
    public static Database at(String url, String user, SecretSource password) {
        return new Database(checked(url), user, password, null);
    }

    /** Connections of a data source, such as a pool. A poll holds one while it runs. */
    public static Database of(DataSource dataSource) {
        return new Database(null, null, null, dataSource);
    }

    private static String checked(String url) {
        if (!url.startsWith("jdbc:")) {
            throw new IllegalArgumentException(
                    "url: " + shown(url) + " (expected: a JDBC URL, such as jdbc:postgresql://host:5432/name)");
        }
        return url;
    }

    Connection open() throws SQLException {
        if (dataSource != null) {
            return dataSource.getConnection();
        }
        String address = String.valueOf(url);
        Properties properties = new Properties();
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            String secret = password.reveal();
            revealed = secret;
            properties.setProperty("password", secret);
        }
        Connection connection = driver(address).connect(address, properties);
        if (connection == null) {
            throw noDriver(address);
        }
        return connection;
    }

    private static Driver driver(String url) throws SQLException {
        try {
            return DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw noDriver(url); // without the cause, whose message holds the URL
        }
    }

    private static SQLException noDriver(String url) {
        return new SQLException("no driver for " + shown(url)
                + " (expected: a JDBC driver on the class path, such as org.postgresql:postgresql)");
    }

    /** What an error says: its first line, as drivers add statements and rows to it, and no password. */
    String told(SQLException error) {
        String message = String.valueOf(error.getMessage());
        int end = message.indexOf('\n');
        message = end < 0 ? message : message.substring(0, end);
        int statement = message.indexOf("; SQL statement:");
        message = clean(statement < 0 ? message : message.substring(0, statement));
        String state = error.getSQLState() == null ? "" : " (SQLSTATE " + error.getSQLState() + ")";
        return OneLine.of(message, LONGEST_MESSAGE) + state;
    }

    private String clean(String message) {
        String cleaned = message;
        String secret = revealed;
        if (secret != null && !secret.isEmpty()) {
            cleaned = cleaned.replace(secret, HIDDEN);
        }
        if (url != null) {
            for (String setting : url.split("[?;&]", -1)) {
                int equals = setting.indexOf('=');
                String name = equals < 0 ? "" : setting.substring(0, equals).toLowerCase(Locale.ROOT);
                if (name.contains("password") && equals + 1 < setting.length()) {
                    cleaned = cleaned.replace(setting.substring(equals + 1), HIDDEN);
                }
            }
            String before = userOf(url);
            int colon = before.indexOf(':');
            if (colon >= 0 && colon + 1 < before.length()) {
                cleaned = cleaned.replace(before.substring(colon + 1), HIDDEN);
            }
        }
        return cleaned;
    }

    private static String place(String url) {
        int end = url.length();
        for (char stop : new char[] {'?', ';'}) {
            int at = url.indexOf(stop);
            end = at >= 0 && at < end ? at : end;
        }
        return url.substring(0, end);
    }

    /** What stands before the host, such as {@code user:password}; empty if nothing does. */
    private static String userOf(String url) {
        String place = place(url);
        int slashes = place.indexOf("//");
        int at = place.lastIndexOf('@');
        return slashes >= 0 && at > slashes ? place.substring(slashes + 2, at) : "";
    }

    private static String shown(String url) {
        String place = place(url);
        String before = userOf(url);
        int from = place.indexOf("//") + 2;
        return before.isEmpty() ? place : place.substring(0, from) + place.substring(from + before.length() + 1);
    }

    /** Where it is; without user, password and settings. */
    @Override
    public String toString() {
        return url == null
                ? "data source "
                        + (dataSource == null ? "" : dataSource.getClass().getName())
                : shown(url);
    }
}
