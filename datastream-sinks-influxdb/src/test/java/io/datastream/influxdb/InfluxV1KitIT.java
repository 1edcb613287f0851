package io.datastream.influxdb;

import io.datastream.secret.SecretSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** On an InfluxDB 1 that asks for a user. */
class InfluxV1KitIT extends InfluxSinkKit {
    private static InfluxServer server;

    @BeforeAll
    static void start() {
        server = InfluxServer.start(true);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void create() {
        server.create("kit");
    }

    @Override
    InfluxConnection connection() {
        return InfluxConnection.v1(server.url(), "kit")
                .withUser(InfluxServer.USER, SecretSource.of(InfluxServer.PASSWORD));
    }

    @Override
    protected List<Reading> contents() {
        return server.query("SELECT note, sensor, value FROM readings", "kit").stream()
                .map(row -> new Reading(row.get(4), row.get(3), Long.parseLong(row.get(5))))
                .toList();
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

    @Override
    protected List<String> secrets() {
        return List.of(InfluxServer.PASSWORD, "hunter2");
    }
}
