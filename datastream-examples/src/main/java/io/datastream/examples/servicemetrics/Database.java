package io.datastream.examples.servicemetrics;

import io.datastream.alert.Alert;
import io.datastream.config.Config;
import io.datastream.config.Secret;
import io.datastream.jdbc.JdbcConnection;
import io.datastream.jdbc.JdbcSink;
import io.datastream.sink.Sink;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The PostgreSQL that minutes and alerts are written to, and asked how many it has. */
final class Database {
    static final String MINUTES = "service_minutes";
    static final String ALERTS = "service_alerts";

    private final String url;
    private final String user;
    private final Secret password;

    Database(Config config) {
        this.url = config.get(MetricsOptions.JDBC_URL);
        this.user = config.get(MetricsOptions.JDBC_USER);
        this.password = config.get(MetricsOptions.JDBC_PASSWORD);
    }

    /** Rows are only added, and each is there once, whatever crashes. */
    Sink<ServiceMinute> minutes() {
        return JdbcSink.appendTo(MINUTES, ServiceMinute.class, connection())
                .exactlyOnce()
                .createTable();
    }

    Sink<Alert> alerts() {
        return JdbcSink.appendTo(ALERTS, Alert.class, connection())
                .exactlyOnce()
                .createTable();
    }

    private JdbcConnection connection() {
        return JdbcConnection.of(url, user, password::reveal);
    }

    /** Looks whether it is there and lets us in. */
    void check() throws IOException {
        try (Connection connection = open()) {
            connection.isValid(0);
        } catch (SQLException e) {
            throw new IOException(
                    MetricsOptions.JDBC_URL.key() + ": " + connection() + ": " + e.getMessage()
                            + " (expected: a PostgreSQL with this user and database; the README says how to get one)",
                    e);
        }
    }

    /** How many rows a table has. */
    long count(String table) throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private Connection open() throws SQLException {
        return DriverManager.getConnection(url, user, password.reveal());
    }
}
