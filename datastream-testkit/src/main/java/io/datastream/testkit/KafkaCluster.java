package io.datastream.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;

/**
 * A real Kafka cluster of brokers in JVMs of their own, numbered from 1, each of which can be killed, frozen, stopped and
 * started again.
 *
 * <pre>{@code
 * try (KafkaCluster kafka = KafkaCluster.start()) {
 *     kafka.createTopic("trades", 3);
 *     kafka.kill(2);                       // SIGKILL; the others go on
 *     kafka.restart(2);
 *     kafka.awaitReplicas();               // before the next one is killed
 * }
 * }</pre>
 *
 * <p>Every node is broker and controller. Topics, Kafka's own ones included, have a replica on each of up to three brokers,
 * and a write is acknowledged when two have it, so that three brokers stand the loss of one. A dead broker is noticed
 * after 3 s instead of Kafka's 9 s; its partitions are led by others about 6 s after it was killed. The one that comes back
 * follows, until Kafka gives it its partitions again.
 *
 * <p>Cost of three brokers: 10 to 25 s for the start on two processors, and 500 MB.
 */
public final class KafkaCluster extends KafkaServer {
    private static final int DEFAULT_BROKERS = 3;
    private static final int MOST_BROKERS = 9;

    private final List<BrokerChild> brokers;
    private boolean closed;

    private KafkaCluster(List<BrokerChild> brokers) {
        super(brokers.stream().map(BrokerChild::bootstrapServers).collect(Collectors.joining(",")));
        this.brokers = brokers;
    }

    /** Starts three brokers on free ports and temporary folders, and returns when all serve clients. */
    public static KafkaCluster start() {
        return start(DEFAULT_BROKERS, KafkaOptions.defaults());
    }

    /**
     * Starts brokers and returns when all serve clients.
     *
     * @param brokers from 1 to 9
     * @param options for each broker; ports are always free ones, and a data folder gets a folder for each broker
     */
    public static KafkaCluster start(int brokers, KafkaOptions options) {
        if (brokers < 1 || brokers > MOST_BROKERS) {
            throw new IllegalArgumentException("brokers: " + brokers + " (expected: from 1 to " + MOST_BROKERS + ")");
        }
        if (options.port() != 0 || options.controllerPort() != 0) {
            throw new IllegalArgumentException("ports: " + options.port() + ", " + options.controllerPort()
                    + " (expected: 0, each broker needs its own)");
        }
        KafkaCluster kafka = new KafkaCluster(children(brokers, options));
        try {
            kafka.restart();
            return kafka;
        } catch (RuntimeException | Error e) {
            kafka.close();
            throw e;
        }
    }

    private static List<BrokerChild> children(int brokers, KafkaOptions options) {
        List<Integer> ports = new ArrayList<>(FreePorts.next(2 * brokers));
        String clusterId = Uuid.randomUuid().toString();
        StringBuilder voters = new StringBuilder();
        for (int id = 1; id <= brokers; id++) {
            voters.append(id == 1 ? "" : ",").append(id).append("@127.0.0.1:").append(ports.get(2 * id - 1));
        }
        Map<String, String> defaults = defaults(Math.min(brokers, 3));
        List<BrokerChild> children = new ArrayList<>();
        for (int id = 1; id <= brokers; id++) {
            KafkaOptions own = options.withPorts(ports.get(2 * id - 2), ports.get(2 * id - 1));
            if (options.dataFolder() != null) {
                own = own.withDataFolder(options.dataFolder().resolve("broker-" + id));
            }
            KafkaNode.Place place = new KafkaNode.Place(id, clusterId, voters.toString());
            children.add(new BrokerChild(new KafkaNode(own, defaults, place)));
        }
        return List.copyOf(children);
    }

    private static Map<String, String> defaults(int replicas) {
        String all = Integer.toString(replicas);
        String enough = Integer.toString(Math.max(1, replicas - 1));
        Map<String, String> map = new LinkedHashMap<>();
        map.put("default.replication.factor", all);
        map.put("min.insync.replicas", enough);
        map.put("offsets.topic.replication.factor", all);
        map.put("transaction.state.log.replication.factor", all);
        map.put("transaction.state.log.min.isr", enough);
        map.put("share.coordinator.state.topic.replication.factor", all);
        map.put("share.coordinator.state.topic.min.isr", enough);
        // Several, so that coordinators are on different brokers and move when one dies.
        map.put("offsets.topic.num.partitions", "3");
        map.put("transaction.state.log.num.partitions", "3");
        map.put("broker.session.timeout.ms", "3000");
        map.put("broker.heartbeat.interval.ms", "500");
        map.put("replica.lag.time.max.ms", "5000");
        return map;
    }

    /** How many brokers there are, dead ones included. */
    public int size() {
        return brokers.size();
    }

    /** Whether the process of a broker is there; a frozen one is. */
    public synchronized boolean isRunning(int broker) {
        return broker(broker).isAlive();
    }

    /** Whether the processes of all brokers are there. */
    @Override
    public synchronized boolean isRunning() {
        return brokers.stream().allMatch(BrokerChild::isAlive);
    }

    /** Ends a broker at once (SIGKILL); {@link #restart(int)} brings it back. */
    public synchronized void kill(int broker) {
        broker(broker).running("kill " + broker).kill();
    }

    /** Freezes a broker ({@code STOP}), lets it go on ({@code CONT}), or asks it to end ({@code TERM}). */
    public synchronized void signal(int broker, ChildJvm.Signal signal) {
        broker(broker).running("signal " + broker).signal(signal);
    }

    /** Shuts a broker down in an orderly way: others lead its partitions before it goes. */
    public synchronized void stop(int broker) {
        broker(broker).stop();
    }

    /** Starts a broker again, after stopping it if it runs; returns when it serves clients. */
    public synchronized void restart(int broker) {
        requireOpen();
        BrokerChild child = broker(broker);
        child.stop();
        child.launch();
        awaitServing(broker);
    }

    /** What a broker has logged since its last start. */
    public synchronized String output(int broker) {
        return broker(broker).output();
    }

    /** Shuts all brokers down. */
    @Override
    public synchronized void stop() {
        brokers.forEach(BrokerChild::askToStop);
        brokers.forEach(BrokerChild::stop);
    }

    /** Starts all brokers again, after stopping those that run; returns when all serve clients. */
    @Override
    public synchronized void restart() {
        requireOpen();
        stop();
        brokers.forEach(BrokerChild::launch);
        for (int id = 1; id <= brokers.size(); id++) {
            awaitServing(id);
        }
    }

    /**
     * Returns when every partition has all its replicas in sync again, so that any broker may be lost.
     *
     * @throws AssertionError when some have not within {@link #LIMIT}
     */
    public void awaitReplicas() {
        Await.until("all replicas in sync", LIMIT, this::hasAllReplicas);
    }

    /**
     * Returns when every partition is led by a broker that runs and waits for no replica of one that does not, so that
     * writes and reads go on.
     *
     * @throws AssertionError when some are not within {@link #LIMIT}
     */
    public void awaitTakeover() {
        Await.until(
                "partitions led by brokers that run",
                LIMIT,
                () -> allPartitions(partition -> {
                    Node leader = partition.leader();
                    return leader != null && partition.isr().stream().allMatch(node -> isRunning(node.id()));
                }));
    }

    private boolean hasAllReplicas() throws InterruptedException {
        return allPartitions(partition -> partition.isr().size() == new HashSet<>(partition.replicas()).size());
    }

    private boolean allPartitions(Predicate<TopicPartitionInfo> condition) throws InterruptedException {
        try {
            Set<String> topics = admin().listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get();
            Collection<TopicDescription> all =
                    admin().describeTopics(topics).allTopicNames().get().values();
            return all.stream().flatMap(topic -> topic.partitions().stream()).allMatch(condition);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                return false;
            }
            throw new IllegalStateException("describe topics: " + e.getCause(), e);
        }
    }

    private void awaitServing(int id) {
        BrokerChild child = broker(id);
        try (KafkaCalls alone = new KafkaCalls(child.bootstrapServers(), LIMIT)) {
            Await.until("broker " + id + " on " + child.bootstrapServers(), LIMIT, () -> {
                child.requireStarting();
                return alone.servingNodes().contains(id);
            });
        }
    }

    private BrokerChild broker(int id) {
        if (id < 1 || id > brokers.size()) {
            throw new IllegalArgumentException("broker: " + id + " (expected: from 1 to " + brokers.size() + ")");
        }
        return brokers.get(id - 1);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("restart: the cluster is closed (expected: restart before close)");
        }
    }

    @Override
    synchronized void end() {
        if (!closed) {
            closed = true;
            brokers.forEach(BrokerChild::end);
        }
    }
}
