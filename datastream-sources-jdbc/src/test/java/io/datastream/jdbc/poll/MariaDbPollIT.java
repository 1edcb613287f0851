package io.datastream.jdbc.poll;

import io.datastream.testkit.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class MariaDbPollIT extends ServerContract {
    private static MariaDbServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = MariaDbServer.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Override
    TestServer server() {
        return server;
    }

    @Override
    void cutConnections() throws SQLException {
        String others = "FROM information_schema.processlist WHERE db = database() AND id <> connection_id()";
        try (Connection connection = sql.connection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT id " + others)) {
            while (found.next()) {
                Sql.execute(connection, "KILL " + found.getLong(1));
            }
        }
        Await.until("their end", Duration.ofMinutes(1), () -> sql.number("SELECT count(*) " + others) == 0);
    }

    @Override
    String lock() {
        return "LOCK TABLES entries WRITE";
    }

    @Override
    String waiting() {
        return "SELECT count(*) FROM information_schema.processlist WHERE db = database()"
                + " AND state LIKE 'Waiting for%lock%'";
    }

    @Override
    List<String> presentTime() {
        return List.of("datetime(6)", "UTC_TIMESTAMP(6)");
    }

    @Override
    String timeType() {
        return "datetime(6)";
    }

    @Override
    String uuidType() {
        return "uuid";
    }

    @Override
    List<String> types() {
        return List.of(
                "flag boolean, small smallint, whole int, single float, wide double, amount decimal(12,2), note"
                        + " varchar(100), payload varbinary(10), at datetime(6), local_time datetime(6), day date, clock"
                        + " time, kind varchar(5)",
                "true, 7, 42, 1.5, 2.25, 1234567.89, 'Zoë''s \"note\"', x'00ff10', '2024-02-29 10:34:56.123456',"
                        + " '2024-02-29 12:34:56.123456', '2024-02-29', '12:34:56', 'OLD'");
    }
}
