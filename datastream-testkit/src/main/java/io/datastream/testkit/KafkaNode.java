package io.datastream.testkit;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/** The ports, folder and settings of one broker: fixed when it is created, so that a restart finds them again. */
final class KafkaNode {
    private static final String CONTROLLER = "CONTROLLER";

    private final Place place;
    private final int port;
    private final int controllerPort;
    private final Path data;
    private final boolean keepData;
    private final Map<String, String> settings;

    /**
     * Which node of which cluster it is.
     *
     * @param voters all controllers as Kafka writes them; null if this is the only one
     */
    record Place(int nodeId, String clusterId, @Nullable String voters) {
        static Place alone() {
            return new Place(1, Uuid.randomUuid().toString(), null);
        }
    }

    KafkaNode(KafkaOptions options, Map<String, String> moreDefaults) {
        this(options, moreDefaults, Place.alone());
    }

    KafkaNode(KafkaOptions options, Map<String, String> moreDefaults, Place place) {
        this.place = place;
        this.port = options.port() == 0 ? FreePorts.next() : options.port();
        this.controllerPort = options.controllerPort() == 0 ? FreePorts.nextBut(port) : options.controllerPort();
        Path kept = options.dataFolder();
        this.keepData = kept != null;
        this.data = kept != null ? kept : Folders.temporary("datastream-kafka-");
        Map<String, String> all = defaults(place, port, controllerPort, data);
        all.putAll(moreDefaults);
        all.putAll(options.settings());
        this.settings = all;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    Properties properties() {
        Properties properties = new Properties();
        properties.putAll(settings);
        return properties;
    }

    /**
     * Makes ready for a start: the settings must be right and the ports free, which the broker itself would report by
     * ending its process, and the folder is formatted before its first use.
     */
    KafkaConfig prepare() throws Exception {
        KafkaConfig config = new KafkaConfig(properties(), false);
        checkFree("clients", port);
        checkFree("controller", controllerPort);
        if (!Files.exists(data.resolve("meta.properties"))) {
            format();
        }
        return config;
    }

    private void format() throws Exception {
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(nowhere)
                    .setNodeId(place.nodeId())
                    .setClusterId(place.clusterId())
                    .setControllerListenerName(CONTROLLER)
                    .setMetadataLogDirectory(data.toString())
                    .setDirectories(List.of(data.toString()))
                    .run();
        }
    }

    private static void checkFree(String name, int port) {
        if (!FreePorts.isFree(port)) {
            throw new IllegalStateException(
                    "port for " + name + ": " + port + " (expected: one of 127.0.0.1 that nothing listens on)");
        }
    }

    void deleteData() {
        if (!keepData) {
            Folders.delete(data);
        }
    }

    private static Map<String, String> defaults(Place place, int port, int controllerPort, Path data) {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("process.roles", "broker,controller");
        map.put("node.id", Integer.toString(place.nodeId()));
        map.put(
                "controller.quorum.voters",
                place.voters() == null ? place.nodeId() + "@127.0.0.1:" + controllerPort : place.voters());
        map.put("listeners", "PLAINTEXT://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
        map.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        map.put("controller.listener.names", CONTROLLER);
        map.put("inter.broker.listener.name", "PLAINTEXT");
        map.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        map.put("log.dirs", data.toString());
        map.put("auto.create.topics.enable", "false");
        // One broker: one replica of everything.
        map.put("offsets.topic.replication.factor", "1");
        map.put("offsets.topic.num.partitions", "1");
        map.put("transaction.state.log.replication.factor", "1");
        map.put("transaction.state.log.min.isr", "1");
        map.put("transaction.state.log.num.partitions", "1");
        map.put("share.coordinator.state.topic.replication.factor", "1");
        map.put("share.coordinator.state.topic.min.isr", "1");
        map.put("share.coordinator.state.topic.num.partitions", "1");
        // Small and quick.
        map.put("num.network.threads", "2");
        map.put("num.io.threads", "4");
        map.put("background.threads", "2");
        map.put("log.cleaner.dedupe.buffer.size", "2097152");
        map.put("group.initial.rebalance.delay.ms", "0");
        map.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        // A dead member of a group is noticed soon: classic groups may ask for little, new groups get little.
        map.put("group.min.session.timeout.ms", "500");
        map.put("group.consumer.min.session.timeout.ms", "1000");
        map.put("group.consumer.session.timeout.ms", "6000");
        map.put("group.consumer.min.heartbeat.interval.ms", "200");
        map.put("group.consumer.heartbeat.interval.ms", "1000");
        // Records with times of years ago must stay.
        map.put("log.retention.ms", "-1");
        return map;
    }
}
