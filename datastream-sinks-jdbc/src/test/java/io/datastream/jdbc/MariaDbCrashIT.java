package io.datastream.jdbc;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** MariaDB that waits for its disk, is killed, and comes back. */
class MariaDbCrashIT extends CrashContract {
    private static MariaDbServer server;
    private TestDatabase database;

    @BeforeAll
    static void start() throws Exception {
        server = MariaDbServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void create() throws Exception {
        database = server.database();
    }

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    String url() {
        return server.url();
    }

    @Override
    String user() {
        return MariaDbServer.USER;
    }

    @Override
    void kill() {
        server.kill();
    }

    @Override
    void restart() throws Exception {
        server.restart();
    }
}
