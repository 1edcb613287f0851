package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.SinkException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that waits for its disk, is killed, and comes back. */
class PostgresCrashIT extends CrashContract {
    private static PostgresServer server;
    private TestDatabase database;

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
    }

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    String url() {
        return server.url(database);
    }

    @Override
    String user() {
        return "postgres";
    }

    @Override
    void kill() throws Exception {
        server.kill();
    }

    @Override
    void restart() throws Exception {
        server.restart();
    }

    @Test
    void closedPortIsRetryableAndTellsNoPassword() {
        JdbcConnection nowhere = JdbcConnection.of(
                "jdbc:postgresql://localhost:1/metrics?password=hunter2&user=me", "me", () -> "hunter3");

        assertThatThrownBy(() -> JdbcSink.upsertInto("t", nowhere).open(TestDatabase.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageStartingWith("table \"t\": Connection to localhost:1 refused.")
                .hasMessageNotContaining("hunter");
    }
}
