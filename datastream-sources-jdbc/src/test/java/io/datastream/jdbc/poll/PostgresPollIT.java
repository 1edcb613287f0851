package io.datastream.jdbc.poll;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresPollIT extends ServerContract {
    private static PostgresServer server;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start();
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
    void cutConnections() {
        sql.number("SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }

    @Override
    String lock() {
        return "LOCK TABLE entries IN ACCESS EXCLUSIVE MODE";
    }

    @Override
    String waiting() {
        return "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                + " WHERE NOT l.granted AND d.datname = current_database()";
    }

    @Override
    List<String> presentTime() {
        return List.of("timestamptz", "CURRENT_TIMESTAMP");
    }

    @Override
    String timeType() {
        return "timestamp(6)";
    }

    @Override
    String uuidType() {
        return "uuid";
    }

    @Override
    List<String> types() {
        return List.of(
                "flag boolean, small smallint, whole int, single real, wide double precision, amount numeric(12,2),"
                        + " note varchar(100), payload bytea, at timestamptz, local_time timestamp, day date, clock"
                        + " time, kind varchar(5)",
                "true, 7, 42, 1.5, 2.25, 1234567.89, 'Zoë''s \"note\"', '\\x00ff10', '2024-02-29"
                        + " 12:34:56.123456+02', '2024-02-29 12:34:56.123456', '2024-02-29', '12:34:56', 'OLD'");
    }
}
