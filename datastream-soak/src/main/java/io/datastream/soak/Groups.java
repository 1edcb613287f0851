package io.datastream.soak;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who owns which partitions, as far as the broker tells, and how often that has changed. Used by one thread. */
final class Groups {
    private static final Logger LOG = LoggerFactory.getLogger(Groups.class);
    private static final int LIMIT_MILLIS = 2_000;

    private final Admin admin;
    private final Map<String, Map<String, Set<TopicPartition>>> owners = new HashMap<>();
    private int changes;

    Groups(Admin admin) {
        this.admin = admin;
    }

    /** Asks the broker; while it is away, what was known stays. */
    void look() {
        try {
            admin.describeConsumerGroups(
                            Pipelines.groups(), new DescribeConsumerGroupsOptions().timeoutMs(LIMIT_MILLIS))
                    .describedGroups()
                    .forEach((group, future) -> {
                        try {
                            take(group, future.get(2L * LIMIT_MILLIS, TimeUnit.MILLISECONDS));
                        } catch (ExecutionException | TimeoutException e) {
                            LOG.debug("group {} is not known now", group, e);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            throw new SoakException("interrupted", e);
                        }
                    });
        } catch (org.apache.kafka.common.KafkaException e) {
            LOG.debug("groups are not known now", e);
        }
    }

    private void take(String group, ConsumerGroupDescription description) {
        if (description.groupState() != GroupState.STABLE) {
            return;
        }
        Map<String, Set<TopicPartition>> found = new TreeMap<>();
        for (MemberDescription member : description.members()) {
            found.computeIfAbsent(
                            member.clientId(),
                            any -> new TreeSet<>(java.util.Comparator.comparing(TopicPartition::toString)))
                    .addAll(member.assignment().topicPartitions());
        }
        if (!found.equals(owners.put(group, found))) {
            changes++;
        }
    }

    /** How often the owners of a group's partitions were seen to be others than before. */
    int changes() {
        return changes;
    }

    /** The partitions of {@link Pipelines#METERS} that a worker owned when last looked. */
    Set<Integer> meters(String instance) {
        Set<Integer> partitions = new TreeSet<>();
        owners.getOrDefault(Pipelines.KEYED, Map.of()).forEach((member, owned) -> {
            if (member.startsWith(Pipelines.KEYED + "-" + instance + "-")) {
                owned.forEach(partition -> partitions.add(partition.partition()));
            }
        });
        return partitions;
    }
}
