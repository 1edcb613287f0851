package io.datastream.kafka;

import io.datastream.runtime.RestartPolicy;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Consumer;

/** All options of a runtime. Changed only as a fresh copy, by {@link #with}. */
final class KafkaSettings {
    private final String bootstrapServers;
    int threads = 1;
    Duration commitInterval = KafkaRuntime.DEFAULT_COMMIT_INTERVAL;
    Duration connectLimit = KafkaRuntime.DEFAULT_CONNECT_LIMIT;
    String instance = UUID.randomUUID().toString();
    boolean readToEnd;
    boolean createsTopics = true;
    GroupProtocol groupProtocol = GroupProtocol.CLASSIC;
    Map<String, String> properties = Map.of();
    RestartPolicy restartPolicy = RestartPolicy.upTo(KafkaRuntime.DEFAULT_RESTARTS);
    Clock clock = Clock.systemUTC();
    MeterRegistry meters = new SimpleMeterRegistry();

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
        copy.readToEnd = readToEnd;
        copy.createsTopics = createsTopics;
        copy.groupProtocol = groupProtocol;
        copy.properties = properties;
        copy.restartPolicy = restartPolicy;
        copy.clock = clock;
        copy.meters = meters;
        change.accept(copy);
        return copy;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    int threads() {
        return threads;
    }

    Duration commitInterval() {
        return commitInterval;
    }

    Duration connectLimit() {
        return connectLimit;
    }

    String instance() {
        return instance;
    }

    boolean readToEnd() {
        return readToEnd;
    }

    boolean createsTopics() {
        return createsTopics;
    }

    GroupProtocol groupProtocol() {
        return groupProtocol;
    }

    Map<String, String> properties() {
        return properties;
    }

    RestartPolicy restartPolicy() {
        return restartPolicy;
    }

    Clock clock() {
        return clock;
    }

    MeterRegistry meters() {
        return meters;
    }

    Properties client(Map<String, Object> own) {
        Properties all = new Properties();
        all.put("bootstrap.servers", bootstrapServers);
        all.putAll(properties);
        all.putAll(own);
        return all;
    }

    /** The consumer of a worker. */
    Properties consumer(String group, String clientId, JoiningFlag joining) {
        Map<String, Object> own = new HashMap<>();
        own.put("group.id", group);
        own.put("client.id", clientId);
        own.put("enable.auto.commit", "false");
        own.put("auto.offset.reset", "none");
        own.put("isolation.level", "read_committed");
        own.put("max.poll.records", properties.getOrDefault("max.poll.records", "4000"));
        own.put("max.poll.interval.ms", properties.getOrDefault("max.poll.interval.ms", "600000"));
        if (groupProtocol == GroupProtocol.CLASSIC) {
            own.put("group.protocol", "classic");
            own.put("partition.assignment.strategy", CooperativeAssignor.class.getName());
            own.put(CooperativeAssignor.JOINING_FLAG, joining);
            own.put("session.timeout.ms", properties.getOrDefault("session.timeout.ms", "6000"));
            own.put("heartbeat.interval.ms", properties.getOrDefault("heartbeat.interval.ms", "1500"));
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
        return client(own);
    }

    /** The producer of a worker. */
    Properties producer(String transactionalId) {
        Map<String, Object> own = new HashMap<>();
        own.put("client.id", transactionalId);
        own.put("transactional.id", transactionalId);
        own.put("transaction.timeout.ms", properties.getOrDefault("transaction.timeout.ms", "10000"));
        own.put("acks", "all");
        own.put("linger.ms", properties.getOrDefault("linger.ms", "5"));
        own.put("batch.size", properties.getOrDefault("batch.size", "131072"));
        own.put("max.block.ms", properties.getOrDefault("max.block.ms", "15000"));
        own.put("delivery.timeout.ms", properties.getOrDefault("delivery.timeout.ms", "20000"));
        own.put("request.timeout.ms", properties.getOrDefault("request.timeout.ms", "5000"));
        return client(own);
    }
}
