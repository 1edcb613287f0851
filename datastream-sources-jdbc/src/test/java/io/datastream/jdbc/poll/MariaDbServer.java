package io.datastream.jdbc.poll;

import io.datastream.testkit.Await;
import io.datastream.testkit.FreePorts;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real MariaDB of a test, of the programs that the machine has, which can be killed and started again with its data. */
final class MariaDbServer implements TestServer {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final List<String> PLACES = List.of("/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin");

    private final Path folder;
    private final int port;
    private Process process;

    private MariaDbServer(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** Starts a server that waits for its disk, or skips the test where there is none. */
    static MariaDbServer start() throws Exception {
        if (program("mariadbd") == null || program("mariadb-install-db") == null) {
            String skipped = "MariaDB tests skipped: mariadbd and mariadb-install-db are not installed here";
            System.out.println(skipped);
            return Assumptions.abort(skipped);
        }
        Path folder = Files.createTempDirectory("mariadb");
        // each server has its own: one that starts deletes the temporary tables of every other there
        Files.createDirectory(folder.resolve("tmp"));
        run(
                folder,
                program("mariadb-install-db"),
                "--no-defaults",
                "--datadir=" + folder.resolve("data"),
                "--tmpdir=" + folder.resolve("tmp"),
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--user=" + System.getProperty("user.name"));
        int port = FreePorts.next();
        MariaDbServer server = new MariaDbServer(folder, port, launch(folder, port));
        server.awaitReady();
        return server;
    }

    private static String program(String name) {
        return PLACES.stream()
                .map(place -> new File(place, name))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst()
                .orElse(null);
    }

    private static void run(Path folder, String... command) throws Exception {
        File log = folder.resolve("install.log").toFile();
        Process install = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        if (!install.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS) || install.exitValue() != 0) {
            install.destroyForcibly();
            throw new IllegalStateException(String.join(" ", command) + ": " + Files.readString(log.toPath()));
        }
    }

    private static Process launch(Path folder, int port) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program("mariadbd"),
                "--no-defaults",
                "--datadir=" + folder.resolve("data"),
                "--tmpdir=" + folder.resolve("tmp"),
                "--socket=" + folder.resolve("socket"),
                "--pid-file=" + folder.resolve("pid"),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--innodb-flush-log-at-trx-commit=1",
                "--innodb-buffer-pool-size=64M",
                "--user=" + System.getProperty("user.name")));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private void awaitReady() {
        Await.until("MariaDB", START_LIMIT, () -> {
            try (Connection connection = DriverManager.getConnection(url(""))) {
                return connection.isValid(5);
            } catch (SQLException e) {
                if (!process.isAlive()) {
                    throw new IllegalStateException("MariaDB ended with " + process.exitValue() + ", see " + folder, e);
                }
                return false;
            }
        });
    }

    @Override
    public Sql database() {
        String name = "d" + UUID.randomUUID().toString().replace("-", "");
        new Sql(url("")).execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
        return new Sql(url(name));
    }

    private String url(String name) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + name + "?user=root";
    }

    @Override
    public void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Override
    public void restart() throws IOException {
        process = launch(folder, port);
        awaitReady();
    }

    @Override
    public void close() throws IOException {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
