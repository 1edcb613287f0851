package io.datastream.influxdb;

import io.datastream.secret.SecretSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Requests of InfluxDB 2 on the engine of InfluxDB 1, through {@link V2Front}. */
class InfluxV2KitIT extends InfluxSinkKit {
    private static InfluxServer server;
    private static V2Front front;

    @BeforeAll
    static void start() throws Exception {
        server = InfluxServer.start();
        front = new V2Front(server.url());
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            front.close();
            server.close();
        }
    }

    @BeforeEach
    void create() {
        server.create("kit");
    }

    @Override
    InfluxConnection connection() {
        return InfluxConnection.v2(front.url(), "acme", "kit").withToken(SecretSource.of("anybody:s3cret"));
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
        return List.of("s3cret");
    }
}
