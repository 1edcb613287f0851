package io.datastream.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import kafka.server.KafkaConfig;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker in a JVM of its own, which can be killed, frozen and started again.
 *
 * <p>What is acknowledged survives {@link #kill()}, since the operating system has it. The broker's session timeout is 1 s
 * instead of Kafka's 9 s, so that a killed broker serves again about 4 s after {@link #restart()} instead of 13 s. Cost:
 * about 2.5 s and 250 MB for each start.
 */
public final class KafkaProcess extends KafkaServer {
    private static final Map<String, String> QUICK_RETURN =
            Map.of("broker.session.timeout.ms", "1000", "broker.heartbeat.interval.ms", "100");
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    /** Warnings only: without a configuration Logback would write megabytes at its level DEBUG. */
    private static final String LOGBACK = """
            <configuration>
              <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="OUT"/></root>
            </configuration>
            """;

    private final KafkaNode node;
    private final Path folder;
    private @Nullable ChildJvm broker;
    private boolean closed;

    private KafkaProcess(KafkaNode node) {
        super(node.bootstrapServers());
        this.node = node;
        this.folder = Folders.temporary("datastream-kafka-process-");
    }

    /** Starts a broker on free ports and a temporary folder, and returns when it serves clients. */
    public static KafkaProcess start() {
        return start(KafkaOptions.defaults());
    }

    /** Starts a broker and returns when it serves clients. */
    public static KafkaProcess start(KafkaOptions options) {
        KafkaProcess kafka = new KafkaProcess(new KafkaNode(options, QUICK_RETURN));
        try {
            kafka.restart();
            return kafka;
        } catch (RuntimeException | Error e) {
            kafka.close();
            throw e;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return broker != null && broker.isAlive();
    }

    /** Ends the broker at once (SIGKILL); {@link #restart} brings it back with all it has acknowledged. */
    public synchronized void kill() {
        running("kill").kill();
    }

    /** Freezes the broker ({@code STOP}), lets it go on ({@code CONT}), or asks it to end ({@code TERM}). */
    public synchronized void signal(ChildJvm.Signal signal) {
        running("signal").signal(signal);
    }

    /** What the broker has logged since its last start. */
    public synchronized String output() {
        return broker == null ? "" : broker.output();
    }

    @Override
    public synchronized void stop() {
        if (broker != null && broker.isAlive()) {
            broker.signal(ChildJvm.Signal.CONT);
            broker.signal(ChildJvm.Signal.TERM);
            int unused = broker.awaitExit(STOP_LIMIT);
        }
    }

    @Override
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("restart: the broker is closed (expected: restart before close)");
        }
        stop();
        if (broker != null) {
            broker.close();
        }
        ChildJvm starting = ChildJvm.of("kafka.Kafka")
                .withArguments(writeProperties().toString())
                .withProperty(ChildJvm.LOGBACK_PROPERTY, writeLogging().toString())
                .withProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn")
                .withOutput(folder.resolve("broker.log"))
                .start();
        broker = starting;
        Await.until("broker on " + bootstrapServers(), LIMIT, () -> {
            if (!starting.isAlive()) {
                throw new IllegalStateException(
                        "broker on " + bootstrapServers() + " ended during its start:\n" + starting.output());
            }
            return calls().isServing();
        });
    }

    @Override
    synchronized void end() {
        if (!closed) {
            closed = true;
            if (broker != null) {
                broker.close();
            }
            node.deleteData();
            Folders.delete(folder);
        }
    }

    private ChildJvm running(String call) {
        if (broker == null || !broker.isAlive()) {
            throw new IllegalStateException(call + ": the broker does not run (expected: after start or restart)");
        }
        return broker;
    }

    private Path writeLogging() {
        Path file = folder.resolve("logback.xml");
        try {
            return Files.writeString(file, LOGBACK);
        } catch (IOException e) {
            throw new UncheckedIOException("write " + file + ": " + e.getMessage(), e);
        }
    }

    private Path writeProperties() {
        Path file = folder.resolve("server.properties");
        try {
            KafkaConfig unused = node.prepare();
            try (Writer writer = Files.newBufferedWriter(file)) {
                node.properties().store(writer, null);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("write " + file + ": " + e.getMessage(), e);
        } catch (Exception e) {
            throw new IllegalStateException("start of a broker on " + bootstrapServers() + ": " + e.getMessage(), e);
        }
    }
}
