package io.datastream.kafka;

import io.datastream.kafka.internal.KafkaRefusals;
import io.datastream.kafka.internal.RefusedException;
import io.datastream.kafka.internal.Right;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks and makes topics, with errors that name broker and topic. */
final class TopicAdmin {
    private static final Logger LOG = LoggerFactory.getLogger(TopicAdmin.class);
    private static final Map<String, String> CHANGELOG = Map.of(
            "cleanup.policy", "compact",
            "retention.ms", "-1",
            "min.cleanable.dirty.ratio", "0.2",
            "segment.bytes", "33554432");

    /** What is over is gone after an hour or so, so that readers have little to read. */
    private static final Map<String, String> TABLE =
            Map.of("cleanup.policy", "compact", "min.cleanable.dirty.ratio", "0.2", "segment.ms", "3600000");

    /** Records are deleted when they have been used, and never before. */
    private static final Map<String, String> EXCHANGE = Map.of(
            "cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1", "segment.bytes", "67108864");

    private final Admin admin;
    private final KafkaSettings settings;
    private final Collection<Right> needed;

    /** @param needed what will be done with topics, to be named where the broker refuses it */
    TopicAdmin(Admin admin, KafkaSettings settings, Collection<Right> needed) {
        this.admin = admin;
        this.settings = settings;
        this.needed = needed;
    }

    /** What is missing where a topic is refused. */
    private List<Right> needed(String topic) {
        List<Right> found =
                needed.stream().filter(right -> right.name().equals(topic)).toList();
        return found.isEmpty() ? List.of(Right.topic(AclOperation.DESCRIBE, topic)) : found;
    }

    /** How many partitions a topic has, or nothing if there is no such topic. */
    Optional<Integer> partitions(String topic) {
        try {
            TopicDescription description = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(limit(), TimeUnit.MILLISECONDS)
                    .get(topic);
            return Optional.ofNullable(description)
                    .map(found -> found.partitions().size());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw unreachable("topic \"" + topic + "\" cannot be described", e, needed(topic));
        } catch (TimeoutException e) {
            throw unreachable("topic \"" + topic + "\" cannot be described", e, List.of());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Checks that a part still reads all topics it has read before, since what is left in the others would be lost.
     *
     * @throws EditedPipelineException if it does not
     */
    void checkKnown(Part part) {
        try {
            admin.listConsumerGroupOffsets(part.group())
                    .partitionsToOffsetAndMetadata()
                    .get(limit(), TimeUnit.MILLISECONDS)
                    .keySet()
                    .forEach(partition -> {
                        if (!part.topics().contains(partition.topic())) {
                            throw new EditedPipelineException("group \"" + part.group() + "\": it has read topic \""
                                    + partition.topic() + "\", which the pipeline does not read any more (expected: "
                                    + part.topics()
                                    + "; if it was edited on purpose, delete the group's offsets of that topic, or start"
                                    + " under another pipeline name)");
                        }
                    });
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw unreachable(
                        "the offsets of group \"" + part.group() + "\" cannot be read",
                        e,
                        List.of(Right.group(part.group())));
            }
        } catch (TimeoutException e) {
            throw unreachable("the offsets of group \"" + part.group() + "\" cannot be read", e, List.of());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private long limit() {
        return settings.connectLimit.toMillis();
    }

    private IllegalStateException unreachable(String what, Exception e, List<Right> about) {
        Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        RefusedException refused = settings.refusals().explain(cause, about);
        if (refused != null) {
            return refused;
        }
        return new IllegalStateException(
                "Kafka at " + settings.bootstrapServers + ": " + what + " within " + settings.connectLimit + ": "
                        + cause
                        + " (expected: a broker that answers; check host, port and security settings)",
                cause);
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while topics were checked", e);
    }

    int inputPartitions(String topic) {
        return partitions(topic)
                .orElseThrow(() -> new IllegalArgumentException("topic \"" + topic + "\" does not exist on "
                        + settings.bootstrapServers + " (expected: a topic to read; create it before the start)"));
    }

    void ensureSink(String topic, int partitions) {
        ensureSink(topic, partitions, Map.of());
    }

    /** Makes a topic of alerts if there is none yet. */
    void ensure(KafkaAlerts alerts, int partitions) {
        ensureSink(alerts.topic(), partitions, alerts.isTable() ? TABLE : Map.of());
        if (alerts.isTable()) {
            checkConfig(alerts.topic(), "cleanup.policy", "compact", "alerts that go on would be lost");
        }
    }

    private void ensureSink(String topic, int partitions, Map<String, String> configs) {
        if (partitions(topic).isPresent()) {
            return;
        }
        if (!settings.createsTopics) {
            throw new IllegalArgumentException("topic \"" + topic + "\" does not exist on "
                    + settings.bootstrapServers
                    + " (expected: a topic to write; create it, or allow the runtime to create topics)");
        }
        create(topic, partitions, 0, configs);
    }

    /** Makes the topic of a log if there is none yet, and returns how many partitions it has. */
    int ensureLog(String topic, int largestRecord) {
        Optional<Integer> found = partitions(topic);
        if (found.isEmpty()) {
            create(topic, 1, settings.replication, Map.of("max.message.bytes", String.valueOf(largestRecord)));
        }
        return found.orElse(1);
    }

    void ensureChangelog(String topic, String input, int partitions) {
        Optional<Integer> found = partitions(topic);
        if (found.isEmpty()) {
            create(topic, partitions, settings.replication, CHANGELOG);
            return;
        }
        if (found.get() != partitions) {
            throw new IllegalArgumentException("topic \"" + topic + "\": " + found.get() + " partitions (expected: "
                    + partitions + ", as many as its input topic \"" + input
                    + "\" has now; state cannot follow keys to other partitions: start under another pipeline name, or"
                    + " give the input topic its old number of partitions)");
        }
        checkConfig(topic, "cleanup.policy", "compact", "state would be lost");
    }

    /** Makes an exchange if there is none yet, and returns how many partitions it has. */
    int ensureExchange(String topic, int partitions) {
        Optional<Integer> found = partitions(topic);
        if (found.isEmpty()) {
            create(topic, partitions, settings.replication, EXCHANGE);
        } else {
            checkConfig(topic, "retention.ms", "-1", "rows that wait would be lost");
            checkConfig(topic, "cleanup.policy", "delete", "rows would be lost");
        }
        return found.orElse(partitions);
    }

    /** Checks a setting of a topic that somebody else has made or changed. */
    private void checkConfig(String topic, String name, String wanted, String otherwise) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            Config config = admin.describeConfigs(List.of(resource))
                    .all()
                    .get(limit(), TimeUnit.MILLISECONDS)
                    .get(resource);
            ConfigEntry entry = config == null ? null : config.get(name);
            if (entry != null && !wanted.equals(entry.value())) {
                throw new IllegalArgumentException("topic \"" + topic + "\": " + name + " is " + entry.value()
                        + " (expected: " + wanted + "; " + otherwise + ")");
            }
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw unreachable("the settings of topic \"" + topic + "\" cannot be read", e, needed(topic));
            }
            LOG.info("topic {}: its settings may not be read, and are taken to be right", topic);
        } catch (TimeoutException e) {
            throw unreachable("the settings of topic \"" + topic + "\" cannot be read", e, List.of());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void create(String topic, int partitions, int replication, Map<String, String> configs) {
        Optional<Short> copies = replication == 0 ? Optional.empty() : Optional.of((short) replication);
        NewTopic wanted = new NewTopic(topic, Optional.of(partitions), copies).configs(configs);
        try {
            admin.createTopics(List.of(wanted)).all().get(limit(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw unreachable(
                        "topic \"" + topic + "\" cannot be created",
                        e,
                        List.of(Right.topic(AclOperation.CREATE, topic)));
            }
        } catch (TimeoutException e) {
            throw unreachable("topic \"" + topic + "\" cannot be created", e, List.of());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        awaitLeaders(topic, partitions);
    }

    /** A first batch sent before all partitions have a leader can be lost, so the topic is used when they answer. */
    private void awaitLeaders(String topic, int partitions) {
        Map<TopicPartition, OffsetSpec> all = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            all.put(new TopicPartition(topic, i), OffsetSpec.latest());
        }
        long end = System.nanoTime() + settings.connectLimit.toNanos();
        while (true) {
            try {
                admin.listOffsets(all).all().get(limit(), TimeUnit.MILLISECONDS);
                return;
            } catch (ExecutionException | TimeoutException e) {
                if (System.nanoTime() > end || KafkaRefusals.isRefusal(e)) {
                    throw unreachable("topic \"" + topic + "\" has no leaders", e, needed(topic));
                }
                Pause.millis(50);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /** All partitions of a topic. */
    static List<TopicPartition> all(String topic, int partitions) {
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            all.add(new TopicPartition(topic, i));
        }
        return all;
    }
}
