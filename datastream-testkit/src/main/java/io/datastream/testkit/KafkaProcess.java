package io.datastream.testkit;

import java.util.Map;

/**
 * A real Kafka broker in a JVM of its own, which can be killed, frozen and started again.
 *
 * <p>What is acknowledged survives {@link #kill()}, since the operating system has it. The broker's session timeout is 1 s
 * instead of Kafka's 9 s, so that a killed broker serves again about 4 s after {@link #restart()} instead of 13 s. Cost:
 * about 2.5 s and 250 MB for each start.
 *
 * <p>For several brokers that replace each other take {@link KafkaCluster}.
 */
public final class KafkaProcess extends KafkaServer {
    private static final Map<String, String> QUICK_RETURN =
            Map.of("broker.session.timeout.ms", "1000", "broker.heartbeat.interval.ms", "100");

    private final BrokerChild broker;
    private boolean closed;

    private KafkaProcess(KafkaNode node) {
        super(node.bootstrapServers());
        this.broker = new BrokerChild(node);
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
        return broker.isAlive();
    }

    /** Ends the broker at once (SIGKILL); {@link #restart} brings it back with all it has acknowledged. */
    public synchronized void kill() {
        broker.running("kill").kill();
    }

    /** Freezes the broker ({@code STOP}), lets it go on ({@code CONT}), or asks it to end ({@code TERM}). */
    public synchronized void signal(ChildJvm.Signal signal) {
        broker.running("signal").signal(signal);
    }

    /** What the broker has logged since its last start. */
    public synchronized String output() {
        return broker.output();
    }

    @Override
    public synchronized void stop() {
        broker.stop();
    }

    @Override
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("restart: the broker is closed (expected: restart before close)");
        }
        broker.stop();
        broker.launch();
        Await.until("broker on " + bootstrapServers(), LIMIT, () -> {
            broker.requireStarting();
            return calls().isServing();
        });
    }

    @Override
    synchronized void end() {
        if (!closed) {
            closed = true;
            broker.end();
        }
    }
}
