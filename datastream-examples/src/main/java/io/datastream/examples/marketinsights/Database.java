package io.datastream.examples.marketinsights;

import io.datastream.config.Config;
import io.datastream.config.Secret;
import io.datastream.jdbc.JdbcConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The database that candles and outliers go to: the user's, or an H2 file of this run. */
final class Database {
    private final String url;
    private final String user;
    private final Secret password;
    private final boolean own;

    private Database(String url, String user, Secret password, boolean own) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.own = own;
    }

    static Database of(Config config, Path folder) {
        String url = config.find(Options.JDBC_URL).orElse(null);
        if (url == null) {
            return new Database(file(folder), "", Secret.of(""), true);
        }
        return new Database(
                url,
                config.find(Options.JDBC_USER).orElse(""),
                config.find(Options.JDBC_PASSWORD).orElse(Secret.of("")),
                false);
    }

    /** The database of the run before is replaced, as the topics of a broker started for the run are. */
    private static String file(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve("insights.mv.db"));
        } catch (IOException e) {
            throw new ProblemException("output: the database of the last run cannot be deleted: " + e, e);
        }
        return "jdbc:h2:" + folder.toAbsolutePath().resolve("insights");
    }

    /** Whether it belongs to this run alone, so that its rows can be counted. */
    boolean isOwn() {
        return own;
    }

    JdbcConnection connection() {
        return user.isEmpty() ? JdbcConnection.of(url) : JdbcConnection.of(url, user, password::reveal);
    }

    long rows(String table) {
        try (Connection connection = DriverManager.getConnection(url, user, password.reveal());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from \"" + table + "\"")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new ProblemException("table " + table + " cannot be counted: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return connection().toString();
    }
}
