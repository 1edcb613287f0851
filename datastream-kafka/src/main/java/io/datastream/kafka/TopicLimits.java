package io.datastream.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the topics that a pipeline writes how large a record they take. */
final class TopicLimits {
    private static final Logger LOG = LoggerFactory.getLogger(TopicLimits.class);
    private static final int LIMIT = 5_000;

    private final Admin admin;
    private final List<ConfigResource> topics;
    private final Map<String, Integer> known = new HashMap<>();

    TopicLimits(Admin admin, Topology topology) {
        this.admin = admin;
        List<String> names = new ArrayList<>(topology.sinkTopics());
        names.addAll(topology.exchanges());
        topology.partitions().keySet().forEach(topic -> {
            String changelog = topology.changelogOf(topic);
            if (changelog != null) {
                names.add(changelog);
            }
        });
        this.topics = names.stream()
                .distinct()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
    }

    /** {@code max.message.bytes} of each topic that tells it, now or before. */
    Map<String, Integer> read() {
        Set<Map.Entry<ConfigResource, KafkaFuture<Config>>> answers = admin.describeConfigs(
                        topics, new DescribeConfigsOptions().timeoutMs(LIMIT))
                .values()
                .entrySet();
        for (Map.Entry<ConfigResource, KafkaFuture<Config>> answer : answers) {
            String topic = answer.getKey().name();
            try {
                ConfigEntry limit = answer.getValue().get().get("max.message.bytes");
                if (limit != null && limit.value() != null) {
                    known.put(topic, Integer.parseInt(limit.value()));
                }
            } catch (ExecutionException e) {
                LOG.info("topic {}: it does not tell how large a record it takes: {}", topic, KafkaErrors.words(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return known;
            }
        }
        return known;
    }
}
