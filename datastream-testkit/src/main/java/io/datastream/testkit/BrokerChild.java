package io.datastream.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import kafka.server.KafkaConfig;
import org.jspecify.annotations.Nullable;

/** One broker in a JVM of its own: its files, its process, and that process's next one after a restart. */
final class BrokerChild {
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
    private @Nullable ChildJvm process;

    BrokerChild(KafkaNode node) {
        this.node = node;
        this.folder = Folders.temporary("datastream-kafka-process-");
    }

    String bootstrapServers() {
        return node.bootstrapServers();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The running process, for a call that needs one. */
    ChildJvm running(String call) {
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException(call + ": the broker does not run (expected: after start or restart)");
        }
        return process;
    }

    String output() {
        return process == null ? "" : process.output();
    }

    /** Starts the process, which serves clients some seconds later. */
    void launch() {
        if (process != null) {
            process.close();
        }
        process = ChildJvm.of("kafka.Kafka")
                .withArguments(writeProperties().toString())
                .withProperty(ChildJvm.LOGBACK_PROPERTY, writeLogging().toString())
                .withProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn")
                .withOutput(folder.resolve("broker.log"))
                .start();
    }

    void requireStarting() {
        if (!isAlive()) {
            throw new IllegalStateException(
                    "broker on " + bootstrapServers() + " ended during its start:\n" + output());
        }
    }

    /** Asks a running process to end, frozen or not. */
    void askToStop() {
        if (process != null && process.isAlive()) {
            process.signal(ChildJvm.Signal.CONT);
            process.signal(ChildJvm.Signal.TERM);
        }
    }

    void stop() {
        askToStop();
        if (process != null && process.isAlive()) {
            int unused = process.awaitExit(STOP_LIMIT);
        }
    }

    void end() {
        if (process != null) {
            process.close();
        }
        node.deleteData();
        Folders.delete(folder);
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
