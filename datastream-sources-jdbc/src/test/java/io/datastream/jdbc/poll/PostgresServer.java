package io.datastream.jdbc.poll;

import io.datastream.testkit.FreePorts;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real PostgreSQL of a test that waits for its disk, and can be killed and started again with its data. */
final class PostgresServer implements TestServer {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final Path data;
    private EmbeddedPostgres server;

    private PostgresServer(Path data, EmbeddedPostgres server) {
        this.data = data;
        this.server = server;
    }

    /** Starts a server, or skips the test where its programs do not run. */
    static PostgresServer start() {
        try {
            Path data = Files.createTempDirectory("postgres");
            Files.delete(data); // the server makes it, with an owner of its own
            return new PostgresServer(data, start(data, FreePorts.next()));
        } catch (IOException | RuntimeException e) {
            String skipped = "PostgreSQL tests skipped: the server of the tests cannot start here: " + e.getMessage();
            System.out.println(skipped);
            return Assumptions.abort(skipped);
        }
    }

    private static EmbeddedPostgres start(Path data, int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(START_LIMIT)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    private String url(String name) {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + name + "?user=postgres";
    }

    @Override
    public Sql database() {
        String name = "d" + UUID.randomUUID().toString().replace("-", "");
        new Sql(url("postgres")).execute("CREATE DATABASE " + name);
        return new Sql(url(name));
    }

    @Override
    public void kill() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Override
    public void restart() throws IOException {
        int port = server.getPort();
        server.close(); // it complains that there is nothing left to stop
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                server = start(data, port);
                return;
            } catch (IOException | RuntimeException e) {
                // processes of the killed server may still be on their way out
                if (System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            }
        }
    }

    @Override
    public void close() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        server.close();
        // the last checkpoint may take longer than its own stop command waits
        ProcessHandle.of(pid)
                .ifPresent(process ->
                        process.onExit().orTimeout(60, TimeUnit.SECONDS).join());
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
