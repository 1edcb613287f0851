package io.datastream.mqtt;

import io.datastream.testkit.Await;
import io.datastream.testkit.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real broker of a test, run from the program {@code mosquitto}, which can be killed and started again. */
final class Mosquitto implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 3;

    private final Path folder;
    private final List<String> settings;
    private final int port;
    private Process process;

    private Mosquitto(Path folder, List<String> settings) throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.port = FreePorts.next();
        this.process = launch();
    }

    /**
     * Starts a broker, or skips the test where there is no such program.
     *
     * @param folder for its files, of this broker alone
     * @param settings lines of its configuration
     */
    static Mosquitto start(Path folder, String... settings) throws IOException {
        if (program("mosquitto") == null) {
            String skipped =
                    "MQTT tests skipped: there is no program mosquitto here (on Debian: apt-get install mosquitto)";
            System.out.println(skipped);
            return Assumptions.abort(skipped);
        }
        for (int attempt = 1; ; attempt++) {
            Mosquitto broker = new Mosquitto(folder, List.of(settings));
            if (broker.isUp()) {
                return broker;
            }
            broker.close();
            if (attempt == ATTEMPTS) { // the port may have been taken meanwhile, but not each time
                throw new IllegalStateException("mosquitto does not start: " + Files.readString(folder.resolve("log")));
            }
        }
    }

    /** A file of users that the setting {@code password_file} takes. */
    static Path users(Path folder, String user, String password) throws Exception {
        Path file = folder.resolve("users");
        String program = String.valueOf(program("mosquitto_passwd"));
        Process made = new ProcessBuilder(program, "-b", "-c", file.toString(), user, password)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (made.waitFor() != 0) {
            throw new IllegalStateException("mosquitto_passwd ended with " + made.exitValue());
        }
        return file;
    }

    private static String program(String name) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin", "/usr/bin"))
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
    }

    private Process launch() throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "listener " + port + " 127.0.0.1",
                "user " + System.getProperty("user.name"),
                "persistence true",
                "persistence_location " + folder + "/",
                "max_queued_messages 0",
                "allow_anonymous " + settings.stream().noneMatch(line -> line.startsWith("password_file"))));
        lines.addAll(settings);
        Path file = Files.write(folder.resolve("mosquitto.conf"), lines);
        return new ProcessBuilder(program("mosquitto"), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private boolean isUp() {
        Await.until("mosquitto on port " + port, LIMIT, () -> !process.isAlive() || isListening());
        return process.isAlive();
    }

    private boolean isListening() {
        try (Socket ignored = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** Its address for a source. */
    String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    /** Kills it as a crash would. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Ends it in order, so that it writes what it knows to the disk. */
    void stop() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("mosquitto does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Starts it again, on the same port with the same data. */
    void restart() {
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!isUp()) {
            throw new IllegalStateException("mosquitto does not start again on port " + port);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
