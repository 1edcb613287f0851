package io.datastream.kafka;

import io.datastream.kafka.internal.CooperativeAssignor;
import io.datastream.kafka.internal.JoiningFlag;
import io.datastream.kafka.internal.KafkaRefusals;
import io.datastream.runtime.RestartPolicy;
import io.datastream.trace.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All options of a runtime. Changed only in the copy that {@link #with} makes. Without {@code toString}: properties hold
 * secrets.
 */
final class KafkaSettings {
    /** Settings of clients that the guarantees rest on. */
    private static final Set<String> OURS = Set.of(
            "bootstrap.servers",
            "group.id",
            "group.protocol",
            "group.instance.id",
            "partition.assignment.strategy",
            "enable.auto.commit",
            "auto.offset.reset",
            "isolation.level",
            "transactional.id",
            "enable.idempotence",
            "acks",
            "key.serializer",
            "value.serializer",
            "key.deserializer",
            "value.deserializer");

    private static final String DEFAULT_POLL_INTERVAL = "600000";

    final String bootstrapServers;
    int threads = 1;
    Duration commitInterval = KafkaRuntime.DEFAULT_COMMIT_INTERVAL;
    Duration connectLimit = KafkaRuntime.DEFAULT_CONNECT_LIMIT;

    @Nullable
    String instance;

    /** Copies of internal topics; 0 for the broker's default. */
    int replication;

    int exchangePartitions = KafkaRuntime.DEFAULT_EXCHANGE_PARTITIONS;

    /** Steps whose state is dropped. */
    List<String> forgotten = List.of();

    /** The parts to run; empty for all. */
    List<String> parts = List.of();

    boolean readToEnd;
    boolean createsTopics = true;
    GroupProtocol groupProtocol = GroupProtocol.CLASSIC;
    RestartPolicy restartPolicy = RestartPolicy.upTo(KafkaRuntime.DEFAULT_RESTARTS);
    Clock clock = Clock.systemUTC();
    MeterRegistry meters = new SimpleMeterRegistry();

    @Nullable
    KafkaSecurity security;

    /** Follows records; null for not. */
    @Nullable
    Tracing tracing;

    private final Map<String, String> properties = new HashMap<>();

    KafkaSettings(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** A changed copy. */
    KafkaSettings with(Consumer<KafkaSettings> change) {
        KafkaSettings copy = new KafkaSettings(bootstrapServers);
        copy.threads = threads;
        copy.commitInterval = commitInterval;
        copy.connectLimit = connectLimit;
        copy.instance = instance;
        copy.replication = replication;
        copy.exchangePartitions = exchangePartitions;
        copy.forgotten = forgotten;
        copy.parts = parts;
        copy.readToEnd = readToEnd;
        copy.createsTopics = createsTopics;
        copy.groupProtocol = groupProtocol;
        copy.restartPolicy = restartPolicy;
        copy.clock = clock;
        copy.meters = meters;
        copy.security = security;
        copy.tracing = tracing;
        copy.properties.putAll(properties);
        change.accept(copy);
        return copy;
    }

    void property(String name, String value) {
        if (OURS.contains(name)) {
            throw new IllegalArgumentException("property: " + name
                    + " (expected: a setting such as metadata.max.age.ms; this one belongs to the runtime)");
        }
        properties.put(name, value);
        checkSecurity();
    }

    void secure(KafkaSecurity wanted) {
        security = wanted;
        checkSecurity();
    }

    private void checkSecurity() {
        if (security != null) {
            for (String name : properties.keySet()) {
                security.refuse("property", name);
            }
        }
    }

    /** Words for what the broker refuses to clients of these settings. */
    KafkaRefusals refusals() {
        KafkaRefusals.Caller caller = security == null ? KafkaRefusals.Caller.of(properties) : security.caller();
        return new KafkaRefusals(bootstrapServers, caller);
    }

    /** The name of the instance, or a random one: each start of an unnamed instance is another. */
    String instanceOrRandom() {
        return instance == null ? UUID.randomUUID().toString() : instance;
    }

    /** Settings of a client. Secrets are looked up anew, and wrapped so that they do not show themselves. */
    Properties client(Map<String, Object> own) {
        Properties all = new Properties();
        all.put("bootstrap.servers", bootstrapServers);
        all.putAll(properties);
        if (security != null) {
            all.putAll(security.clientSettings());
        }
        all.putAll(own);
        return all;
    }

    private void unlessSet(Map<String, Object> own, String name, String value) {
        own.put(name, properties.getOrDefault(name, value));
    }

    /** How long a worker may take between two polls before it is put out of its group. */
    Duration maxPollInterval() {
        return Duration.ofMillis(
                Long.parseLong(properties.getOrDefault("max.poll.interval.ms", DEFAULT_POLL_INTERVAL)));
    }

    /** The consumer of a worker. */
    Properties consumer(String group, String clientId, JoiningFlag joining) {
        Map<String, Object> own = new HashMap<>();
        own.put("group.id", group);
        own.put("client.id", clientId);
        own.put("enable.auto.commit", "false");
        own.put("auto.offset.reset", "none");
        own.put("isolation.level", "read_committed");
        unlessSet(own, "max.poll.records", "4000");
        unlessSet(own, "max.poll.interval.ms", DEFAULT_POLL_INTERVAL);
        unlessSet(own, "default.api.timeout.ms", "5000"); // positions and ends are asked for again
        if (groupProtocol == GroupProtocol.CLASSIC) {
            own.put("group.protocol", "classic");
            own.put("partition.assignment.strategy", CooperativeAssignor.class.getName());
            own.put(CooperativeAssignor.JOINING_FLAG, joining);
            unlessSet(own, "session.timeout.ms", "6000");
            unlessSet(own, "heartbeat.interval.ms", "1500");
        } else {
            own.put("group.protocol", "consumer");
        }
        return client(own);
    }

    /** The consumer that reads changelogs. */
    Properties restorer(String clientId) {
        Map<String, Object> own = new HashMap<>();
        own.put("client.id", clientId);
        own.put("enable.auto.commit", "false");
        own.put("auto.offset.reset", "none");
        own.put("isolation.level", "read_committed");
        own.put("max.poll.records", "5000");
        unlessSet(own, "default.api.timeout.ms", "5000");
        return client(own);
    }

    /** The producer of a channel of alerts. */
    Properties alerts() {
        Map<String, Object> own = new HashMap<>();
        own.put("acks", "all");
        own.put("enable.idempotence", "true");
        unlessSet(own, "max.block.ms", "15000");
        unlessSet(own, "delivery.timeout.ms", "20000");
        unlessSet(own, "request.timeout.ms", "5000");
        return client(own);
    }

    /** The producer of a log, for one batch at a time. */
    Properties logProducer(String transactionalId, int largestRecord) {
        Properties all = producer(transactionalId);
        all.put("linger.ms", "0");
        all.put("max.request.size", String.valueOf(largestRecord));
        return all;
    }

    /** The producer of a worker. */
    Properties producer(String transactionalId) {
        Map<String, Object> own = new HashMap<>();
        own.put("client.id", transactionalId + "-producer"); // the consumer has the plain one, and meters are by it
        own.put("transactional.id", transactionalId);
        own.put("acks", "all");
        unlessSet(own, "transaction.timeout.ms", "10000");
        unlessSet(own, "linger.ms", "5");
        unlessSet(own, "batch.size", "131072");
        unlessSet(own, "max.block.ms", "15000");
        unlessSet(own, "delivery.timeout.ms", "20000");
        unlessSet(own, "request.timeout.ms", "5000");
        return client(own);
    }
}
