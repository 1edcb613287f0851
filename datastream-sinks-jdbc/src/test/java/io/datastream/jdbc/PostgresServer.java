package io.datastream.jdbc;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.datastream.testkit.FreePorts;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;

/** A real PostgreSQL of a test, which can be killed and started again with its data. */
final class PostgresServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path data;
    private final boolean durable;
    private EmbeddedPostgres server;

    private PostgresServer(Path data, boolean durable, EmbeddedPostgres server) {
        this.data = data;
        this.durable = durable;
        this.server = server;
    }

    /**
     * Starts a server, or skips the test where its programs do not run.
     *
     * @param durable whether it waits for the disk, as servers do, or is fast
     */
    static PostgresServer start(boolean durable) {
        try {
            Path data = Files.createTempDirectory("postgres");
            Files.delete(data); // the server makes it, with an owner of its own
            return new PostgresServer(data, durable, start(data, durable, FreePorts.next()));
        } catch (IOException | RuntimeException e) {
            String skipped = "PostgreSQL tests skipped: the server of the tests cannot start here: " + e.getMessage();
            System.out.println(skipped);
            return Assumptions.abort(skipped);
        }
    }

    private static EmbeddedPostgres start(Path data, boolean durable, int port) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(START_LIMIT);
        if (durable) {
            builder.setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on");
        }
        return builder.start();
    }

    /** A database of its own for a test. */
    TestDatabase database() {
        String name = "d" + UUID.randomUUID().toString().replace("-", "");
        new TestDatabase(server.getPostgresDatabase()).execute("CREATE DATABASE " + name);
        return new TestDatabase(dataSource(name));
    }

    private PGSimpleDataSource dataSource(String name) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setPortNumbers(new int[] {server.getPort()});
        source.setDatabaseName(name);
        source.setUser("postgres");
        return source;
    }

    /** Where it is, for a connection by URL. */
    String url(TestDatabase database) {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/"
                + ((PGSimpleDataSource) database.dataSource()).getDatabaseName();
    }

    /** Where its files are. */
    Path data() {
        return data;
    }

    /** Kills the server as a power cut would. */
    void kill() throws IOException {
        ProcessHandle process = process().orElseThrow();
        process.destroyForcibly();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** Starts it again after {@link #kill()}, on the same port with the same data. */
    void restart() throws IOException {
        int port = server.getPort();
        Logger log = (Logger) LoggerFactory.getLogger(EmbeddedPostgres.class);
        Level before = log.getLevel();
        log.setLevel(Level.OFF); // it complains that there is nothing left to stop
        server.close();
        log.setLevel(before);
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                server = start(data, durable, port);
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
        Optional<ProcessHandle> process = process();
        server.close();
        process.ifPresent(PostgresServer::awaitEnd);
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The last checkpoint of a server that waits for its disk may take longer than its own stop command waits. */
    private static void awaitEnd(ProcessHandle process) {
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private Optional<ProcessHandle> process() throws IOException {
        Path file = data.resolve("postmaster.pid");
        return Files.exists(file)
                ? ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(file).get(0).strip()))
                : Optional.empty();
    }
}
