package io.datastream.influxdb;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Requests of InfluxDB 2 on QuestDB, in a table that keeps one row for a series and a time. */
class QuestKitIT extends InfluxSinkKit {
    @TempDir
    static Path folder;

    private static QuestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new QuestServer(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void create() {
        server.execute("DROP TABLE IF EXISTS readings");
        server.execute("CREATE TABLE readings (timestamp TIMESTAMP, sensor SYMBOL, note VARCHAR, value LONG)"
                + " TIMESTAMP(timestamp) PARTITION BY DAY WAL DEDUP UPSERT KEYS(timestamp, sensor)");
    }

    @Override
    InfluxConnection connection() {
        return InfluxConnection.v2(server.url(), "any", "any");
    }

    @Override
    protected List<Reading> contents() {
        server.awaitApplied();
        return server.query("SELECT sensor, note, value FROM readings").stream()
                .map(row -> new Reading(row.get(0), row.get(1), Long.parseLong(row.get(2))))
                .toList();
    }

    /** Without line breaks in text and backslashes in tags: it refuses those and takes these for escapes. */
    @Override
    protected List<Reading> strange() {
        return List.of(
                new Reading("s, t=u v,w=x y", "\"quoted\"", 1),
                new Reading("'; DROP TABLE readings; --", "value=7i 1 readings,sensor=x value=8i 2", 2),
                new Reading("\uD83D\uDE80 \u00e9\u4e16", "\uD83D\uDE80 \u00e9\u4e16", 3),
                new Reading("#comment", "", Long.MAX_VALUE),
                new Reading("x".repeat(10_000), "y".repeat(60_000), 5));
    }

    @Override
    protected Server server() {
        return new Server() {
            @Override
            public void stop() {
                server.kill();
            }

            @Override
            public void start() {
                server.restart();
            }
        };
    }
}
