package io.datastream.influxdb;

import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real QuestDB in a process of its own, which takes the write requests of InfluxDB 2. */
final class QuestServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path folder;
    private final int port = FreePorts.next();
    private ChildJvm process;

    QuestServer(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("conf"));
        Files.writeString(folder.resolve("conf/server.conf"), """
            http.bind.to=127.0.0.1:%d
            http.min.enabled=false
            pg.enabled=false
            line.tcp.enabled=false
            telemetry.enabled=false
            shared.worker.count=2
            """.formatted(port));
        this.process = launch();
    }

    private ChildJvm launch() {
        ChildJvm started = ChildJvm.of("io.questdb.ServerMain")
                .withArguments("-d", folder.toString())
                .withJvmOptions("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .start();
        Await.until("QuestDB on port " + port, START_LIMIT, () -> {
            if (!started.isAlive()) {
                throw new IllegalStateException("QuestDB ended: " + started.output());
            }
            try {
                return query("SELECT 1").size() == 1;
            } catch (UncheckedIOException e) {
                return false;
            }
        });
        return started;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    void kill() {
        process.close();
    }

    void restart() {
        process = launch();
    }

    void execute(String sql) {
        get("/exec?query=" + URLEncoder.encode(sql, StandardCharsets.UTF_8));
    }

    /** The rows of a query. */
    List<List<String>> query(String sql) {
        return Csv.rows(get("/exp?query=" + URLEncoder.encode(sql, StandardCharsets.UTF_8)));
    }

    /** Waits until everything that was confirmed can be read. */
    void awaitApplied() {
        Await.until(
                "everything applied",
                Duration.ofSeconds(60),
                () -> query("SELECT name FROM wal_tables() WHERE writerTxn <> sequencerTxn")
                        .isEmpty());
    }

    private String get(String path) {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(url() + path)).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
