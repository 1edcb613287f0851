package io.datastream.redis;

import io.datastream.sink.SinkContext;
import io.datastream.testkit.Await;
import io.datastream.testkit.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import redis.clients.jedis.exceptions.JedisException;

/** A real Redis of a test, which keeps what it confirms, and can be killed and started again. */
final class RedisServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path program;
    private final Path folder;
    private final int port;
    private final List<String> options;
    private final Thread killAtExit = new Thread(this::endProcess, "kill redis");
    private Process process;
    private final Asking asking = new Asking(this::connection);

    private RedisServer(Path program, Path folder, int port, List<String> options) {
        this.program = program;
        this.folder = folder;
        this.port = port;
        this.options = options;
        Runtime.getRuntime().addShutdownHook(killAtExit);
        run();
    }

    /** The program that comes as a Maven artifact. */
    static Path embedded() {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String name = "redis-server-" + (arm && system.equals("linux") ? "6.2.7" : "6.2.6-v5") + "-" + system + "-"
                + (arm ? "arm64" : "amd64");
        try (InputStream resource = RedisServer.class.getResourceAsStream("/" + name)) {
            if (resource == null) {
                return skip("the artifact of the tests has no " + name);
            }
            Path file = Files.createTempDirectory("redis").resolve("redis-server");
            Files.copy(resource, file);
            if (!file.toFile().setExecutable(true)) {
                return skip(file + " cannot be made executable");
            }
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            return skip(e.toString());
        }
    }

    /** The program installed on this machine. */
    static Path installed() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> skip("no redis-server on the path"));
    }

    private static Path skip(String why) {
        String skipped = "Redis tests skipped: " + why;
        System.out.println(skipped);
        return Assumptions.abort(skipped);
    }

    static RedisServer start(Path program, String... options) {
        try {
            return new RedisServer(
                    program, Files.createTempDirectory("redis-data"), FreePorts.next(), List.of(options));
        } catch (IOException e) {
            throw new IllegalStateException("redis: " + e, e);
        }
    }

    private void run() {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--daemonize",
                "no"));
        if (options.contains("--tls-cert-file")) {
            command.addAll(List.of("--port", "0", "--tls-port", Integer.toString(port)));
        } else {
            command.addAll(List.of("--port", Integer.toString(port)));
        }
        command.addAll(options);
        Path log = folder.resolve("log");
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            skip(program + " does not run: " + e);
            return;
        }
        long ready = readyLines(log);
        Await.until("Redis on port " + port, START_LIMIT, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("redis ended: " + Files.readString(log));
            }
            return readyLines(log) > ready || options.contains("--tls-cert-file") || answers();
        });
    }

    private static long readyLines(Path log) {
        try {
            return Files.readString(log)
                    .lines()
                    .filter(line -> line.contains("Ready to accept connections"))
                    .count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean answers() {
        try {
            return "PONG".equals(ask("PING"));
        } catch (JedisException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    RedisConnection connection() {
        return RedisConnection.at("127.0.0.1", port);
    }

    static SinkContext context() {
        return SinkContext.fresh("pipeline", "step", 0, 1);
    }

    Asking asking() {
        return asking;
    }

    /** What the server answers to a command, with bytes as text. */
    Object ask(String command, Object... words) {
        return asking.ask(command, words);
    }

    /** The members of a sorted set or the entries of a list reply, as texts. */
    List<String> texts(String command, Object... words) {
        return asking.texts(command, words);
    }

    /** The entries of a stream: id and fields. */
    List<String> stream(String key) {
        return asking.stream(key);
    }

    /** Kills the server as a crash would. */
    void kill() {
        endProcess();
        asking.close();
    }

    private void endProcess() {
        process.destroyForcibly();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** Starts it again after {@link #kill()}, on the same port with the same data. */
    void restart() {
        run();
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(killAtExit);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException("redis: " + e, e);
        }
    }
}
