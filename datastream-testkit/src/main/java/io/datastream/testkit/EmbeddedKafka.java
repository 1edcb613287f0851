package io.datastream.testkit;

import java.util.Map;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.Exit;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker in this JVM.
 *
 * <pre>{@code
 * try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
 *     kafka.createTopic("trades", 3);
 *     // ... use kafka.bootstrapServers()
 *     assertThat(kafka.readCommitted("results")).hasSize(10);
 * }
 * }</pre>
 *
 * <p>Cost: about 2 s of CPU for the first broker of a JVM and 0.2 s for each later one, 35 MB of heap, 90 threads, all of
 * which end with {@link #close()} but two idle daemon threads. The broker logs through SLF4J under the names
 * {@code kafka}, {@code org.apache.kafka} and {@code state.change.logger}: set those to {@code ERROR} or {@code OFF} for
 * quiet tests.
 *
 * <p>The broker cannot die here without this JVM: for crashes take {@link KafkaProcess}.
 */
public final class EmbeddedKafka extends KafkaServer {
    private final KafkaNode node;
    private @Nullable KafkaRaftServer server;
    private boolean closed;

    private EmbeddedKafka(KafkaNode node) {
        super(node.bootstrapServers());
        this.node = node;
    }

    /** Starts a broker on free ports and a temporary folder, and returns when it serves clients. */
    public static EmbeddedKafka start() {
        return start(KafkaOptions.defaults());
    }

    /** Starts a broker and returns when it serves clients. */
    public static EmbeddedKafka start(KafkaOptions options) {
        EmbeddedKafka kafka = new EmbeddedKafka(new KafkaNode(options, Map.of()));
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
        return server != null;
    }

    @Override
    public synchronized void stop() {
        KafkaRaftServer running = server;
        if (running != null) {
            server = null;
            running.shutdown();
            running.awaitShutdown();
        }
    }

    @Override
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("restart: the broker is closed (expected: restart before close)");
        }
        stop();
        Survival.arrange();
        KafkaRaftServer starting = null;
        try {
            starting = new KafkaRaftServer(node.prepare(), Time.SYSTEM);
            starting.startup();
            server = starting;
        } catch (Exception e) {
            IllegalStateException failure =
                    new IllegalStateException("start of a broker on " + bootstrapServers() + ": " + e.getMessage(), e);
            if (starting != null) {
                shutDownAfter(failure, starting);
            }
            throw failure;
        }
    }

    private static void shutDownAfter(Exception failure, KafkaRaftServer started) {
        try {
            started.shutdown();
            started.awaitShutdown();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    synchronized void end() {
        if (!closed) {
            closed = true;
            stop();
            node.deleteData();
        }
    }

    /**
     * Keeps this JVM alive: a broker that meets a fatal fault ends its process, which would take the tests with it. The
     * fault becomes an exception in the thread that met it, and the broker is of no further use.
     */
    private static final class Survival {
        static {
            Exit.setHaltProcedure(Survival::refuse);
            Exit.setExitProcedure(Survival::refuse);
        }

        private Survival() {}

        /** Does its work once, when the class is initialized. */
        static void arrange() {}

        private static void refuse(int code, @Nullable String message) {
            throw new IllegalStateException(
                    "the broker met a fatal fault, exit code " + code + (message == null ? "" : ": " + message));
        }
    }
}
