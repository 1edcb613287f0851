package io.datastream.jdbc;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class PostgresSinkKitIT extends JdbcSinkKit {
    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = PostgresServer.start(true);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void create() {
        database = server.database();
        createTable();
    }

    @Override
    JdbcConnection connection() {
        return JdbcConnection.of(server.url(database), "postgres", () -> "hunter2");
    }

    @Override
    protected List<String> secrets() {
        return List.of("hunter2");
    }

    @Override
    protected Server server() {
        return new Server() {
            @Override
            public void stop() throws Exception {
                server.kill();
            }

            @Override
            public void start() throws Exception {
                server.restart();
            }
        };
    }
}
