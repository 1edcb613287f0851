package io.datastream.testkit;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * A real Kafka for tests: {@link EmbeddedKafka} in this JVM, {@link KafkaProcess} in one of its own, or {@link KafkaCluster}
 * of several brokers. {@link SecureKafka} is a broker that asks who its clients are.
 *
 * <p>Each node is broker and controller (KRaft), listens in plain text on 127.0.0.1 only, and knows transactions and both
 * group protocols. It differs from a broker set up with Kafka's defaults in this: topics are not created by themselves;
 * everything has one replica, other than in a cluster; records do not expire ({@code log.retention.ms=-1}), because test data is often years old;
 * the rebalance of a new group starts at once; classic groups may use session timeouts down to 500 ms, and groups of the
 * new protocol have 6 s; transactions that timed out are ended within a second.
 *
 * <p>The methods may be called from any thread. Those that talk to the broker give up after {@link #LIMIT} and then throw
 * an {@link IllegalStateException} or {@link AssertionError} that says what was attempted.
 */
public abstract sealed class KafkaServer implements AutoCloseable permits EmbeddedKafka, KafkaCluster, KafkaProcess {
    /** How long a call waits for the broker. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    private final KafkaCalls calls;
    private final String bootstrapServers;

    KafkaServer(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.calls = new KafkaCalls(bootstrapServers, LIMIT);
    }

    /** The address for clients, such as {@code 127.0.0.1:20417}; it stays the same over restarts. */
    public final String bootstrapServers() {
        return bootstrapServers;
    }

    /** A client for everything that has no method here; it is shared, outlives restarts, and is closed by {@link #close}. */
    public final Admin admin() {
        return calls.admin();
    }

    /** Creates a topic; see {@link #createTopic(String, int, Map)}. */
    public final void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    /**
     * Creates a topic and returns when every partition has a leader that answers requests, so that a first batch of
     * records meets no partition that is still coming up.
     *
     * @param configs settings of the topic by their Kafka names, such as {@code cleanup.policy}
     */
    public final void createTopic(String name, int partitions, Map<String, String> configs) {
        calls.createTopic(name, partitions, configs);
    }

    /** Writes records, idempotently and with acknowledgement of each, and returns where they went, in the given order. */
    public final List<RecordMetadata> produce(Collection<ProducerRecord<byte[], byte[]>> records) {
        return calls.produce(records);
    }

    /** Writes one record of UTF-8 text to the partition that the key's hash gives. */
    public final RecordMetadata produce(String topic, String key, String value) {
        return calls.produce(topic, key, value);
    }

    /**
     * Waits until what has been committed or aborted is visible to all readers. A producer's commit returns once the
     * decision is written down; the topics are marked after that, and until then the committed end of a topic lies
     * before the transaction. {@link #readCommitted} does this by itself.
     */
    public final void awaitMarkers() {
        calls.awaitMarkers();
    }

    /**
     * Reads everything that is committed in a topic at the time of the call: partition by partition, each in the order
     * of its offsets. Records of open transactions, and what lies behind the first of them, are not committed yet;
     * those of aborted transactions never will be.
     */
    public final List<ConsumerRecord<byte[], byte[]>> readCommitted(String topic) {
        return calls.readCommitted(topic);
    }

    /** Whether the broker has been started and has neither been stopped nor, as far as can be seen, died. */
    public abstract boolean isRunning();

    /** Shuts the broker down in an orderly way; its data and ports stay reserved for {@link #restart}. */
    public abstract void stop();

    /** Starts the broker again on the same ports and data, after stopping it if it runs; returns when it serves clients. */
    public abstract void restart();

    /** Stops the broker for good and deletes its data, unless the folder came from the caller. */
    @Override
    public final void close() {
        try {
            calls.close();
        } finally {
            end();
        }
    }

    abstract void end();

    final KafkaCalls calls() {
        return calls;
    }
}
