package io.datastream.influxdb;

import io.datastream.testkit.Await;
import io.datastream.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real InfluxDB 1 of a test, run from the program {@code influxd} on the path, which can be killed and started again. */
final class InfluxServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** Of the only user, if there is one. */
    static final String USER = "writer";

    static final String PASSWORD = "hunter2 \u00e9";

    private final Path folder;
    private final int port;
    private final boolean hasUsers;
    private Process process;

    private InfluxServer(Path folder, int port, boolean hasUsers) throws IOException {
        this.folder = folder;
        this.port = port;
        this.hasUsers = hasUsers;
        this.process = launch();
    }

    /** Starts a server that lets everybody in, or skips the test where there is no such program. */
    static InfluxServer start() {
        return start(false);
    }

    /** Starts a server, or skips the test where there is no such program. */
    static InfluxServer start(boolean hasUsers) {
        if (!isInstalled()) {
            String skipped =
                    "InfluxDB tests skipped: there is no program influxd here (on Debian: apt-get install influxdb)";
            System.out.println(skipped);
            return Assumptions.abort(skipped);
        }
        try {
            InfluxServer server = new InfluxServer(Files.createTempDirectory("influx"), FreePorts.next(), hasUsers);
            server.awaitUp();
            if (hasUsers) {
                server.query("CREATE USER " + USER + " WITH PASSWORD '" + PASSWORD + "' WITH ALL PRIVILEGES", "");
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isInstalled() {
        for (String folder : System.getenv("PATH").split(java.io.File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, "influxd"))) {
                return true;
            }
        }
        return false;
    }

    private Process launch() throws IOException {
        Path config = folder.resolve("influxdb.conf");
        Files.writeString(config, """
            reporting-disabled = true
            bind-address = "127.0.0.1:%d"
            [meta]
              dir = "%s/meta"
            [data]
              dir = "%s/data"
              wal-dir = "%s/wal"
              query-log-enabled = false
            [monitor]
              store-enabled = false
            [http]
              bind-address = "127.0.0.1:%d"
              auth-enabled = %s
              log-enabled = false
            """.formatted(FreePorts.next(), folder, folder, folder, port, hasUsers));
        return new ProcessBuilder("influxd", "run", "-config", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private void awaitUp() {
        Await.until("InfluxDB on port " + port, START_LIMIT, () -> {
            try {
                return CLIENT.send(
                                        HttpRequest.newBuilder(URI.create(url() + "/ping"))
                                                .build(),
                                        HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 204;
            } catch (IOException e) {
                return false;
            }
        });
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Kills the server as a crash would. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("influxd does not end");
        }
    }

    /** Starts it again, on the same port with the same data. */
    void restart() throws IOException {
        process = launch();
        awaitUp();
    }

    /** Makes an empty database. */
    void create(String database) {
        query("DROP DATABASE \"" + database + "\"", "");
        query("CREATE DATABASE \"" + database + "\"", "");
    }

    /** The rows that a query gives. */
    List<List<String>> query(String query, String database) {
        String both = USER + ":" + PASSWORD;
        String authorization = "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
        return InfluxQuery.rows(url(), hasUsers ? authorization : "", query, database);
    }

    @Override
    public void close() throws Exception {
        kill();
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(files::add);
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
