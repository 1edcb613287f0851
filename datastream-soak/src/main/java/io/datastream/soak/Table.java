package io.datastream.soak;

import io.datastream.testkit.FreePorts;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.h2.tools.Server;

/** The database that the workers write to: H2 in this JVM, in memory, which answers on a port. */
final class Table implements AutoCloseable {
    private static final String MISSING_TABLE = "42S02";
    private static final String MISSING_TABLE_IN_EMPTY_DATABASE = "42S04";

    private final Server server;
    private final String url;

    private Table(Server server, String url) {
        this.server = server;
        this.url = url;
    }

    static Table start() {
        int port = FreePorts.next();
        try {
            Server server = Server.createTcpServer("-tcpPort", Integer.toString(port), "-ifNotExists")
                    .start();
            return new Table(server, "jdbc:h2:tcp://127.0.0.1:" + port + "/mem:soak;DB_CLOSE_DELAY=-1");
        } catch (SQLException e) {
            throw new SoakException("database on port " + port + ": " + e.getMessage(), e);
        }
    }

    String url() {
        return url;
    }

    /** The rows by key and start, but those that only end the input. */
    Map<String, Double> rows() {
        Map<String, Double> rows = new HashMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT \"key\", \"window_start\", \"value\" FROM \"" + Pipelines.TABLE_NAME + "\"")) {
            while (result.next()) {
                String key = result.getString(1);
                if (!Reading.isEnd(key)) {
                    long start = result.getObject(2, OffsetDateTime.class).toEpochSecond();
                    rows.put(Pipelines.row(key, TimeUnit.SECONDS.toNanos(start)), result.getDouble(3));
                }
            }
        } catch (SQLException e) {
            if (!MISSING_TABLE.equals(e.getSQLState()) && !MISSING_TABLE_IN_EMPTY_DATABASE.equals(e.getSQLState())) {
                throw new SoakException("table " + Pipelines.TABLE_NAME + ": " + e.getMessage(), e);
            }
        }
        return rows;
    }

    @Override
    public void close() {
        server.stop();
    }
}
